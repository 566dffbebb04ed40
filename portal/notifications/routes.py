"""The inbox page."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.authorities import queries as authorities
from portal.db import transaction
from portal.minerals.labels import MEANINGS, METALS
from portal.notifications import queries, services
from portal.notifications.labels import change_source, title
from portal.web.guard import actor, requires
from portal.web.preferences import local_path

bp = Blueprint("notifications", __name__)
# Cards stand on home, too.
bp.add_app_template_global(title, "notice_title")
bp.add_app_template_global(change_source, "notice_source")


@bp.get("/inbox")
@requires(Permission.READ_INBOX)
def inbox() -> ResponseReturnValue:
    """What our authority was told, the newest first."""
    unread_only = request.args.get("unread") == "1"
    return render_template(
        "notifications/inbox.html",
        page=queries.inbox(actor(), request.args.get("after"), unread_only=unread_only),
        unread_only=unread_only,
        authorities=authorities.authorities_by_id(),
        metals=METALS,
        meanings=MEANINGS,
    )


@bp.post("/inbox/<uuid:notice_id>/read")
@requires(Permission.READ_INBOX)
def read(notice_id: UUID) -> ResponseReturnValue:
    """Mark one notice as read by me, or unread again. With htmx a line with “Undo” takes its place."""
    notice = queries.get_notice(actor(), notice_id)
    with transaction():
        if request.form.get("undo"):
            services.mark_unread(actor(), notice.id)
        else:
            services.mark_read(actor(), notice.id)
    if request.headers.get("HX-Request"):
        card = queries.card_of(actor(), notice)
        return render_template(
            "notifications/card.html",
            card=card,
            authorities=authorities.authorities_by_id(),
            metals=METALS,
            meanings=MEANINGS,
        )
    return redirect(local_path(request.form.get("next")) or url_for("notifications.inbox"))


@bp.post("/inbox/read")
@requires(Permission.READ_INBOX)
def read_all() -> ResponseReturnValue:
    """Mark everything as read by me."""
    with transaction():
        services.mark_read(actor())
    flash(_("Everything is marked as read."), "success")
    return redirect(url_for("notifications.inbox"))

"""The inbox page, and the daily digest of it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.authorities import queries as authorities
from portal.cahra.wording import areas_detail
from portal.db import transaction
from portal.minerals.labels import MEANINGS, METALS
from portal.notifications import digests, queries, services
from portal.notifications.forms import DigestForm
from portal.notifications.labels import change_source, title
from portal.settings import get_settings
from portal.web.guard import actor, current_actor, requires
from portal.web.preferences import local_path

bp = Blueprint("notifications", __name__)
# Cards stand on home, too.
bp.add_app_template_global(title, "notice_title")
bp.add_app_template_global(areas_detail, "areas_detail")
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


@bp.route("/account/digest", methods=["GET", "POST"])
@requires(Permission.READ_INBOX)
def digest() -> ResponseReturnValue:
    """Whether the daily digest comes to me, and in which language."""
    choice = digests.choice_of(actor().user_id)
    form = DigestForm(wanted=choice is not None, locale=choice.locale if choice else str(get_locale()))
    if form.validate_on_submit():
        with transaction():
            digests.choose(actor(), wanted=form.wanted.data, locale=form.locale.data)
        flash(_("The digest comes once a day.") if form.wanted.data else _("No digest comes."), "success")
        return redirect(url_for("notifications.digest"))
    return render_template("notifications/digest.html", form=form, sends=bool(get_settings().smtp_host))


@bp.get("/digest/<digest_token>/stop")
@requires(Permission.PUBLIC)
def ask_to_stop(digest_token: str) -> ResponseReturnValue:
    """Ask before the digest ends: mail programs open links by themselves."""
    digests.person_of(digest_token)
    return render_template("notifications/stop.html", token=digest_token, ended=False)


@bp.post("/digest/<digest_token>/stop")
@requires(Permission.PUBLIC)
def stop(digest_token: str) -> ResponseReturnValue:
    """End the digest, from our page or from a mail program's own button (RFC 8058), which knows no session."""
    with transaction():
        digests.stop(current_actor() or Actor(name="letter"), digest_token)
    return render_template("notifications/stop.html", token=digest_token, ended=True)

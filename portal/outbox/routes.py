"""The operators' page: events that wait, and those that were parked after failing too often."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.db import transaction
from portal.journal.services import record
from portal.outbox import queries, services
from portal.web.guard import actor, requires

bp = Blueprint("operations", __name__)


@bp.get("/operations")
@requires(Permission.OPERATE)
def index() -> ResponseReturnValue:
    """What waits and what is parked."""
    return render_template("operations/index.html", parked=queries.parked_events(), waiting=queries.open_count())


@bp.post("/operations/events/<uuid:event_id>/release")
@requires(Permission.OPERATE)
def release(event_id: UUID) -> ResponseReturnValue:
    """Send a parked event again."""
    with transaction():
        released = services.release(event_id)
        record(actor(), "outbox.released", None, event=event_id, released=released)
    flash(_("The event is sent again.") if released else _("This event is not parked any more."), "info")
    return redirect(url_for("operations.index"))

"""The journal page: what people of our authority did, for coordinators."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.access.permissions import Permission
from portal.journal import queries
from portal.journal.labels import ACTIONS
from portal.web.guard import actor, requires

bp = Blueprint("journal", __name__)


@bp.get("/journal")
@requires(Permission.READ_JOURNAL)
def index() -> ResponseReturnValue:
    """Entries of the actor's authority (of the network, for operators), the newest first."""
    page = queries.newest_entries(actor(), request.args.get("after"))
    return render_template("journal/index.html", page=page, actions=ACTIONS)

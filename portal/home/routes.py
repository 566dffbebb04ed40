"""The first page: what needs me."""

from dataclasses import asdict

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.audits import queries as audits
from portal.authorities import queries as authorities
from portal.clock import today
from portal.home import queries
from portal.minerals.labels import MEANINGS, METALS
from portal.notifications import queries as notifications
from portal.outbox import queries as outbox
from portal.registry import queries as registry
from portal.sources import queries as sources
from portal.web.guard import actor, requires

bp = Blueprint("home", __name__)

ITEMS_SHOWN = 12
CHANGES_SHOWN = 5


@bp.get("/")
@requires(Permission.USE_PORTAL)
def index() -> ResponseReturnValue:
    """What needs the actor's authority; for operators, what needs the network."""
    return _operator() if actor().authority_id is None else _authority(actor())


def _authority(me: Actor) -> str:
    items = queries.todo(me)
    shown = items if request.args.get("show") == "all" else items[:ITEMS_SHOWN]
    late = [item.due_on for item in items if item.due_on and item.due_on < today()]
    dated = [item.due_on for item in items if item.due_on and item.due_on >= today()]
    return render_template(
        "home/index.html",
        items=shown,
        total=len(items),
        overdue=len(late),
        dated=len(dated),
        until=max(dated, default=None),
        suppliers=registry.suppliers_by_id({item.supplier_id for item in shown if item.supplier_id}),
        changes=notifications.inbox(me, unread_only=True, limit=CHANGES_SHOWN),
        coming=audits.coming(me),
        standings=sources.freshness(),
        beginnings=asdict(queries.beginnings(me)),
        following=len(registry.followed_ids(me.authority_id)),
        authorities=authorities.authorities_by_id(),
        metals=METALS,
        meanings=MEANINGS,
    )


def _operator() -> str:
    return render_template(
        "home/operator.html",
        items=queries.todo(actor()),
        standings=sources.freshness(),
        parked=outbox.parked_events(),
        waiting=outbox.open_count(),
    )

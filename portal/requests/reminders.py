"""The ladder of reminders: which requests have reached a rung, each told once and never twice.

Run by the clock (worker/tasks/schedules.py). Several clocks at once, or one that runs many times a day, tell each rung
once: the row of (request, due date, rung) is the claim.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.clock import today
from portal.db import session
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.requests.models import DeclarationRequest, RequestReminder, RequestStep
from portal.requests.rules import LADDER, WAITING, Rung, rung_reached


def note_due(actor: Actor) -> Sequence[UUID]:
    """Note the rungs that are reached today and ask for a notice of each; the requests' ids. System scope only."""
    written = select(func.max(RequestStep.taken_on)).where(RequestStep.request_id == DeclarationRequest.id)
    earliest = today() - timedelta(days=LADDER[Rung.SOON])
    open_ones = session.execute(
        select(DeclarationRequest, written.scalar_subquery())
        .where(DeclarationRequest.state.in_(WAITING), DeclarationRequest.due_on <= earliest)
        .order_by(DeclarationRequest.id)
    ).all()
    reached = {
        request.id: {"request_id": request.id, "due_on": request.due_on, "rung": rung}
        for request, since in open_ones
        if (rung := rung_reached(request.state, since or request.asked_on, request.due_on, today()))
    }
    if not reached:
        return []
    claimed = session.scalars(
        insert(RequestReminder).on_conflict_do_nothing().returning(RequestReminder.request_id), list(reached.values())
    ).all()
    requests = {request.id: request for request, _since in open_ones}
    for request_id in claimed:
        values = reached[request_id]
        record(actor, "request.reminder_due", requests[request_id], rung=values["rung"], due_on=values["due_on"])
        emit(Event.REQUEST_DUE, actor=actor, request_id=request_id, due_on=values["due_on"], rung=values["rung"])
    return claimed

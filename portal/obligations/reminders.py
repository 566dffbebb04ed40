"""The ladder of reminders of an obligation: told once at each rung, to its authority alone.

Run by the clock (worker/tasks/schedules.py). Several clocks at once, or one that runs many times a day, tell each rung
once: the row of obligation, day and rung is the claim. An obligation that is moved to another day is told of anew.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.clock import today
from portal.db import session
from portal.journal.services import record
from portal.obligations.models import Obligation, ObligationReminder
from portal.obligations.rules import ObligationState
from portal.outbox.events import Event
from portal.outbox.services import emit


class Rung(StrEnum):
    """The rungs of the ladder, in their order."""

    AHEAD = "ahead"
    SOON = "soon"
    LATE = "late"
    AGAIN = "again"
    LAST = "last"


# Days after the due day from which on a rung is reached; below nothing: before it. The due day itself is in time.
AFTER: Mapping[Rung, int] = MappingProxyType(
    {Rung.AHEAD: -30, Rung.SOON: -7, Rung.LATE: 1, Rung.AGAIN: 14, Rung.LAST: 30}
)
FIRST = timedelta(days=-min(AFTER.values()))


def ladder(due_on: date) -> list[tuple[Rung, date]]:
    """Each rung with the day on which it is reached, in their order."""
    return [(rung, due_on + timedelta(days=days)) for rung, days in AFTER.items()]


def rung_of(due_on: date, on: date) -> Rung | None:
    """The highest rung that is reached on a day, if any: what was missed below it is not told any more."""
    reached = [rung for rung, day in ladder(due_on) if day <= on]
    return reached[-1] if reached else None


def note_due(actor: Actor) -> Sequence[UUID]:
    """Note the rungs that are reached today and ask for a notice of each; the obligations' ids. System scope only."""
    near = select(Obligation).where(Obligation.state == ObligationState.OPEN, Obligation.due_on <= today() + FIRST)
    found = {one.id: one for one in session.scalars(near.order_by(Obligation.id))}
    rows = [
        {"obligation_id": one.id, "due_on": one.due_on, "rung": rung}
        for one in found.values()
        if (rung := rung_of(one.due_on, today()))
    ]
    if not rows:
        return []
    claimed = session.execute(
        insert(ObligationReminder)
        .on_conflict_do_nothing()
        .returning(ObligationReminder.obligation_id, ObligationReminder.due_on, ObligationReminder.rung),
        rows,
    ).all()
    for key in claimed:
        record(actor, "obligation.reminder_due", found[key.obligation_id], rung=key.rung, due_on=key.due_on)
        emit(Event.OBLIGATION_DUE, actor=actor, **key._asdict())
    return [row.obligation_id for row in claimed]


def still_due(obligation: Obligation, due_on: str, rung: str) -> bool:
    """Is this still so? Somebody may have acted since the clock noted it."""
    is_open = obligation.state == ObligationState.OPEN and obligation.due_on.isoformat() == due_on
    return is_open and rung_of(obligation.due_on, today()) == rung

"""Reminders of findings: what is due soon, late, or waits to be verified, each told once and never twice.

Run by the clock (worker/tasks/schedules.py). Several clocks at once, or one that runs many times a day, tell each once:
the row of what, day and rung is the claim. A new day, as more time or another plan gives, is told anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.clock import today
from portal.db import session
from portal.findings.models import CorrectiveAction, Finding, FindingReminder, FindingStep
from portal.findings.rules import ACTIONS_OPEN, NEEDS_PLAN, FindingState, StepKind, needs_plan
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit


class Due(StrEnum):
    """What has a day."""

    PLAN = "plan"
    ACTION = "action"
    CLOSING = "closing"
    VERIFICATION = "verification"


class Rung(StrEnum):
    """The rungs of the ladder, in their order."""

    SOON = "soon"
    LATE = "late"


# Days before the day from which on it is due soon. A remedy that waits to be verified is told of when it has waited.
AHEAD: Mapping[Due, int] = MappingProxyType({Due.PLAN: 3, Due.ACTION: 7, Due.CLOSING: 14})
VERIFICATION_DAYS = 7


@dataclass(frozen=True)
class Reached:
    """A rung that is reached: of the finding, or of one of its actions (`subject_id`)."""

    finding_id: UUID
    subject_id: UUID
    what: Due
    due_on: date
    rung: Rung


def note_due(actor: Actor) -> Sequence[UUID]:
    """Note the rungs that are reached today and ask for a notice of each; the findings' ids. System scope only."""
    findings = {one.id: one for one in session.scalars(select(Finding).where(_may_be_due()).order_by(Finding.id))}
    rungs = {(one.subject_id, one.what, one.due_on, one.rung): one for one in _reached(findings.values())}
    if not rungs:
        return []
    claimed = session.execute(
        insert(FindingReminder)
        .on_conflict_do_nothing()
        .returning(FindingReminder.subject_id, FindingReminder.what, FindingReminder.due_on, FindingReminder.rung),
        [asdict(one) for one in rungs.values()],
    ).all()
    for key in claimed:
        one = rungs[key.subject_id, Due(key.what), key.due_on, Rung(key.rung)]
        record(actor, "finding.reminder_due", findings[one.finding_id], what=one.what, rung=one.rung, due_on=one.due_on)
        emit(Event.FINDING_DUE, actor=actor, **asdict(one))
    return [rungs[key.subject_id, Due(key.what), key.due_on, Rung(key.rung)].finding_id for key in claimed]


def still_due(finding: Finding, subject_id: UUID, what: str, due_on: str, rung: str) -> bool:
    """Is this still so? Somebody may have acted since the clock noted it."""
    return any(
        (one.subject_id, one.what, one.due_on.isoformat(), one.rung) == (subject_id, what, due_on, rung)
        for one in _reached([finding])
    )


def rung_of(what: Due, due_on: date, on: date) -> Rung | None:
    """The rung that is reached on a day, if any; the day itself is still in time."""
    if on > due_on:
        return Rung.LATE
    return Rung.SOON if what in AHEAD and on >= due_on - timedelta(days=AHEAD[what]) else None


def _reached(findings: Iterable[Finding]) -> list[Reached]:
    open_ones = {one.id: one for one in findings if one.state != FindingState.CLOSED}
    days: list[tuple[UUID, UUID, Due, date]] = []
    for one in open_ones.values():
        if one.plan_due and one.state in NEEDS_PLAN and needs_plan(one.severity):
            days.append((one.id, one.id, Due.PLAN, one.plan_due))
        if one.close_due:
            days.append((one.id, one.id, Due.CLOSING, one.close_due))
    actions = select(CorrectiveAction.finding_id, CorrectiveAction.id, CorrectiveAction.due_on).where(
        CorrectiveAction.finding_id.in_(open_ones), CorrectiveAction.state.in_(ACTIONS_OPEN)
    )
    days += [(finding_id, action_id, Due.ACTION, due_on) for finding_id, action_id, due_on in session.execute(actions)]
    submitted = {one.id for one in open_ones.values() if one.state == FindingState.SUBMITTED}
    steps = (
        select(FindingStep.finding_id, func.max(FindingStep.taken_on))
        .where(FindingStep.finding_id.in_(submitted), FindingStep.kind == StepKind.SUBMITTED)
        .group_by(FindingStep.finding_id)
    )
    for finding_id, taken_on in session.execute(steps) if submitted else ():
        days.append((finding_id, finding_id, Due.VERIFICATION, taken_on + timedelta(days=VERIFICATION_DAYS)))
    return [
        Reached(finding_id, subject_id, what, due_on, rung)
        for finding_id, subject_id, what, due_on in days
        if (rung := rung_of(what, due_on, today()))
    ]


def _may_be_due() -> ColumnElement[bool]:
    """True of open findings that may have reached a rung: few of all that there are."""
    near = {what: today() + timedelta(days=ahead) for what, ahead in AHEAD.items()}
    action = exists().where(
        CorrectiveAction.finding_id == Finding.id,
        CorrectiveAction.state.in_(ACTIONS_OPEN),
        CorrectiveAction.due_on <= near[Due.ACTION],
    )
    return and_(
        Finding.state != FindingState.CLOSED,
        or_(
            and_(Finding.state.in_(NEEDS_PLAN), Finding.plan_due <= near[Due.PLAN]),
            Finding.close_due <= near[Due.CLOSING],
            Finding.state == FindingState.SUBMITTED,
            action,
        ),
    )

"""What a joint audit can be, and what may follow what: pure decisions, no database.

The states and their order after DOMAIN 5.5. What the domain calls interest is here `proposed`: the members answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from portal.audits.workdays import after_working_days


class AuditState(StrEnum):
    """Where an audit stands. Closed, refused and cancelled audits stay as they are."""

    DRAFT = "draft"  # seen by its owner alone, whatever audience is chosen
    PROPOSED = "proposed"
    PLANNED = "planned"
    NOTIFIED = "notified"
    CONFIRMED = "confirmed"
    FIELDWORK = "fieldwork"
    REPORT_REVIEW = "report_review"
    PLAN_AGREED = "plan_agreed"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    REFUSED = "refused"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What is done to an audit."""

    PROPOSE = "propose"
    PLAN = "plan"
    NOTIFY = "notify"
    CONFIRM = "confirm"
    BEGIN = "begin"
    FINISH = "finish"
    SHARE_REPORT = "share_report"
    AGREE_PLAN = "agree_plan"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"
    REFUSE = "refuse"
    POSTPONE = "postpone"
    REPLAN = "replan"
    CANCEL = "cancel"


class Party(StrEnum):
    """By whom something is awaited. The lead alone writes it down, also what the supplier does."""

    LEAD = "lead"
    INVITED = "invited"
    SUPPLIER = "supplier"


class AuditType(StrEnum):
    """A review of the supplier's systems at its office, or a visit to where things are made."""

    OFFICE = "office"
    SITE = "site"


class Announcement(StrEnum):
    """What the supplier and the other members know beforehand (DOMAIN 5.5): the days, the window, or nothing."""

    ANNOUNCED = "announced"
    SEMI = "semi"
    UNANNOUNCED = "unannounced"


class ParticipantRole(StrEnum):
    """Exactly one lead; co-buyers share the costs; observers attend without cost or vote."""

    LEAD = "lead"
    CO_BUYER = "co_buyer"
    OBSERVER = "observer"


class Answer(StrEnum):
    """What an authority says to an invitation."""

    INVITED = "invited"  # not answered yet
    LATE = "late"  # would join, but said so after the date: the lead accepts that or not
    JOINED = "joined"
    DECLINED = "declined"


@dataclass(frozen=True)
class Move:
    """A step of the state machine. `day` is the date of the audit that the step writes; `reason`: it needs one."""

    sources: frozenset[AuditState]
    target: AuditState
    day: str | None = None
    reason: bool = False


def _move(*sources: AuditState, to: AuditState, day: str | None = None, reason: bool = False) -> Move:
    return Move(frozenset(sources), to, day, reason)


# The state machine. An audit that found nothing to correct is closed from the report, without a plan.
STEPS: Mapping[Step, Move] = MappingProxyType(
    {
        Step.PROPOSE: _move(AuditState.DRAFT, to=AuditState.PROPOSED),
        Step.PLAN: _move(AuditState.PROPOSED, to=AuditState.PLANNED),
        Step.NOTIFY: _move(AuditState.PLANNED, to=AuditState.NOTIFIED, day="notice_on"),
        Step.CONFIRM: _move(AuditState.NOTIFIED, to=AuditState.CONFIRMED, day="confirmed_on"),
        # From planned only where the supplier is not to know: may_take.
        Step.BEGIN: _move(AuditState.CONFIRMED, AuditState.PLANNED, to=AuditState.FIELDWORK, day="fieldwork_from"),
        Step.FINISH: _move(AuditState.FIELDWORK, to=AuditState.REPORT_REVIEW, day="fieldwork_to"),
        Step.SHARE_REPORT: _move(AuditState.REPORT_REVIEW, to=AuditState.REPORT_REVIEW, day="report_on"),
        Step.AGREE_PLAN: _move(AuditState.REPORT_REVIEW, to=AuditState.PLAN_AGREED, day="plan_on"),
        Step.FOLLOW_UP: _move(AuditState.PLAN_AGREED, to=AuditState.FOLLOW_UP, day="follow_up_on"),
        Step.CLOSE: _move(AuditState.REPORT_REVIEW, AuditState.FOLLOW_UP, to=AuditState.CLOSED, day="closed_on"),
        Step.REFUSE: _move(AuditState.NOTIFIED, AuditState.CONFIRMED, to=AuditState.REFUSED, reason=True),
        Step.POSTPONE: _move(
            AuditState.PLANNED, AuditState.NOTIFIED, AuditState.CONFIRMED, to=AuditState.POSTPONED, reason=True
        ),
        Step.REPLAN: _move(AuditState.POSTPONED, to=AuditState.PLANNED),
        Step.CANCEL: _move(
            AuditState.PROPOSED,
            AuditState.PLANNED,
            AuditState.NOTIFIED,
            AuditState.CONFIRMED,
            AuditState.POSTPONED,
            to=AuditState.CANCELLED,
            reason=True,
        ),
    }
)

# Still to come, or under way; these and the held ones hold their site.
OPEN = (
    AuditState.PROPOSED,
    AuditState.PLANNED,
    AuditState.NOTIFIED,
    AuditState.CONFIRMED,
    AuditState.FIELDWORK,
)
# The visit has taken place.
HELD = (AuditState.REPORT_REVIEW, AuditState.PLAN_AGREED, AuditState.FOLLOW_UP, AuditState.CLOSED)
# No visit stands in the calendar, and the site is free.
OFF = (AuditState.DRAFT, AuditState.REFUSED, AuditState.POSTPONED, AuditState.CANCELLED)

# Two visits to the same place within a year should be one (DOMAIN 5.5).
OVERLAP = timedelta(days=365)
MAX_WINDOW = timedelta(days=31)
MAX_AHEAD = timedelta(days=3 * 365)
ANSWER_WORKING_DAYS = 10
# The supplier must enable the audit within four weeks of the notice, and checks the facts of the report in ten days.
NOTICE = timedelta(days=28)
FACTUAL_CHECK = timedelta(days=10)
# The lead is reminded of the notice this long before it is due.
NOTICE_AHEAD = timedelta(days=7)


class Course(Protocol):
    """The dates of an audit, in the order in which they pass; None: not yet."""

    state: str
    announcement: str
    starts_on: date
    ends_on: date
    answer_by: date | None
    notice_on: date | None
    confirmed_on: date | None
    fieldwork_from: date | None
    fieldwork_to: date | None
    report_on: date | None
    remarks_on: date | None
    plan_on: date | None
    follow_up_on: date | None
    closed_on: date | None


DAYS = (
    "notice_on",
    "confirmed_on",
    "fieldwork_from",
    "fieldwork_to",
    "report_on",
    "remarks_on",
    "plan_on",
    "follow_up_on",
    "closed_on",
)


@dataclass(frozen=True)
class Awaited:
    """What comes next, by whom, and until when (inclusive) where a rule or the plan says so; None: the remarks."""

    step: Step | None
    by: Party
    until: date | None = None


def can_take(state: str, step: Step) -> bool:
    """Does `step` exist in `state`?"""
    return state in STEPS[step].sources


def can_become(state: str, target: AuditState) -> bool:
    """Is there a step from `state` to another state `target`?"""
    return state != target and any(state in move.sources for move in STEPS.values() if move.target is target)


def may_share_report(audit: Course) -> bool:
    """The report is shared once."""
    return audit.state == AuditState.REPORT_REVIEW and audit.report_on is None


def may_end_review(audit: Course, today: date) -> bool:
    """The supplier has had its ten days with the report, or has said what it has to say."""
    if audit.state != AuditState.REPORT_REVIEW or audit.report_on is None:
        return False
    return audit.remarks_on is not None or today > audit.report_on + FACTUAL_CHECK


def known_to_supplier(audit: Course) -> bool:
    """May the supplier know of it? After its notice, until it is off; of an unannounced one not before the report."""
    if audit.state in OFF or audit.state in (AuditState.PROPOSED, AuditState.PLANNED):
        return False
    return audit.report_on is not None or (
        audit.notice_on is not None and audit.announcement != Announcement.UNANNOUNCED
    )


def awaits_remarks(audit: Course, today: date) -> bool:
    """The report is with the supplier, whose ten days run (the last one inclusive), and it has not said anything."""
    return audit.state == AuditState.REPORT_REVIEW and audit.report_on is not None and not may_end_review(audit, today)


def may_take(audit: Course, step: Step, today: date) -> bool:
    """Does the step exist now, the dates included?"""
    if not can_take(audit.state, step):
        return False
    if step is Step.SHARE_REPORT:
        return may_share_report(audit)
    if audit.state == AuditState.REPORT_REVIEW:
        return may_end_review(audit, today)
    if audit.state == AuditState.PLANNED and step is not _first_step(audit) and step in (Step.NOTIFY, Step.BEGIN):
        return False
    return step is not Step.BEGIN or today >= audit.starts_on


def _first_step(audit: Course) -> Step:
    """What follows the plan: the notice, or the visit itself where the supplier is not to know."""
    return Step.BEGIN if audit.announcement == Announcement.UNANNOUNCED else Step.NOTIFY


def earliest(audit: Course, day: str) -> date | None:
    """The day before which this date of the audit cannot lie: the latest known one of those that come before it."""
    before = [getattr(audit, name) for name in DAYS[: DAYS.index(day)]]
    if day == "fieldwork_from":
        before.append(audit.starts_on)
    return max((known for known in before if known is not None), default=None)


def awaited(audit: Course, today: date, waiting: bool) -> Awaited | None:
    """What comes next; `waiting`: somebody invited has not answered. None when nothing does."""
    if audit.state == AuditState.PROPOSED:
        open_yet = waiting and audit.answer_by is not None and today <= audit.answer_by
        return Awaited(Step.PLAN, Party.INVITED if open_yet else Party.LEAD, audit.answer_by)
    if audit.state == AuditState.REPORT_REVIEW and audit.report_on is not None:
        until = audit.report_on + FACTUAL_CHECK
        if not may_end_review(audit, today):
            return Awaited(None, Party.SUPPLIER, until)
        return Awaited(Step.AGREE_PLAN, Party.LEAD)
    if audit.state == AuditState.NOTIFIED and audit.notice_on is not None:
        return Awaited(Step.CONFIRM, Party.SUPPLIER, audit.notice_on + NOTICE)
    if audit.state == AuditState.PLANNED and audit.announcement == Announcement.UNANNOUNCED:
        return Awaited(Step.BEGIN, Party.LEAD, audit.starts_on)
    return {
        AuditState.DRAFT: Awaited(Step.PROPOSE, Party.LEAD),
        AuditState.PLANNED: Awaited(Step.NOTIFY, Party.LEAD, audit.starts_on - NOTICE),
        AuditState.CONFIRMED: Awaited(Step.BEGIN, Party.LEAD, audit.starts_on),
        AuditState.FIELDWORK: Awaited(Step.FINISH, Party.LEAD, audit.ends_on),
        AuditState.REPORT_REVIEW: Awaited(Step.SHARE_REPORT, Party.LEAD),
        AuditState.PLAN_AGREED: Awaited(Step.FOLLOW_UP, Party.LEAD),
        AuditState.FOLLOW_UP: Awaited(Step.CLOSE, Party.LEAD),
        AuditState.POSTPONED: Awaited(Step.REPLAN, Party.LEAD),
    }.get(AuditState(audit.state))


def can_answer(state: str, answer: str, answer_by: date | None, today: date) -> bool:
    """Invitations are open while the audit is proposed. A given answer may change until the answer-by date (inclusive);
    a first answer may come late, but the lead has to accept it.
    """
    if state != AuditState.PROPOSED:
        return False
    return answer in (Answer.INVITED, Answer.LATE) or answer_by is None or today <= answer_by


def lapsed(state: str, answer: str, answer_by: date | None, today: date) -> bool:
    """The invitation was not answered in its time."""
    if answer not in (Answer.INVITED, Answer.LATE):
        return False
    return state != AuditState.PROPOSED or (answer_by is not None and today > answer_by)


def answer_given(joins: bool, answer_by: date | None, today: date) -> Answer:
    """What an authority's answer counts as on a day."""
    if not joins:
        return Answer.DECLINED
    return Answer.LATE if answer_by is not None and today > answer_by else Answer.JOINED


def default_answer_by(today: date, countries: Iterable[str]) -> date:
    """The day by which ten working days have passed in each of the countries of those who may be invited."""
    return after_working_days(today, ANSWER_WORKING_DAYS, countries)

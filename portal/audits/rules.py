"""What a joint audit can be, and what may follow what: pure decisions, no database."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from portal.audits.workdays import after_working_days


class AuditState(StrEnum):
    """Where an audit stands. Held and cancelled audits stay as they are."""

    PROPOSED = "proposed"
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class AuditType(StrEnum):
    """A review of the supplier's systems at its office, or a visit to where things are made."""

    OFFICE = "office"
    SITE = "site"


class ParticipantRole(StrEnum):
    """Exactly one lead; co-buyers share the costs; observers attend without cost or vote."""

    LEAD = "lead"
    CO_BUYER = "co_buyer"
    OBSERVER = "observer"


class Answer(StrEnum):
    """What an authority says to an invitation."""

    INVITED = "invited"  # not answered yet
    JOINED = "joined"
    DECLINED = "declined"


# The state machine: what each state is reached from.
REACHED_FROM: dict[AuditState, frozenset[AuditState]] = {
    AuditState.PLANNED: frozenset({AuditState.PROPOSED}),
    AuditState.HELD: frozenset({AuditState.PLANNED}),
    AuditState.CANCELLED: frozenset({AuditState.PROPOSED, AuditState.PLANNED}),
}

# Two visits to the same place within a year should be one (DOMAIN 5.5).
OVERLAP = timedelta(days=365)
MAX_WINDOW = timedelta(days=31)
MAX_AHEAD = timedelta(days=3 * 365)
ANSWER_WORKING_DAYS = 10


def can_become(state: str, target: AuditState) -> bool:
    """Is there a step from `state` to `target`?"""
    return state in REACHED_FROM.get(target, frozenset())


def can_answer(state: str, answer: str, answer_by: date | None, today: date) -> bool:
    """Invitations are open while the audit is proposed. A given answer may change until the answer-by date (inclusive);
    a first answer may come late, for the lead decides how long to wait.
    """
    if state != AuditState.PROPOSED:
        return False
    return answer == Answer.INVITED or answer_by is None or today <= answer_by


def can_be_held(state: str, starts_on: date, today: date) -> bool:
    """An audit has been held at the earliest on its first day."""
    return can_become(state, AuditState.HELD) and today >= starts_on


def default_answer_by(today: date, countries: Iterable[str]) -> date:
    """The day by which ten working days have passed in each of the countries of those who may be invited."""
    return after_working_days(today, ANSWER_WORKING_DAYS, countries)

"""By what contracts, suppliers and findings are counted: pure, no database."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.assessments.rules import RECHECK_AFTER, oldest_to_rely_on


class Age(StrEnum):
    """How old the newest assessment of a supplier is, by the days of reuse; the best first."""

    CURRENT = "current"  # at most a year: it can be relied on as it is
    AGING = "aging"  # at most three years: with a check
    TOO_OLD = "too_old"
    NONE = "none"  # none that the reader sees


class Standing(StrEnum):
    """Where a finding stands today."""

    LATE = "late"
    IN_TIME = "in_time"  # open, and nothing of it is late
    CLOSED = "closed"


class Promptness(StrEnum):
    """Whether what a contract obliges a supplier to deliver came in time; the best first."""

    IN_TIME = "in_time"
    DELIVERED_LATE = "delivered_late"
    OVERDUE = "overdue"  # it has not come
    REFUSED = "refused"
    TO_COME = "to_come"  # it is not due yet


NO_VALUE = "none"  # in place of a currency: contracts without a value


@dataclass(frozen=True)
class Days:
    """The days from which on an assessment counts as current, and as not too old yet; both inclusive."""

    current: date
    usable: date


def days(today: date) -> Days:
    """The days for today."""
    return Days(today - RECHECK_AFTER, oldest_to_rely_on(today))


def age_of(as_of: date | None, today: date) -> Age:
    """The age of an assessment of this day, as the statements in queries say it in SQL."""
    if as_of is None:
        return Age.NONE
    limits = days(today)
    if as_of < limits.usable:
        return Age.TOO_OLD
    return Age.AGING if as_of < limits.current else Age.CURRENT


def promptness_of(state: str, due_on: date, delivered_on: date | None, today: date) -> Promptness:
    """Where an obligation that was not waived stands, as the statement in ours says it in SQL."""
    if state == "refused":
        return Promptness.REFUSED
    if delivered_on is not None:
        return Promptness.DELIVERED_LATE if delivered_on > due_on else Promptness.IN_TIME
    return Promptness.OVERDUE if due_on < today else Promptness.TO_COME

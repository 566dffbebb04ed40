"""Deadline rules of clauses as data, and the days that follow from them and a contract's dates. Pure.

Days are inclusive. A date that a month does not have is its last day: six months after 31 August are 28 or 29 February.
Working days are Monday to Friday, because public holidays differ between the members.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

MOST_DUTIES = 8
MOST_DAYS = 3660
MOST_MONTHS = 120
LONGEST = 30  # years that due days are worked out for, so that a mistyped year does not make thousands of them


class Kind(StrEnum):
    """What makes a duty fall due."""

    ONCE = "once"  # days and months after the contract's start
    RECURRING = "recurring"  # every so many months after the start, or on one day of each year
    ON_REQUEST = "on_request"  # days after the buyer asked
    ON_EVENT = "on_event"  # days after something happened


SCHEDULED = frozenset({Kind.ONCE, Kind.RECURRING})


@dataclass(frozen=True)
class Duty:
    """One thing to deliver. `code` stays the same in later versions of the clause.

    `day` ("06-30") makes a recurring duty due on that day of each year, after start + `days` and `months`; without it
    `every` months after the start count. `working` counts `days` as working days.
    """

    code: str
    kind: Kind
    what: Mapping[str, str] = field(default_factory=dict)
    days: int = 0
    months: int = 0
    working: bool = False
    every: int | None = None
    day: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As kept in the database: what is not said is left out."""
        said = {"days": self.days, "months": self.months, "working": self.working, "every": self.every, "day": self.day}
        return {
            "code": self.code,
            "kind": self.kind.value,
            "what": dict(self.what),
            **{name: value for name, value in said.items() if value},
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Duty":
        """What `as_json` gave. KeyError, TypeError or ValueError for anything else."""
        return cls(**{**values, "kind": Kind(values["kind"])})


class Flaw(StrEnum):
    """Why a duty cannot be taken."""

    NO_WORDS = "no_words"
    TOO_LONG = "too_long"
    NO_RHYTHM = "no_rhythm"
    NO_DAYS = "no_days"
    DAY = "day"
    TOO_MANY = "too_many"
    TWICE = "twice"


def flaws(duties: Iterable[Duty]) -> list[tuple[int, Flaw]]:
    """(place of the duty from 1, what is wrong), in order; empty when all can be taken."""
    found: list[tuple[int, Flaw]] = []
    seen: set[str] = set()
    for place, duty in enumerate(duties, start=1):
        found.extend((place, flaw) for flaw in _flaws(duty))
        if duty.code in seen:
            found.append((place, Flaw.TWICE))
        seen.add(duty.code)
        if place > MOST_DUTIES:
            found.append((place, Flaw.TOO_MANY))
    return found


def _flaws(duty: Duty) -> Iterator[Flaw]:
    if not any(text.strip() for text in duty.what.values()):
        yield Flaw.NO_WORDS
    if not 0 <= duty.days <= MOST_DAYS or not 0 <= duty.months <= MOST_MONTHS or (duty.every or 0) > MOST_MONTHS:
        yield Flaw.TOO_LONG
    if duty.kind is Kind.RECURRING and (duty.day is None) == (not duty.every or duty.every < 1):
        yield Flaw.NO_RHYTHM
    if duty.kind not in SCHEDULED and duty.days < 1:
        yield Flaw.NO_DAYS
    if duty.day is not None and not _is_day(duty.day):
        yield Flaw.DAY


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(f"2024-{text}").strftime("%m-%d") == text
    except ValueError:
        return False


@dataclass(frozen=True)
class Period:
    """When a contract runs, both days inclusive; `ends_on` with the extensions that were used, None while open."""

    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Due:
    """One day on which a duty falls due. `occurrence` tells the days of one duty apart and survives moved dates:
    0 for once, the number of the turn, or the year.
    """

    code: str
    occurrence: int
    on: date


def due_dates(duties: Iterable[Duty], period: Period, until: date) -> list[Due]:
    """The days of all scheduled duties of a contract, in order; an open contract's until `until`.

    Duties on request and on an event have no day before somebody says when that was: `due_after`. What falls due only
    after the contract's end is not due at all.
    """
    last = min(period.ends_on or until, add_months(period.starts_on, LONGEST * 12))
    found = [due for duty in duties if duty.kind in SCHEDULED for due in _days(duty, period.starts_on, last)]
    return sorted(found, key=lambda due: (due.on, due.code))


def _days(duty: Duty, start: date, last: date) -> Iterator[Due]:
    after = _later(start, duty)
    if duty.kind is Kind.ONCE:
        days: Iterable[tuple[int, date]] = [(0, after)]
    elif duty.day is not None:
        month, day = (int(part) for part in duty.day.split("-"))
        years = range(start.year, last.year + 1)
        days = [(year, on) for year in years if (on := _in_month(year, month, day)) > after]
    else:
        assert duty.every
        turns = range(1, LONGEST * 12 // duty.every + 1)
        days = [(turn, on) for turn in turns if (on := add_months(start, duty.every * turn)) > after]
    return (Due(duty.code, occurrence, on) for occurrence, on in days if on <= last)


def due_after(duty: Duty, on: date) -> date:
    """The day by which a duty on request or on an event is due, when it was asked or happened on `on`."""
    return _later(on, duty)


def _later(on: date, duty: Duty) -> date:
    on = add_months(on, duty.months)
    return _add_working(on, duty.days) if duty.working else on + timedelta(days=duty.days)


def add_months(on: date, months: int) -> date:
    """The same day `months` later, or the last of that month where it has no such day."""
    years, month = divmod(on.month - 1 + months, 12)
    return _in_month(on.year + years, month + 1, on.day)


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def _add_working(on: date, days: int) -> date:
    while days:
        on += timedelta(days=1)
        if on.weekday() < 5:  # Monday to Friday
            days -= 1
    return on

"""The days that a page of the audit calendar shows: a month, a week, or a year's list, as they stand in its address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flask_babel import gettext as _

from portal.clock import today
from portal.errors import BadInput

FIRST_YEAR, LAST_YEAR = 2000, 2100


class Kind(StrEnum):
    """How much is shown at once. The words are the address's: `?month=2027-01`, `?week=2027-W01`, `?year=2027-01`."""

    MONTH = "month"
    WEEK = "week"
    YEAR = "year"  # twelve months from one month on, as a list alone


@dataclass(frozen=True)
class Span:
    """A run of whole days, both ends inclusive."""

    kind: Kind
    first: date

    @classmethod
    def parse(cls, arguments: Mapping[str, str]) -> "Span":
        """From the page's address; the present month when it names none. BadInput for what is no month or week."""
        for kind in Kind:
            if kind in arguments:
                return cls(kind, _first_day(kind, arguments[kind]))
        return cls.around(Kind.MONTH, today())

    @classmethod
    def around(cls, kind: Kind, day: date) -> "Span":
        """The span of this kind that the day is in, or from whose month on a year is listed."""
        return cls(kind, day - timedelta(days=day.weekday()) if kind is Kind.WEEK else day.replace(day=1))

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def previous(self) -> "Span":
        """The span of this kind before it."""
        if self.kind is Kind.YEAR:
            return Span(self.kind, self.first.replace(year=self.first.year - 1))
        return Span.around(self.kind, self.first - timedelta(days=1))

    @property
    def next(self) -> "Span":
        """The span of this kind after it."""
        if self.kind is Kind.YEAR:
            return Span(self.kind, self.first.replace(year=self.first.year + 1))
        return Span.around(self.kind, self.first + timedelta(days=7 if self.kind is Kind.WEEK else 31))

    def as_kind(self, kind: Kind) -> "Span":
        """The same days in another kind: around today when that is among them, else around the first of them."""
        return Span.around(kind, today() if self.first <= today() <= self.last else self.first)

    @property
    def arguments(self) -> dict[str, str | None]:
        """What the address says of it, for `same_page`: the other kinds are taken out."""
        return {kind: str(self) if kind is self.kind else None for kind in Kind}

    def __str__(self) -> str:
        return f"{self.first:%G-W%V}" if self.kind is Kind.WEEK else f"{self.first:%Y-%m}"


def _first_day(kind: Kind, text: str) -> date:
    try:
        first = date.fromisoformat(f"{text}-1" if kind is Kind.WEEK else f"{text}-01")
    except ValueError:
        first = date.min
    if FIRST_YEAR <= first.year <= LAST_YEAR:
        return first
    if kind is Kind.WEEK:
        raise BadInput(
            _("There is no week “%(text)s”.", text=text[:20]), remedy=_("Write it as year and week: 2027-W01.")
        )
    raise BadInput(_("There is no month “%(text)s”.", text=text[:20]), remedy=_("Write it as year and month: 2027-01."))

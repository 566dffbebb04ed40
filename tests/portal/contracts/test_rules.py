"""Options to extend by number and length, right to the day; money of frameworks and call-offs counted once."""

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.contracts.rules import MOST_OPTION_MONTHS, MOST_OPTIONS, option_ends, value_once


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("ends_on", "count", "months", "expected"),
    [
        ("2026-12-31", 2, 12, ["2027-12-31", "2028-12-31"]),
        ("2026-06-30", 3, 1, ["2026-07-31", "2026-08-31", "2026-09-30"]),  # month ends stay month ends
        ("2026-03-14", 2, 6, ["2026-09-14", "2027-03-14"]),
        ("2023-02-28", 2, 12, ["2024-02-29", "2025-02-28"]),  # the whole of February, leap year or not
        ("2024-02-29", 4, 12, ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("2024-02-28", 1, 12, ["2025-02-28"]),  # not a month’s end in a leap year
        ("2026-01-30", 3, 1, ["2026-02-28", "2026-03-30", "2026-04-30"]),  # February does not shorten March
        ("2027-11-30", 1, 3, ["2028-02-29"]),
        ("2026-10-31", 1, 24, ["2028-10-31"]),
    ],
)
def test_worked_examples(ends_on: str, count: int, months: int, expected: list[str]) -> None:
    assert option_ends(d(ends_on), count, months) == [d(one) for one in expected]


DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
COUNTS, MONTHS = st.integers(1, MOST_OPTIONS), st.integers(1, MOST_OPTION_MONTHS)


def at_month_end(on: date) -> bool:
    return on.day == monthrange(on.year, on.month)[1]


@given(DAYS, COUNTS, MONTHS)
def test_they_follow_each_other_by_whole_months(ends_on: date, count: int, months: int) -> None:
    found = option_ends(ends_on, count, months)
    assert len(found) == count
    before = ends_on
    for place, until in enumerate(found, start=1):
        assert (until.year - ends_on.year) * 12 + until.month - ends_on.month == months * place
        assert before + timedelta(days=28 * months) <= until <= before + timedelta(days=31 * months + 3)
        before = until


@given(DAYS, COUNTS, MONTHS)
def test_the_day_of_the_month_stays(ends_on: date, count: int, months: int) -> None:
    for until in option_ends(ends_on, count, months):
        assert at_month_end(until) if at_month_end(ends_on) else until.day == ends_on.day or at_month_end(until)


@given(DAYS, COUNTS, MONTHS)
def test_many_short_ones_end_with_one_long_one(ends_on: date, count: int, months: int) -> None:
    assert option_ends(ends_on, count, months)[-1:] == option_ends(ends_on, 1, count * months)


@dataclass
class Bought:
    """A contract as far as its value goes; `of` is the number of its framework."""

    number: int
    value_minor: int | None
    currency: str | None = "SEK"
    of: int | None = None

    @property
    def id(self) -> UUID:
        return UUID(int=self.number)

    @property
    def framework_id(self) -> UUID | None:
        return None if self.of is None else UUID(int=self.of)


def counted(*contracts: Bought) -> list[int | None]:
    found = value_once(contracts)  # type: ignore[arg-type]
    return [found[one.id] for one in contracts]


def test_a_framework_counts_what_is_not_called_off() -> None:
    framework = Bought(1, 100)
    assert counted(framework) == [100]
    assert counted(framework, Bought(2, 30, of=1), Bought(3, 20, of=1)) == [50, 30, 20]
    assert counted(Bought(2, 130, of=1), framework) == [130, 0]
    assert counted(framework, Bought(2, 30, "EUR", of=1)) == [100, 30], "nothing is converted"
    assert counted(framework, Bought(2, None, None, of=1)) == [100, None]
    assert counted(Bought(1, None, None), Bought(2, 30, of=1)) == [None, 30]
    assert counted(Bought(2, 30, of=1)) == [30], "its framework is not in the set"


CURRENCIES = st.sampled_from(["SEK", "EUR"])
VALUES = st.one_of(st.none(), st.tuples(st.integers(0, 10**12), CURRENCIES))


@st.composite
def sets(draw: st.DrawFn) -> list[Bought]:
    """Frameworks, contracts of their own, and call-offs, some of frameworks outside the set."""
    found = []
    for number in [*range(draw(st.integers(0, 4))), *range(100, 100 + draw(st.integers(0, 6)))]:
        value, currency = draw(VALUES) or (None, None)
        found.append(Bought(number, value, currency, draw(st.integers(0, 5)) if number >= 100 else None))
    return draw(st.permutations(found))


@given(sets())
def test_no_money_counts_twice_and_none_is_lost(contracts: list[Bought]) -> None:
    found = value_once(contracts)  # type: ignore[arg-type]
    by_framework = Counter[tuple[int, str]]()
    for one in contracts:
        if one.of is not None and one.currency:
            by_framework[one.of, one.currency] += one.value_minor or 0
    for one in contracts:
        value = found[one.id]
        assert (value is None) == (one.value_minor is None)
        if value is None or one.value_minor is None or one.currency is None:
            continue
        assert 0 <= value <= one.value_minor
        if one.of is not None:
            assert value == one.value_minor, "a call-off counts whole"
        below = by_framework[one.number, one.currency]
        assert value + below == max(one.value_minor, below), "together as much as the larger of both"

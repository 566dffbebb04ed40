"""Options to extend by number and length: right to the day, at month ends and in leap years."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.contracts.rules import MOST_OPTION_MONTHS, MOST_OPTIONS, option_ends


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

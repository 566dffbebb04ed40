"""Months, weeks and years of the calendar, as they stand in an address."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.audits.spans import Kind, Span
from portal.clock import today
from portal.errors import BadInput

DAYS = st.dates(date(2001, 1, 1), date(2099, 12, 31))


def test_a_month_knows_its_neighbours() -> None:
    january = Span.parse({"month": "2027-01"})
    assert (january.first, january.last) == (date(2027, 1, 1), date(2027, 1, 31))
    assert (str(january.previous), str(january.next)) == ("2026-12", "2027-02")
    assert Span.parse({"month": "2028-02"}).last == date(2028, 2, 29)


def test_a_week_crosses_the_year() -> None:
    week = Span.parse({"week": "2026-W53"})
    assert (week.first, week.last) == (date(2026, 12, 28), date(2027, 1, 3))
    assert (str(week.previous), str(week.next)) == ("2026-W52", "2027-W01")


def test_a_list_has_twelve_months() -> None:
    year = Span.parse({"year": "2027-03"})
    assert (year.first, year.last) == (date(2027, 3, 1), date(2028, 2, 29))
    assert (str(year.previous), str(year.next)) == ("2026-03", "2028-03")


def test_without_a_word_it_is_this_month() -> None:
    span = Span.parse({"show": "ours"})
    assert span.kind is Kind.MONTH
    assert span.first <= today() <= span.last
    assert span.as_kind(Kind.WEEK).first <= today() <= span.as_kind(Kind.WEEK).last


@given(DAYS, st.sampled_from(Kind))
def test_spans_of_a_kind_follow_each_other_without_a_gap(day, kind) -> None:
    span = Span.around(kind, day)
    assert span.first <= day <= span.last
    assert span.next.first == span.last + timedelta(days=1)
    assert span.previous.next == span
    assert Span.parse({kind: str(span)}) == span
    assert span.arguments[kind] == str(span)
    assert [name for name, text in span.arguments.items() if text is not None] == [kind]


@pytest.mark.parametrize("text", ["2027-13", "2027", "next", "9999-12", "0001-01", "2027-01-05", "٢٠٢٧-01", ""])
def test_a_month_that_is_none_is_refused_in_words(text) -> None:
    with pytest.raises(BadInput, match="no month"):
        Span.parse({"month": text})


@pytest.mark.parametrize("text", ["2027-W54", "2027-01", "W01", "0001-W01", "2027-W01-1", ""])
def test_a_week_that_is_none_is_refused_in_words(text) -> None:
    with pytest.raises(BadInput, match="no week"):
        Span.parse({"week": text})

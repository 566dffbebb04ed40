"""Deadlines in working days leave each member its ten days, whatever its country keeps free."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.audits.rules import ANSWER_WORKING_DAYS, default_answer_by
from portal.audits.workdays import holidays_between, is_working_day

COUNTRIES = ("SE", "NO", "ES", "DK", "NL", "DE", "GB", "FI")


@pytest.mark.parametrize(
    ("start", "countries", "due"),
    [
        (date(2026, 11, 20), ["SE", "NO"], date(2026, 12, 4)),  # Friday to Friday, no holiday
        (date(2026, 11, 21), ["SE", "NO"], date(2026, 12, 4)),  # Saturday
        (date(2026, 11, 23), ["SE", "NO"], date(2026, 12, 7)),
        (date(2026, 11, 23), ["ES"], date(2026, 12, 7)),
        (date(2026, 11, 24), ["SE"], date(2026, 12, 8)),
        (date(2026, 11, 24), ["SE", "ES"], date(2026, 12, 9)),  # 8 December is free in Spain: the others wait with it
        (date(2027, 5, 5), ["NO"], date(2027, 5, 21)),  # Ascension on 6, Whit Monday and the 17th in one
        (date(2027, 5, 5), ["GB"], date(2027, 5, 19)),
        (date(2027, 5, 5), [], date(2027, 5, 19)),
        (date(2027, 5, 5), ["XX"], date(2027, 5, 19)),  # no country that has known holidays
    ],
)
def test_ten_working_days(start, countries, due) -> None:
    assert default_answer_by(start, countries) == due


@given(
    start=st.dates(date(2020, 1, 1), date(2040, 12, 31)),
    countries=st.sets(st.sampled_from(COUNTRIES), min_size=1),
)
def test_each_country_has_its_ten_days_and_one_has_no_more(start, countries) -> None:
    due = default_answer_by(start, countries)
    days = [start + timedelta(days=number) for number in range(1, (due - start).days + 1)]
    worked = {country: sum(is_working_day(day, country) for day in days) for country in countries}
    assert min(worked.values()) == ANSWER_WORKING_DAYS
    # The day before was too early for somebody.
    assert any(worked[country] - is_working_day(due, country) < ANSWER_WORKING_DAYS for country in countries)


@given(
    start=st.dates(date(2020, 1, 1), date(2040, 12, 31)),
    countries=st.sets(st.sampled_from(COUNTRIES)),
    more=st.sampled_from(COUNTRIES),
)
def test_another_country_never_shortens_the_time(start, countries, more) -> None:
    assert default_answer_by(start, countries | {more}) >= default_answer_by(start, countries)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.sampled_from(COUNTRIES))
def test_weekends_are_never_worked(day, country) -> None:
    assert not (day.weekday() >= 5 and is_working_day(day, country))


def test_holidays_are_named_in_the_language_of_the_reader_where_it_is_known() -> None:
    day = date(2026, 12, 25)
    assert [(one.country, one.name) for one in holidays_between(day, day, ["NO", "SE"], "sv")][1] == ("SE", "Juldagen")
    assert holidays_between(day, day, ["SE"], "ca")[0].name == "Christmas Day"
    assert holidays_between(day, day, ["NO"], "nb")[0].name == "Første juledag"
    assert holidays_between(day, day, ["XX"]) == []

"""When a lead counts as inactive: never without a reminder, and never before working days have passed."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.audits.leading.rules import may_remind, may_take_over, overdue_since, remind_from, take_over_from
from portal.audits.rules import Awaited, Party, Step

MONDAY = date(2026, 11, 2)
NEXT = Awaited(Step.NOTIFY, Party.LEAD, MONDAY)


def test_ten_working_days_late_a_reminder_and_five_more() -> None:
    active = MONDAY - timedelta(days=30)
    assert remind_from(NEXT, active, "NO") == date(2026, 11, 16)
    assert not may_remind(NEXT, active, None, "NO", date(2026, 11, 15))
    assert may_remind(NEXT, active, None, "NO", date(2026, 11, 16))
    reminded = date(2026, 11, 18)
    assert not may_remind(NEXT, active, reminded, "NO", date(2026, 11, 19))
    assert take_over_from(NEXT, active, reminded, "NO") == date(2026, 11, 25)
    assert not may_take_over(NEXT, active, reminded, "NO", date(2026, 11, 24))
    assert may_take_over(NEXT, active, reminded, "NO", date(2026, 11, 25))


def test_holidays_of_the_leads_country_do_not_count() -> None:
    christmas = Awaited(Step.NOTIFY, Party.LEAD, date(2026, 12, 22))
    active = date(2026, 12, 1)
    assert remind_from(christmas, active, "") == date(2027, 1, 5)
    assert remind_from(christmas, active, "NO") == date(2027, 1, 7)  # Christmas Day and New Year's Day are Fridays


def test_a_step_taken_since_begins_the_time_anew() -> None:
    active = MONDAY + timedelta(days=60)
    assert overdue_since(NEXT, active) == active
    # A reminder from before that step counts for nothing.
    assert take_over_from(NEXT, active, MONDAY + timedelta(days=20), "SE") is None


def test_a_step_without_a_day_is_due_in_four_weeks_and_the_end_is_never_overdue() -> None:
    assert overdue_since(Awaited(Step.SHARE_REPORT, Party.LEAD), MONDAY) == MONDAY + timedelta(days=28)
    assert overdue_since(None, MONDAY) is None
    assert not may_remind(None, MONDAY, None, "SE", MONDAY + timedelta(days=900))
    assert not may_take_over(None, MONDAY, MONDAY, "SE", MONDAY + timedelta(days=900))


days = st.integers(0, 120).map(lambda n: MONDAY + timedelta(days=n))


@given(days, days, st.none() | days, st.sampled_from(["SE", "NO", "ES"]), days)
def test_nobody_is_replaced_unwarned(until, active, reminded, country, today) -> None:
    following = Awaited(Step.NOTIFY, Party.LEAD, until)
    if may_take_over(following, active, reminded, country, today):
        assert reminded is not None
        assert reminded - max(until, active) >= timedelta(days=10)
        assert today - reminded >= timedelta(days=5)
        assert not may_remind(following, active, reminded, country, today)

"""When a commitment is due, and who was asked lately."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.dialogues.rules import REMIND_AHEAD, CommitmentState, asked_recently_since, commitment_state

days = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))


@given(due_on=days, today=days)
def test_done_lasts_and_time_only_makes_an_open_commitment_later(due_on: date, today: date) -> None:
    order = [CommitmentState.OPEN, CommitmentState.DUE, CommitmentState.OVERDUE]
    now = commitment_state(done=False, due_on=due_on, today=today)
    tomorrow = commitment_state(done=False, due_on=due_on, today=today + timedelta(days=1))
    assert order.index(now) <= order.index(tomorrow)
    assert commitment_state(done=True, due_on=due_on, today=today) is CommitmentState.DONE


@pytest.mark.parametrize(
    ("days_left", "state"),
    [
        (-1, CommitmentState.OVERDUE),
        (0, CommitmentState.DUE),
        (REMIND_AHEAD.days, CommitmentState.DUE),
        (REMIND_AHEAD.days + 1, CommitmentState.OPEN),
    ],
)
def test_a_commitment_is_kept_until_its_last_day(days_left: int, state: CommitmentState) -> None:
    today = date(2026, 11, 22)
    assert commitment_state(done=False, due_on=today + timedelta(days=days_left), today=today) is state


@given(days)
def test_the_last_twelve_months_are_a_year_long(today: date) -> None:
    assert today - asked_recently_since(today) in (timedelta(days=365), timedelta(days=366))


def test_the_leap_day_has_a_year_before() -> None:
    assert asked_recently_since(date(2028, 2, 29)) == date(2027, 3, 1)

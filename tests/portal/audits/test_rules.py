"""The state machine of joint audits, and until when an answer may be given."""

from datetime import date, timedelta

import pytest

from portal.audits.month import Month
from portal.audits.rules import AuditState, can_answer, can_be_held, can_become
from portal.errors import BadInput

DAY = date(2026, 11, 22)


def test_the_only_steps() -> None:
    steps = {(before, after) for before in AuditState for after in AuditState if can_become(before, after)}
    assert steps == {
        (AuditState.PROPOSED, AuditState.PLANNED),
        (AuditState.PLANNED, AuditState.HELD),
        (AuditState.PROPOSED, AuditState.CANCELLED),
        (AuditState.PLANNED, AuditState.CANCELLED),
    }


@pytest.mark.parametrize(
    ("state", "answer", "days_left", "allowed"),
    [
        ("proposed", "invited", 0, True),
        ("proposed", "invited", -1, True),  # late, but the lead has not decided
        ("proposed", "joined", 0, True),
        ("proposed", "joined", -1, False),
        ("proposed", "declined", -1, False),
        ("proposed", "joined", None, True),
        ("planned", "invited", 5, False),
        ("cancelled", "joined", 5, False),
        ("held", "invited", 5, False),
    ],
)
def test_until_when_an_answer_may_change(state, answer, days_left, allowed) -> None:
    answer_by = DAY + timedelta(days=days_left) if days_left is not None else None
    assert can_answer(state, answer, answer_by, DAY) is allowed


def test_an_audit_is_held_from_its_first_day_on() -> None:
    assert not can_be_held("planned", DAY + timedelta(days=1), DAY)
    assert can_be_held("planned", DAY, DAY)
    assert not can_be_held("proposed", DAY, DAY)


def test_a_month_knows_its_neighbours() -> None:
    january = Month.parse("2027-01")
    assert (january.first, january.last) == (date(2027, 1, 1), date(2027, 1, 31))
    assert (str(january.previous), str(january.next)) == ("2026-12", "2027-02")
    assert Month.parse("2028-02").last == date(2028, 2, 29)


@pytest.mark.parametrize("text", ["2027-13", "2027", "next", "9999-12", "0001-01", "2027-01-05", "٢٠٢٧-01"])
def test_a_month_that_is_none_is_refused_in_words(text) -> None:
    with pytest.raises(BadInput, match="no month"):
        Month.parse(text)

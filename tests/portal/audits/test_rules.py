"""The state machine of joint audits, and until when an answer may be given."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.audits.rules import (
    DAYS,
    HELD,
    OFF,
    OPEN,
    STEPS,
    AuditState,
    Awaited,
    Party,
    Step,
    answer_given,
    awaited,
    can_answer,
    can_become,
    earliest,
    lapsed,
    may_take,
)
from portal.audits.stages import stages

DAY = date(2026, 11, 22)


def test_the_only_steps() -> None:
    steps = {(before, after) for before in AuditState for after in AuditState if can_become(before, after)}
    before_report = ("draft", "proposed", "planned", "notified", "confirmed", "fieldwork")
    way = (*before_report, "report_review", "plan_agreed", "follow_up", "closed")
    assert steps == {
        *pairwise(way),
        ("planned", "fieldwork"),  # unannounced
        ("report_review", "closed"),
        *((state, "refused") for state in ("notified", "confirmed")),
        *((state, "postponed") for state in ("planned", "notified", "confirmed")),
        ("postponed", "planned"),
        *((state, "cancelled") for state in ("proposed", "planned", "notified", "confirmed", "postponed")),
    }


def test_no_state_is_lost_and_three_are_the_end() -> None:
    """Every state is of one kind, is reached from a draft, and all but three go on."""
    assert sorted([*OPEN, *HELD, *OFF]) == sorted(AuditState)
    reached, new = set(), {AuditState.DRAFT}
    while new:
        reached |= new
        new = {move.target for move in STEPS.values() if move.sources & reached} - reached
    assert reached == set(AuditState)
    ends = {state for state in AuditState if not any(can_become(state, other) for other in AuditState)}
    assert ends == {AuditState.CLOSED, AuditState.REFUSED, AuditState.CANCELLED}


@dataclass
class Dates:
    """An audit's course without a database."""

    state: str
    announcement: str = "announced"
    starts_on: date = DAY
    ends_on: date = DAY + timedelta(days=1)
    answer_by: date | None = None
    notice_on: date | None = None
    confirmed_on: date | None = None
    fieldwork_from: date | None = None
    fieldwork_to: date | None = None
    report_on: date | None = None
    remarks_on: date | None = None
    plan_on: date | None = None
    follow_up_on: date | None = None
    closed_on: date | None = None


def test_an_unannounced_audit_begins_without_a_notice_and_no_other_does() -> None:
    for announcement, notified in (("announced", True), ("semi", True), ("unannounced", False)):
        audit = Dates("planned", announcement)
        assert may_take(audit, Step.NOTIFY, DAY) is notified
        assert may_take(audit, Step.BEGIN, DAY) is not notified
        next_one = awaited(audit, DAY, waiting=False)
        assert next_one is not None
        assert next_one.step is (Step.NOTIFY if notified else Step.BEGIN)
        told = {one.step for one in stages(audit, DAY)} & {Step.NOTIFY, Step.CONFIRM}
        assert bool(told) is notified
    assert not may_take(Dates("planned", "unannounced", starts_on=DAY + timedelta(days=1)), Step.BEGIN, DAY)


@given(st.lists(st.tuples(st.sampled_from(Step), st.integers(0, 40)), max_size=40))
def test_whatever_is_tried_the_course_stays_in_order(tried) -> None:
    """No path leads to an illegal state: each step is one of the table, and the dates that it writes never run back."""
    audit, day = Dates("draft"), DAY - timedelta(days=60)
    for step, later in tried:
        day += timedelta(days=later)
        if not may_take(audit, step, day):
            continue
        move, before = STEPS[step], audit.state
        assert before in move.sources
        if move.day:
            first = earliest(audit, move.day)
            assert first is None or first <= day
            setattr(audit, move.day, day)
        audit.state = move.target
        known = [on for name in DAYS if (on := getattr(audit, name)) is not None]
        assert step is Step.REPLAN or known == sorted(known)
        if audit.state in HELD:
            assert audit.fieldwork_from
            assert audit.fieldwork_to
        if audit.state in (AuditState.PLAN_AGREED, AuditState.FOLLOW_UP, AuditState.CLOSED):
            assert audit.report_on
        if step is Step.REPLAN:
            audit.notice_on = audit.confirmed_on = None
        following = awaited(audit, day, waiting=False)
        assert (following is None) == (audit.state in ("closed", "refused", "cancelled"))
        assert len(stages(audit, day)) >= 8


def test_the_supplier_has_ten_days_with_the_report_unless_it_has_answered() -> None:
    audit = Dates("report_review", fieldwork_from=DAY, fieldwork_to=DAY)
    assert not may_take(audit, Step.AGREE_PLAN, DAY)
    audit.report_on = DAY
    last = DAY + timedelta(days=10)
    assert awaited(audit, last, waiting=False) == Awaited(None, Party.SUPPLIER, last)
    for step in (Step.AGREE_PLAN, Step.CLOSE):
        assert not may_take(audit, step, last)
        assert may_take(audit, step, last + timedelta(days=1))
    audit.remarks_on = DAY
    assert may_take(audit, Step.AGREE_PLAN, DAY)
    assert not may_take(audit, Step.SHARE_REPORT, DAY)


def test_what_comes_next_by_whom_and_until_when() -> None:
    noticed = DAY - timedelta(days=40)
    for audit, waiting, expected in [
        (Dates("draft"), False, Awaited(Step.PROPOSE, Party.LEAD)),
        (Dates("proposed", answer_by=DAY), True, Awaited(Step.PLAN, Party.INVITED, DAY)),
        (Dates("proposed", answer_by=DAY), False, Awaited(Step.PLAN, Party.LEAD, DAY)),
        (Dates("planned"), False, Awaited(Step.NOTIFY, Party.LEAD, DAY - timedelta(days=28))),
        (
            Dates("notified", notice_on=noticed),
            False,
            Awaited(Step.CONFIRM, Party.SUPPLIER, noticed + timedelta(days=28)),
        ),
        (Dates("confirmed"), False, Awaited(Step.BEGIN, Party.LEAD, DAY)),
        (Dates("fieldwork"), False, Awaited(Step.FINISH, Party.LEAD, DAY + timedelta(days=1))),
        (Dates("follow_up"), False, Awaited(Step.CLOSE, Party.LEAD)),
        (Dates("postponed"), False, Awaited(Step.REPLAN, Party.LEAD)),
        (Dates("closed"), False, None),
    ]:
        assert awaited(audit, DAY, waiting) == expected
    assert awaited(Dates("proposed", answer_by=DAY), DAY + timedelta(days=1), True) == Awaited(
        Step.PLAN, Party.LEAD, DAY
    )


def test_the_stages_say_which_time_has_run_out() -> None:
    noticed = DAY - timedelta(days=29)
    late = {one.step for one in stages(Dates("notified", notice_on=noticed), DAY) if one.late}
    assert late == {Step.NOTIFY}
    confirmed = stages(Dates("confirmed", notice_on=noticed, confirmed_on=DAY), DAY)
    assert not any(one.late for one in confirmed)
    assert [one.step for one in confirmed if one.done] == [Step.PROPOSE, Step.PLAN, Step.NOTIFY, Step.CONFIRM]
    postponed = stages(Dates("postponed", notice_on=noticed), DAY)
    assert [one.step for one in postponed if one.done] == [Step.PROPOSE, Step.PLAN, Step.NOTIFY]
    closed = Dates("closed", fieldwork_from=DAY, fieldwork_to=DAY, report_on=DAY, closed_on=DAY)
    assert Step.AGREE_PLAN not in {one.step for one in stages(closed, DAY)}  # nothing was found


@pytest.mark.parametrize(
    ("state", "answer", "days_left", "allowed"),
    [
        ("proposed", "invited", 0, True),
        ("proposed", "invited", -1, True),  # late, but the lead has not decided
        ("proposed", "late", -1, True),
        ("proposed", "joined", 0, True),
        ("proposed", "joined", -1, False),
        ("proposed", "declined", -1, False),
        ("proposed", "joined", None, True),
        ("planned", "invited", 5, False),
        ("cancelled", "joined", 5, False),
        ("report_review", "invited", 5, False),
    ],
)
def test_until_when_an_answer_may_change(state, answer, days_left, allowed) -> None:
    answer_by = DAY + timedelta(days=days_left) if days_left is not None else None
    assert can_answer(state, answer, answer_by, DAY) is allowed


@pytest.mark.parametrize(
    ("state", "answer", "days_left", "gone"),
    [
        ("proposed", "invited", 0, False),
        ("proposed", "invited", -1, True),
        ("proposed", "invited", None, False),
        ("proposed", "declined", -1, False),
        ("planned", "invited", 5, True),
        ("planned", "joined", -5, False),
    ],
)
def test_when_an_invitation_has_lapsed(state, answer, days_left, gone) -> None:
    answer_by = DAY + timedelta(days=days_left) if days_left is not None else None
    assert lapsed(state, answer, answer_by, DAY) is gone


def test_what_an_answer_counts_as() -> None:
    late = DAY - timedelta(days=1)
    assert [answer_given(True, on, DAY) for on in (None, DAY, late)] == ["joined", "joined", "late"]
    assert answer_given(False, late, DAY) == "declined"


def test_a_visit_begins_on_its_first_day_at_the_earliest() -> None:
    assert not may_take(Dates("confirmed", starts_on=DAY + timedelta(days=1)), Step.BEGIN, DAY)
    assert may_take(Dates("confirmed"), Step.BEGIN, DAY)
    assert not may_take(Dates("planned"), Step.BEGIN, DAY)

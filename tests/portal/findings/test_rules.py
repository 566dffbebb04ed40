"""The state machines of findings and actions, who may verify, and the lights: over every path and any mix."""

from datetime import date, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.findings import rules
from portal.findings.rules import ActionState, FindingState, Light, Reason, Severity, Standing, StepKind

DAY = date(2026, 11, 23)
severities = st.sampled_from(list(Severity))
days = st.none() | st.integers(-400, 400).map(lambda offset: DAY + timedelta(days=offset))
standings = st.builds(
    Standing, severity=severities, closed=st.booleans(), planned=st.booleans(), plan_due=days, close_due=days
)


@given(severities, st.lists(st.sampled_from(list(StepKind)), max_size=30))
def test_no_path_closes_a_deviation_without_plan_and_verification(severity, kinds) -> None:
    state, taken = FindingState.OPEN, []
    for kind in kinds:
        if rules.can_take(state, kind, severity):
            state = rules.STEPS[kind][1]
            taken.append(kind)
        if state is FindingState.CLOSED and rules.needs_plan(severity):
            since = taken[::-1]
            way = since[: next((n for n, one in enumerate(since) if one in _RESTARTS), len(since))]
            assert {StepKind.PLAN_AGREED, StepKind.STARTED, StepKind.SUBMITTED, StepKind.VERIFIED} <= set(way)


_RESTARTS = {StepKind.REOPENED, StepKind.NOT_EFFECTIVE}


def test_every_state_is_reached_and_none_is_a_dead_end() -> None:
    reached, frontier = {FindingState.OPEN}, [FindingState.OPEN]
    while frontier:
        state = frontier.pop()
        targets = {rules.STEPS[kind][1] for kind in StepKind if rules.can_take(state, kind, Severity.MAJOR)}
        assert targets - {state}, state
        frontier += targets - reached
        reached |= targets
    assert reached == set(FindingState)


def test_the_only_steps_of_an_action() -> None:
    found = {(a, b) for a, b in product(ActionState, ActionState) if rules.can_move_action(a, b)}
    assert found == {
        ("planned", "in_progress"),
        ("done", "in_progress"),
        ("planned", "done"),
        ("in_progress", "done"),
        ("planned", "dropped"),
        ("in_progress", "dropped"),
    }


@given(severities, st.none() | st.uuids(), st.none() | st.uuids())
def test_nobody_verifies_ones_own_word_on_critical_and_major_findings(severity, submitter, verifier) -> None:
    allowed = rules.may_verify(severity, submitter, verifier)
    if severity in (Severity.CRITICAL, Severity.MAJOR):
        assert allowed == (None not in (submitter, verifier) and submitter != verifier)
        assert not rules.may_verify(severity, submitter, submitter)
    else:
        assert allowed


def test_another_person_approves_more_time() -> None:
    one, other = uuid4(), uuid4()
    assert rules.may_decide_extension(one, other)
    assert not rules.may_decide_extension(one, one)
    assert not rules.may_decide_extension(None, other)
    assert not rules.may_decide_extension(UUID(int=1), None)


@pytest.mark.parametrize(
    ("severity", "plan", "closing"),
    [
        ("critical", 7, 30),
        ("major", 14, 90),
        ("minor", 14, 180),
        ("risk", 30, None),
        ("observation", None, None),
        ("good_practice", None, None),
    ],
)
def test_due_dates_by_severity(severity, plan, closing) -> None:
    def after(number):
        return None if number is None else DAY + timedelta(days=number)

    assert rules.plan_due(Severity(severity), DAY) == after(plan)
    assert rules.closing_due(Severity(severity), DAY) == after(closing)


def test_a_risk_is_closed_at_the_next_review() -> None:
    review = DAY + timedelta(days=200)
    assert rules.closing_due(Severity.RISK, DAY, review) == review
    assert rules.closing_due(Severity.MAJOR, DAY, review) == DAY + timedelta(days=90)


@given(st.sampled_from(list(FindingState)), severities, st.lists(st.sampled_from(list(ActionState)), max_size=4))
def test_a_deviation_is_released_only_with_an_agreed_plan(state, severity, actions) -> None:
    released = rules.can_be_released(state, severity, actions)
    if rules.needs_plan(severity):
        assert released == (state not in ("open", "reopened") and set(actions) - {ActionState.DROPPED} != set())
    else:
        assert released


@given(st.lists(st.sampled_from(list(ActionState)), max_size=5))
def test_it_is_submitted_when_nothing_is_left_to_do(actions) -> None:
    left = [one for one in actions if one in ("planned", "in_progress")]
    assert rules.plan_is_complete(actions) == (not left and "done" in actions)


@given(st.lists(standings, max_size=6), standings, st.integers(0, 400))
def test_lights_are_monotone(findings, another, later) -> None:
    colour, counts = rules.light(findings, DAY)
    assert rules.light([*findings, another], DAY)[0] >= colour  # one more finding never makes it better
    assert rules.light(findings, DAY + timedelta(days=later))[0] >= colour  # nor does time
    closed = [Standing(one.severity, True, one.planned, one.plan_due, one.close_due) for one in findings]
    assert rules.light(closed, DAY)[0] is Light.GREEN  # once all are closed it is green
    assert sum(counts.values()) == sum(rules.needs_plan(one.severity) for one in findings)
    if colour is Light.RED:
        assert {Reason.PLAN_LATE, Reason.CLOSING_LATE} & set(counts)


def test_the_due_day_itself_is_in_time() -> None:
    finding = Standing("major", closed=False, planned=False, plan_due=DAY, close_due=DAY + timedelta(days=76))
    assert rules.light([finding], DAY) == (Light.YELLOW, {Reason.HANDLED: 1})
    assert rules.light([finding], DAY + timedelta(days=1)) == (Light.RED, {Reason.PLAN_LATE: 1})
    assert rules.light([finding], DAY + timedelta(days=77)) == (Light.RED, {Reason.CLOSING_LATE: 1})

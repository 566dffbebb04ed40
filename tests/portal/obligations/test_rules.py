"""Steps of obligations, and what becomes of due days when a contract changes: nothing that was delivered is lost."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.clauses.duties import Due
from portal.obligations.labels import REFUSALS, STATES, STEPS
from portal.obligations.rules import Changes, Known, ObligationState, Refusal, StepKind, can_take, changes, is_overdue

JUNE, JULY = date(2026, 6, 30), date(2026, 7, 31)


def known(occurrence: int, on: date = JUNE, state: str = "open", *, touched: bool = False) -> Known:
    return Known(uuid4(), "report", occurrence, on, state, touched)


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        ("open", {"delivered", "refused", "waived"}),
        ("delivered", {"accepted", "sent_back"}),
        ("accepted", {"reopened"}),
        ("refused", {"reopened"}),
        ("waived", {"reopened"}),
    ],
)
def test_steps_from_each_state(state: str, kinds: set[str]) -> None:
    assert {kind for kind in StepKind if can_take(state, kind)} == kinds


def test_every_word_is_there() -> None:
    assert (set(STATES), set(STEPS), set(REFUSALS)) == (set(ObligationState), set(StepKind), set(Refusal))


@pytest.mark.parametrize(
    ("state", "today", "late"),
    [
        ("open", date(2026, 6, 30), False),  # the due day itself is in time
        ("open", date(2026, 7, 1), True),
        ("delivered", date(2026, 7, 1), False),
        ("waived", date(2027, 7, 1), False),
    ],
)
def test_overdue_is_computed(state: str, today: date, late: bool) -> None:
    assert is_overdue(state, JUNE, today) is late


def test_the_same_days_change_nothing() -> None:
    assert changes([known(2026)], [Due("report", 2026, JUNE)]) == Changes((), {}, frozenset())


def test_an_extension_adds_and_keeps() -> None:
    there = known(2026)
    wanted = [Due("report", 2026, JUNE), Due("report", 2027, date(2027, 6, 30))]
    assert changes([there], wanted) == Changes((wanted[1],), {}, frozenset())


def test_open_ones_move_and_settled_ones_keep_their_day() -> None:
    open_one, done = known(1), known(2, state="accepted")
    found = changes([open_one, done], [Due("report", 1, JULY), Due("report", 2, JULY)])
    assert found == Changes((), {open_one.id: JULY}, frozenset())


def test_a_shorter_contract_drops_only_what_nobody_touched() -> None:
    plain, with_file = known(1), known(2, touched=True)
    settled = [known(place, state=state) for place, state in enumerate(("delivered", "accepted", "refused"), start=3)]
    assert changes([plain, with_file, *settled], []) == Changes((), {}, frozenset({plain.id}))


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.sampled_from(list(ObligationState)), st.booleans()), unique_by=lambda r: r[0]
    ),
    st.sets(st.integers(0, 6)),
)
def test_whatever_changes_nothing_delivered_is_dropped_or_moved(rows, wanted) -> None:
    there = [known(place, state=state, touched=touched) for place, state, touched in rows]
    found = changes(there, [Due("report", place, JULY) for place in wanted])
    by_id: dict[UUID, Known] = {one.id: one for one in there}
    for obligation_id in {*found.dropped, *found.moved}:
        assert by_id[obligation_id].state == "open"
    assert not any(by_id[obligation_id].touched for obligation_id in found.dropped)
    left = {one.occurrence for one in there if one.id not in found.dropped} | {due.occurrence for due in found.added}
    assert wanted <= left

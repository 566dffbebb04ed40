"""What people decide on pairs: kept apart for ever, taken back, and what merges teach."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from portal import db
from portal.access.actor import Actor
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition
from portal.journal.models import JournalEntry
from portal.merging import services as merging
from portal.merging.models import SupplierMerge
from portal.merging.pairs import queries, services
from portal.merging.pairs.models import SupplierPair
from portal.merging.pairs.queries import Narrowing
from portal.merging.pairs.rules import PAIR_STEPS, Likeness, PairState, in_order, likeness
from portal.merging.services import MergeData
from portal.registry.models import Follow
from tests.factories.merging import make_pair
from tests.factories.registry import make_supplier

Acting = Callable[[str], Actor]


@pytest.fixture
def ids(acting: Acting) -> tuple[UUID, UUID]:
    """Two suppliers that stand in the queue."""
    acting("system")
    with db.transaction():
        one, other = make_supplier("Halden Computing AB"), make_supplier("Halden Computin AB")
        make_pair(one, other)
        return one.id, other.id


def queue(actor: Actor, **values: object) -> list[tuple[UUID, UUID]]:
    db.session.rollback()
    page = queries.page_of(actor, Narrowing(**values))  # type: ignore[arg-type]
    return [(pair.low_id, pair.high_id) for pair in page.rows]


def merge(actor: Actor, kept: UUID, merged: UUID) -> UUID:
    with db.transaction():
        return merging.propose(actor, MergeData(kept, merged, "Same")).id


def test_every_state_can_be_left_and_a_pair_is_written_in_one_order() -> None:
    assert set(PAIR_STEPS) == set(PairState)
    assert all(state not in origins for state, origins in PAIR_STEPS.items())
    one, other = UUID(int=1), UUID(int=2)
    assert in_order(other, one) == in_order(one, other) == (one, other)


@pytest.mark.parametrize(
    ("score", "decision", "word"),
    [(1.0, "same", Likeness.CERTAIN), (0.99, "review", Likeness.LIKELY), (0.8, "review", Likeness.POSSIBLE)],
)
def test_the_step_of_a_verdict(score: float, decision: str, word: Likeness) -> None:
    assert likeness(score, decision) is word


def test_kept_apart_and_taken_back(acting: Acting, ids: tuple[UUID, UUID]) -> None:
    one, other = ids
    officer = acting("stockholm-officer")
    with db.transaction():
        services.keep_apart(officer, other, one)
    assert (queue(officer), queue(officer, state=PairState.DIFFERENT)) == ([], [in_order(one, other)])
    with pytest.raises(InvalidTransition), db.transaction():
        services.keep_apart(officer, one, other)
    second = acting("oslo-officer")
    with db.transaction():
        services.ask_again(second, one, other)
    assert queue(second) == [in_order(one, other)]
    with pytest.raises(InvalidTransition), db.transaction():
        services.ask_again(second, one, other)
    acting("system")
    actions = list(db.session.scalars(select(JournalEntry.action).where(JournalEntry.object_id.in_(ids))))
    assert sorted(actions) == ["supplier.pair_asked_again", "supplier.pair_kept_apart"]


def test_who_may_not_edit_the_registry_decides_nothing(acting: Acting, ids: tuple[UUID, UUID]) -> None:
    reader = acting("stockholm-reader")
    for decide in (services.keep_apart, services.ask_again):
        with pytest.raises(Forbidden), db.transaction():
            decide(reader, *ids)


def test_what_is_proposed_or_merged_is_not_kept_apart(
    acting: Acting, ids: tuple[UUID, UUID], authority_ids: dict[str, UUID]
) -> None:
    one, other = ids
    officer = acting("stockholm-officer")
    with db.transaction():
        follow = Follow(authority_id=authority_ids["oslo"], supplier_id=one)
        db.session.add(follow)
    proposal = merge(officer, one, other)
    assert queue(officer) == [], "it is decided where it is proposed"
    with pytest.raises(Conflict, match="proposed already"), db.transaction():
        services.keep_apart(officer, one, other)
    second = acting("oslo-officer")
    with db.transaction():
        merging.confirm(second, db.session.get_one(SupplierMerge, proposal), 1)
    assert db.session.get_one(SupplierPair, in_order(one, other)).state == "merged"
    with pytest.raises(BadInput, match="one record already"), db.transaction():
        services.keep_apart(second, one, other)


@pytest.mark.parametrize("different", [True, False])
def test_a_rejected_proposal_teaches_what_its_reason_says(
    acting: Acting, ids: tuple[UUID, UUID], authority_ids: dict[str, UUID], different: bool
) -> None:
    one, other = ids
    officer = acting("stockholm-officer")
    with db.transaction():
        db.session.add(Follow(authority_id=authority_ids["oslo"], supplier_id=one))
    proposal = merge(officer, one, other)
    second = acting("oslo-officer")
    with db.transaction():
        merging.reject(second, db.session.get_one(SupplierMerge, proposal), 1, different=different)
    assert (queue(second) == []) is different
    assert bool(queries.said_different(one, other)) is different


def test_an_undone_merge_is_a_pair_kept_apart(acting: Acting, ids: tuple[UUID, UUID]) -> None:
    one, other = ids
    officer = acting("stockholm-officer")
    merge_id = merge(officer, one, other)
    with db.transaction():
        merging.undo(officer, db.session.get_one(SupplierMerge, merge_id), 2)
    (said,) = queries.said_different(one, other)
    assert (said.state, said.decided_by_id) == ("different", officer.authority_id)
    assert queue(officer) == []


def test_a_decision_holds_for_what_the_two_were_merged_into(acting: Acting, ids: tuple[UUID, UUID]) -> None:
    one, other = ids
    officer = acting("stockholm-officer")
    with db.transaction():
        kept, last = make_supplier("Halden Datorer AB"), make_supplier("Halden Data AB")
        services.keep_apart(officer, one, other)
        make_pair(last, db.session.get_one(type(last), other))
    assert queue(officer) == [in_order(other, last.id)]
    first = merge(officer, kept.id, one)
    merge(officer, last.id, kept.id)
    with db.transaction():
        again = make_supplier("Haldn AB")
        make_pair(again, last)
        services.keep_apart(officer, again.id, last.id)
    assert queue(officer) == [], "the survivor holds what was said to differ"
    assert len(queries.said_different(last.id, other)) == 1
    with db.transaction():
        services.ask_again(officer, last.id, other)
    assert queue(officer) == [in_order(other, last.id)]
    assert db.session.get_one(SupplierMerge, first).state == "merged"
    db.session.expire_all()
    assert db.session.get_one(SupplierPair, in_order(one, other)).state == "open"


def test_filters_and_pages_of_the_queue(acting: Acting, authority_ids: dict[str, UUID]) -> None:
    officer = acting("stockholm-officer")
    with db.transaction():
        made = []
        for number in range(7):
            one, other = (
                make_supplier(f"One {number} AB"),
                make_supplier(f"Other {number} AB", "NO" if number else "DE"),
            )
            made.append(make_pair(one, other, score=0.8 if number < 5 else 0.75 + number / 50))
        db.session.add(Follow(authority_id=officer.authority_id, supplier_id=made[3].high_id))
        db.session.add(Follow(authority_id=authority_ids["oslo"], supplier_id=made[4].high_id))
    keys = [(pair.low_id, pair.high_id) for pair in made]
    assert queue(officer, ours=True) == [keys[3]]
    assert queue(officer, country="DE") == [keys[0]]
    assert queries.countries(officer, PairState.OPEN) == ["DE", "NO", "SE"]
    seen, cursor = [], None
    for _page in range(4):
        page = queries.page_of(officer, Narrowing(), cursor, limit=2)
        seen += [(pair.low_id, pair.high_id) for pair in page.rows]
        cursor = page.next_cursor
    assert (cursor, len(seen), set(seen)) == (None, 7, set(keys))
    assert seen[:2] == [keys[6], keys[5]]
    following = queries.next_after(officer, made[6])
    assert following is not None
    assert (following.low_id, following.high_id) == keys[5]

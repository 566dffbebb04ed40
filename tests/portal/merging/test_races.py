"""Merges against each other, against imports and against what people write meanwhile, on real PostgreSQL."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import select

from portal import db
from portal.access.actor import Actor
from portal.contracts.models import Contract
from portal.errors import Conflict
from portal.merging import services
from portal.merging.models import SupplierMerge
from portal.merging.services import MergeData
from portal.registry import queries as registry
from portal.registry import services as registry_services
from portal.registry.merging_lock import hold_off_merging
from portal.registry.models import Supplier, SupplierName
from portal.registry.provenance import Provenance
from portal.registry.rules import NameKind
from tests.factories.contracts import make_contract
from tests.factories.registry import make_supplier

Acting = Callable[[str], Actor]
PATIENCE = 20  # seconds; a test that waits longer has found a deadlock


def authority_of(actor: Actor) -> UUID:
    """The authority of an officer."""
    assert actor.authority_id
    return actor.authority_id


@pytest.fixture
def pair(acting: Acting) -> tuple[UUID, UUID]:
    """Two suppliers of the registry, the first one to be kept."""
    acting("system")
    with db.transaction():
        return make_supplier("Halden Computing AB").id, make_supplier("Halden Computing Aktiebolag").id


def in_thread(pool: ThreadPoolExecutor, actor: Actor, work: Callable[[], object]) -> "Future[object]":
    """Run `work` in a transaction of its own session, on behalf of the actor."""

    def run() -> object:
        db.set_scope(authority_id=actor.authority_id, system=actor.is_system)
        try:
            with db.transaction():
                return work()
        finally:
            db.session.remove()

    return pool.submit(run)


def merge(actor: Actor, kept: UUID, merged: UUID) -> SupplierMerge:
    return services.propose(actor, MergeData(kept, merged, "The same company"))


def test_two_officers_merge_the_same_pair_at_once(acting: Acting, pair: tuple[UUID, UUID]) -> None:
    officer = acting("stockholm-officer")
    one, other = pair
    for _again in range(3):  # in both directions at once, which must not deadlock either
        with ThreadPoolExecutor(2) as pool:
            results = [
                in_thread(pool, officer, lambda a=a, b=b: merge(officer, a, b))  # type: ignore[misc]
                for a, b in ((one, other), (other, one))
            ]
            errors = [result.exception(PATIENCE) for result in results]
        assert sorted(type(error).__name__ for error in errors) == ["Conflict", "NoneType"]
        assert "was merged into “Halden Computing" in str(next(error for error in errors if error))
        done = db.session.scalars(select(SupplierMerge).where(SupplierMerge.state == "merged")).one()
        db.session.rollback()
        with db.transaction():
            services.undo(officer, db.session.get_one(SupplierMerge, done.id), 2)


def test_a_contract_written_during_a_merge_lands_at_the_survivor(acting: Acting, pair: tuple[UUID, UUID]) -> None:
    officer, other = acting("stockholm-officer"), acting("oslo-officer")
    kept, merged = pair
    written = Event()

    def write() -> object:
        written.set()
        return make_contract(owner_id=authority_of(other), supplier_id=merged).id

    acting("stockholm-officer")
    with ThreadPoolExecutor(1) as pool:
        with db.transaction():
            merge(officer, kept, merged)
            contract = in_thread(pool, other, write)
            assert written.wait(PATIENCE)
            time.sleep(0.3)
            assert not contract.done(), "it waits for the merge"
        contract_id = contract.result(PATIENCE)
    acting("oslo-officer")
    assert db.session.get_one(Contract, contract_id).supplier_id == kept


def test_a_merge_waits_for_a_contract_that_is_being_written(acting: Acting, pair: tuple[UUID, UUID]) -> None:
    officer, other = acting("stockholm-officer"), acting("oslo-officer")
    kept, merged = pair
    with ThreadPoolExecutor(1) as pool:
        with db.transaction():
            contract_id = make_contract(owner_id=authority_of(other), supplier_id=merged).id
            result = in_thread(pool, officer, lambda: merge(officer, kept, merged))
            time.sleep(0.3)
            assert not result.done()
        result.result(PATIENCE)
    acting("oslo-officer")
    assert db.session.get_one(Contract, contract_id).supplier_id == kept


def test_a_merge_waits_for_an_import_to_end(acting: Acting, pair: tuple[UUID, UUID]) -> None:
    officer = acting("stockholm-officer")
    kept, merged = pair
    with ThreadPoolExecutor(1) as pool:
        with db.transaction():
            hold_off_merging()  # as services.apply of the imports does before it plans
            result = in_thread(pool, officer, lambda: merge(officer, kept, merged))
            time.sleep(0.3)
            assert not result.done()
            where = Provenance("List", date(2026, 1, 1))
            data = registry_services.NameData("Halden Trade", NameKind.TRADING)
            registry_services.add_name(officer, registry.get_supplier(merged), data, where)
        result.result(PATIENCE)
    names = db.session.scalars(select(SupplierName).where(SupplierName.name == "Halden Trade"))
    assert names.one().supplier_id == kept


def test_an_old_id_leads_to_the_survivor_for_ever(acting: Acting, pair: tuple[UUID, UUID]) -> None:
    officer = acting("stockholm-officer")
    kept, merged = pair
    with db.transaction():
        last = make_supplier("Halden Group AB").id
        merge(officer, kept, merged)
        merge(officer, last, kept)
    assert registry.get_supplier(merged).id == registry.get_facts(merged).id == last
    with db.transaction():
        registry_services.follow(officer, merged)
        child = make_supplier("Below AB", parent_id=merged)
    assert registry.followed_ids(officer.authority_id) == {last}
    db.session.refresh(child)
    assert child.parent_id == last
    assert [one.id for one in registry.find_by_name("Halden Computing")] == [last]
    first = db.session.scalars(select(SupplierMerge).where(SupplierMerge.merged_id == merged)).one()
    db.session.rollback()
    with pytest.raises(Conflict, match="Undo that merge first"), db.transaction():
        services.undo(officer, db.session.get_one(SupplierMerge, first.id), 2)
    assert db.session.get_one(Supplier, merged).merged_into_id == kept

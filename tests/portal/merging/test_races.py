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
from portal.merging.pairs import queries as pairs
from portal.merging.pairs.sweep import sweep_batch
from portal.merging.services import MergeData
from portal.registry import queries as registry
from portal.registry import services as registry_services
from portal.registry.imports import services as imports
from portal.registry.imports.reading import read_table
from portal.registry.merging_lock import hold_off_merging
from portal.registry.models import Follow, Site, Supplier, SupplierImport, SupplierName
from portal.registry.provenance import Provenance
from portal.registry.rules import NameKind
from tests.factories.contracts import make_contract
from tests.factories.registry import make_identifier, make_import, make_site, make_supplier

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


def test_two_authorities_decide_on_a_proposal_at_once(acting: Acting, pair: tuple[UUID, UUID]) -> None:
    officer = acting("stockholm-officer")
    deciders = [acting("oslo-officer"), acting("barcelona-officer")]
    acting("system")
    with db.transaction():
        for decider in deciders:
            db.session.add(Follow(authority_id=authority_of(decider), supplier_id=pair[0]))
    acting("stockholm-officer")
    with db.transaction():
        merge_id = merge(officer, *pair).id

    def decide(decider: Actor, service: Callable[[Actor, SupplierMerge, int], None]) -> Callable[[], None]:
        return lambda: service(decider, db.session.get_one(SupplierMerge, merge_id), 1)

    def reject(actor: Actor, found: SupplierMerge, version: int) -> None:
        services.reject(actor, found, version, different=True)

    with ThreadPoolExecutor(2) as pool:
        results = [
            in_thread(pool, decider, decide(decider, service))
            for decider, service in zip(deciders, (services.confirm, reject), strict=True)
        ]
        errors = [result.exception(PATIENCE) for result in results]
    assert sorted(type(error).__name__ for error in errors) == ["InvalidTransition", "NoneType"]
    db.session.expire_all()
    merged, apart = errors[0] is None, errors[1] is None
    assert (registry.get_supplier(pair[1]).id == pair[0]) is merged
    assert bool(pairs.said_different(*pair)) is apart


def test_a_list_imported_during_a_merge_lands_at_the_survivor(acting: Acting, pair: tuple[UUID, UUID]) -> None:
    """The import plans by the numbers of the merged record, waits, and plans again as the registry is then."""
    officer = acting("stockholm-officer")
    kept, merged = pair
    content = b"company,country,org no,address\nHalden Computing,SE,556036-0793,7 List Street\n"
    with db.transaction():
        make_identifier(registry.get_supplier(merged))
        import_id = make_import(owner_id=authority_of(officer), content=content, state="applying").id
    begun = Event()

    def apply() -> object:
        found = db.session.get_one(SupplierImport, import_id)
        found.mapping = {"0": "name", "1": "country", "2": "national", "3": "address"}
        begun.set()
        return imports.apply(officer, found, read_table(content), lambda *_: None).counts()

    with ThreadPoolExecutor(1) as pool:
        with db.transaction():
            merge(officer, kept, merged)
            applied = in_thread(pool, officer, apply)
            assert begun.wait(PATIENCE)
            time.sleep(0.3)
            assert not applied.done(), "it waits for the merge"
        counts = applied.result(PATIENCE)
    assert isinstance(counts, dict)
    assert (counts["matched"], counts["suppliers"]) == (1, 0)
    site = db.session.scalars(select(Site).where(Site.address == "7 List Street")).one()
    assert site.supplier_id == kept


def test_a_sweep_and_a_merge_of_a_pair_of_its_queue_do_not_block_each_other(
    acting: Acting, pair: tuple[UUID, UUID]
) -> None:
    officer, system = acting("stockholm-officer"), acting("system")
    kept, merged = pair
    with db.transaction():
        sweep_batch()
        make_site(registry.get_supplier(kept), "9 New Street")
    assert pairs.get_pair(kept, merged) is not None
    db.session.rollback()
    acting("system")
    with ThreadPoolExecutor(2) as pool:
        with db.transaction():
            sweep_batch()  # has written the pair again, and is not at its end
            result = in_thread(pool, officer, lambda: merge(officer, kept, merged))
            time.sleep(0.3)
            assert not result.done()
        result.result(PATIENCE)
        in_thread(pool, system, sweep_batch).result(PATIENCE)
    db.session.rollback()
    db.session.expire_all()
    found = pairs.get_pair(kept, merged)
    assert found is not None
    assert found.state == "merged"

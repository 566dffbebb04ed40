"""Who may merge, what a merge does to names, owners and doubles, and what stays after it is undone."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select, text

from portal import db
from portal.access.actor import Actor
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition
from portal.journal.models import JournalEntry
from portal.merging import services
from portal.merging.models import MergeLedger, SupplierMerge
from portal.merging.references import references
from portal.merging.services import MergeData
from portal.registry import queries as registry
from portal.registry.models import Follow, Supplier
from tests.factories.audits import make_audit
from tests.factories.contracts import make_contract
from tests.factories.registry import make_name, make_site, make_supplier

Acting = Callable[[str], Actor]


def authority_of(actor: Actor) -> UUID:
    """The authority of an officer."""
    assert actor.authority_id
    return actor.authority_id


def two() -> tuple[Supplier, Supplier]:
    """The two records of one company, in the present transaction."""
    return make_supplier("Halden Computing AB"), make_supplier("Halden Datorer AB", "NO")


def names_of(supplier: Supplier) -> set[tuple[str, str]]:
    db.session.expire_all()
    return {(one.name, one.kind) for one in registry.get_facts(supplier.id).names}


def test_what_others_have_a_part_in_is_merged_by_two_people(acting: Acting) -> None:
    second, first = acting("oslo-officer"), acting("stockholm-officer")
    with db.transaction():
        kept, merged = two()
        db.session.add(Follow(authority_id=second.authority_id, supplier_id=merged.id))
        merge = services.propose(first, MergeData(kept.id, merged.id, "Same people"))
    assert (merge.state, registry.get_supplier(merged.id)) == ("proposed", merged)
    with pytest.raises(Forbidden), db.transaction():
        services.confirm(first, merge, 1)
    with pytest.raises(Conflict, match="proposed already"), db.transaction():
        services.propose(first, MergeData(merged.id, kept.id, "Again"))
    with pytest.raises(Forbidden), db.transaction():
        services.withdraw(second, merge, 1)
    merge_id, kept_id, merged_id = merge.id, kept.id, merged.id
    second = acting("oslo-officer")
    with db.transaction():
        services.confirm(second, db.session.get_one(SupplierMerge, merge_id), 1)
    assert registry.get_supplier(merged_id).id == kept_id
    with pytest.raises(InvalidTransition), db.transaction():
        services.reject(second, db.session.get_one(SupplierMerge, merge_id), 2)
    acting("system")
    actions = set(db.session.scalars(select(JournalEntry.action).where(JournalEntry.object_id == merge_id)))
    assert actions == {"supplier.merge_proposed", "supplier.merged"}


@pytest.mark.parametrize(
    ("step", "who", "state"),
    [("reject", "oslo-officer", "rejected"), ("withdraw", "stockholm-officer", "withdrawn")],
)
def test_a_proposal_that_is_turned_down_changes_nothing(acting: Acting, step: str, who: str, state: str) -> None:
    second, first = acting("oslo-officer"), acting("stockholm-officer")
    with db.transaction():
        kept, merged = two()
        db.session.add(Follow(authority_id=second.authority_id, supplier_id=merged.id))
        merge = services.propose(first, MergeData(kept.id, merged.id, "Same people"))
    actor = acting(who)
    with db.transaction():
        getattr(services, step)(actor, db.session.get_one(SupplierMerge, merge.id), 1)
    assert db.session.get_one(SupplierMerge, merge.id).state == state
    assert registry.get_supplier(merged.id).id == merged.id


def test_private_records_do_not_call_for_a_second_person(acting: Acting) -> None:
    """Else the question alone would tell that another authority has a contract."""
    second, first = acting("oslo-officer"), acting("stockholm-officer")
    acting("system")
    with db.transaction():
        kept, merged = two()
        contract = make_contract(owner_id=authority_of(second), supplier_id=merged.id)
    acting("stockholm-officer")
    with db.transaction():
        assert services.propose(first, MergeData(kept.id, merged.id, "Same people")).state == "merged"
    assert db.session.scalars(select(MergeLedger)).all() == [], "the ledger is the system's"
    acting("oslo-officer")
    db.session.refresh(db.session.merge(contract))
    assert db.session.get_one(type(contract), contract.id).supplier_id == kept.id


def test_the_other_name_stays_as_a_trading_name(acting: Acting) -> None:
    officer = acting("stockholm-officer")
    with db.transaction():
        kept, merged = two()
        make_name(merged, "Halden Computing AB")
        merge = services.propose(officer, MergeData(kept.id, merged.id, "Same", take_name=True, take_country=True))
    survivor = registry.get_facts(merged.id)
    assert (survivor.id, survivor.legal_name, survivor.country) == (kept.id, "Halden Datorer AB", "NO")
    assert names_of(kept) == {("Halden Datorer AB", "legal"), ("Halden Computing AB", "trading")}
    with db.transaction():
        services.undo(officer, merge, 2)
    assert names_of(kept) == {("Halden Computing AB", "legal")}
    assert names_of(merged) == {("Halden Datorer AB", "legal"), ("Halden Computing AB", "trading")}


def test_an_audit_at_a_place_that_both_have_goes_along(acting: Acting) -> None:
    officer = acting("stockholm-officer")
    with db.transaction():
        kept, merged = two()
        db.session.refresh(merged)
        audit = make_audit(owner_id=authority_of(officer), supplier=merged)
        place = audit.site_id
        merge = services.propose(officer, MergeData(kept.id, merged.id, "Same"))
    db.session.refresh(audit)
    assert (audit.supplier_id, audit.site_id) == (kept.id, registry.get_facts(kept.id).sites[0].id)
    with db.transaction():
        services.undo(officer, merge, 2)
    db.session.refresh(audit)
    assert (audit.supplier_id, audit.site_id) == (merged.id, place)


def test_two_audits_at_one_place_and_time_stop_the_merge(acting: Acting) -> None:
    officer = acting("stockholm-officer")
    with db.transaction():
        kept, merged = two()
        for one in (kept, merged):
            db.session.refresh(one)
            make_audit(owner_id=authority_of(officer), supplier=one)
    with pytest.raises(Conflict, match="at the same place and time"), db.transaction():
        services.propose(officer, MergeData(kept.id, merged.id, "Same"))
    assert registry.get_supplier(merged.id).id == merged.id


def test_what_was_added_since_stays_with_the_kept_record(acting: Acting) -> None:
    officer = acting("stockholm-officer")
    with db.transaction():
        kept, merged = two()
        merge = services.propose(officer, MergeData(kept.id, merged.id, "Same"))
    with db.transaction():
        make_site(kept, "9 New Street")
        contract = make_contract(owner_id=authority_of(officer), supplier_id=merged.id)
    with db.transaction():
        services.undo(officer, merge, 2)
    db.session.refresh(contract)
    assert contract.supplier_id == kept.id
    assert {site.address for site in registry.get_facts(kept.id).sites} == {"1 Main Street, Halden", "9 New Street"}
    assert {site.address for site in registry.get_facts(merged.id).sites} == {"1 Main Street, Halden"}


def test_no_owner_is_below_what_it_owns(acting: Acting) -> None:
    officer = acting("stockholm-officer")
    with db.transaction():
        top = make_supplier("Top AB")
        merged = make_supplier("Halden Datorer AB", parent_id=top.id)
        between = make_supplier("Between AB", parent_id=merged.id)
        kept = make_supplier("Halden Computing AB", parent_id=between.id)
        services.propose(officer, MergeData(kept.id, merged.id, "Same"))
    db.session.expire_all()
    assert (kept.parent_id, between.parent_id) == (top.id, kept.id)


def test_one_record_is_not_two_and_a_reason_is_asked_for(acting: Acting) -> None:
    officer = acting("stockholm-officer")
    with db.transaction():
        kept, merged = two()
    with pytest.raises(BadInput, match="one record already"), db.transaction():
        services.propose(officer, MergeData(kept.id, kept.id, "Same"))
    with pytest.raises(BadInput, match="reason is missing"), db.transaction():
        services.propose(officer, MergeData(kept.id, merged.id, " "))


def test_every_column_that_refers_to_a_supplier_can_be_moved_and_follows_a_merge(database: str) -> None:
    """A new table needs the trigger follow_merge_<column>, as migration 0006 makes it, and the right to be moved."""
    query = text("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'follow_merge_%'")
    triggers = {tuple(row) for row in db.session.execute(query)}
    found = references()
    assert len(found) >= 18
    assert triggers == {(one.table.name, f"follow_merge_{one.column.name}") for one in found}
    may = text("SELECT has_column_privilege(:table, :column, 'UPDATE')")
    assert [
        str(one) for one in found if not db.session.scalar(may, {"table": one.table.name, "column": one.column.name})
    ] == []

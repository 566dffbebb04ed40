"""After an undone merge each authority places the records that it added meanwhile, and is asked until it has."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal import db
from portal.access.actor import Actor
from portal.assessments.models import SupplierAssessment
from portal.audits.models import JointAudit
from portal.contracts.models import Contract
from portal.dialogues.models import DialogueEntry
from portal.errors import Conflict, Forbidden, InvalidTransition
from portal.findings.models import Finding, FindingRelease
from portal.merging import services as merging
from portal.merging.models import SupplierMerge
from portal.merging.placing import queries, services
from portal.merging.services import MergeData
from portal.ratings.models import RatedAssessment
from portal.ratings.reliance.models import RatingReliance
from portal.registry.models import Site, Supplier, SupplierName
from tests.factories.assessments import make_assessment
from tests.factories.audits import make_audit
from tests.factories.contracts import make_contract
from tests.factories.declarations import make_declaration
from tests.factories.dialogues import make_dialogue
from tests.factories.findings import make_finding, make_release
from tests.factories.ratings import make_rating, make_reliance
from tests.factories.registry import (
    make_fact,
    make_identifier,
    make_name,
    make_parent,
    make_role,
    make_site,
    make_supplier,
)
from tests.statements import counted_statements

Acting = Callable[[str], Actor]


@dataclass
class Undone:
    """An undone merge: what Stockholm had before, and what it and Oslo added since."""

    merge_id: UUID
    kept: UUID
    merged: UUID
    added: dict[str, UUID]
    theirs: UUID


@pytest.fixture
def undone(acting: Acting, authority_ids: dict[str, UUID]) -> Undone:
    """One record of each kind was added while the two were one."""
    stockholm, oslo = authority_ids["stockholm"], authority_ids["oslo"]
    ours: dict[str, Any] = {"entered_by_id": stockholm}
    officer = acting("stockholm-officer")
    with db.transaction():
        kept, merged = make_supplier("Halden Computing AB"), make_supplier("Halden Datorer AB")
        make_contract(owner_id=stockholm, supplier_id=kept.id)
        make_contract(owner_id=stockholm, supplier_id=merged.id)
        make_name(kept, "Halden Old", **ours)
    with db.transaction():
        kept_id, merged_id = kept.id, merged.id
        merge_id = merging.propose(officer, MergeData(kept_id, merged_id, "Same")).id
    acting("system")
    with db.transaction():
        kept = db.session.get_one(Supplier, kept_id)
        first = make_dialogue(owner_id=stockholm, supplier_id=kept.id)
        dialogue = make_dialogue(owner_id=stockholm, supplier_id=kept.id, corrects_id=first.id)
        added: dict[str, Any] = {
            "contract": make_contract(owner_id=stockholm, supplier_id=kept.id),
            "declaration": make_declaration(owner_id=stockholm, supplier_id=kept.id),
            "assessment": make_assessment(owner_id=stockholm, supplier_id=kept.id),
            "dialogue": dialogue,
            "audit": make_audit(owner_id=stockholm, supplier=kept),
            "finding": make_finding(owner_id=stockholm, supplier=kept),
            "name": make_name(kept, "Halden New", **ours),
            "identifier": make_identifier(kept),
            "site": make_site(kept, "9 New Street", **ours),
            "role": make_role(kept, **ours),
            "fact": make_fact(kept, **ours),
            "relation": make_parent(kept, make_supplier("Halden Group AB"), **ours),
        }
        added["identifier"].entered_by_id = stockholm
        make_site(kept, "10 Their Street", entered_by_id=oslo)
        theirs = make_contract(owner_id=oslo, supplier_id=kept.id).id
        ids = {kind: record.id for kind, record in added.items()}
    officer = acting("stockholm-officer")
    with db.transaction():
        merging.undo(officer, db.session.get_one(SupplierMerge, merge_id), 2)
    with db.transaction():
        make_contract(owner_id=stockholm, supplier_id=kept_id)  # after all that
    return Undone(merge_id, kept_id, merged_id, ids, theirs)


def merge_of(undone: Undone) -> SupplierMerge:
    return db.session.get_one(SupplierMerge, undone.merge_id)


def test_each_authority_is_asked_for_what_it_added_meanwhile(acting: Acting, undone: Undone) -> None:
    officer = acting("stockholm-officer")
    items = queries.items_of(officer, merge_of(undone))
    assert {item.kind: item.id for item in items} == undone.added
    assert len(items) == len(queries.KINDS)
    assert not any(item.goes for item in items)
    (todo,) = queries.todo(officer)
    assert (todo.endpoint, todo.args) == ("placing.index", {"merge_id": undone.merge_id})
    assert "Records that we added since: 12" in (todo.detail or "")
    second = acting("oslo-officer")
    theirs = queries.items_of(second, merge_of(undone))
    assert {item.kind for item in theirs} == {"contract", "site"}
    assert undone.theirs in {item.id for item in theirs}
    assert queries.todo(acting("barcelona-officer")) == []
    assert queries.todo(acting("stockholm-reader")) == []


def test_what_is_chosen_goes_and_the_rest_stays(acting: Acting, undone: Undone) -> None:
    officer = acting("stockholm-officer")
    keys = {item.key for item in queries.items_of(officer, merge_of(undone))}
    with db.transaction():
        assert services.place(officer, merge_of(undone), keys | {f"contract.{undone.theirs}", "site.x"}) == len(keys)
    for kind, record_id in undone.added.items():
        where = queries.KINDS[kind]
        record = db.session.get_one(where.model, record_id, populate_existing=True)
        assert getattr(record, where.supplier) == undone.merged, kind
    corrected = db.session.scalars(select(DialogueEntry).where(DialogueEntry.corrects_id.is_(None))).one()
    assert corrected.supplier_id == undone.merged, "with its correction"
    audit = db.session.get_one(JointAudit, undone.added["audit"])
    assert db.session.get_one(Site, audit.site_id).supplier_id == undone.merged
    contracts = db.session.scalars(select(Contract).where(Contract.supplier_id == undone.kept)).all()
    assert len(contracts) == 2, "from before and from after"
    assert queries.todo(officer) == []
    with pytest.raises(InvalidTransition), db.transaction():
        services.place(officer, merge_of(undone), keys)
    second = acting("oslo-officer")
    assert len(queries.todo(second)) == 1
    assert db.session.get_one(Contract, undone.theirs).supplier_id == undone.kept


def test_an_audit_brings_its_place_along(acting: Acting, undone: Undone) -> None:
    officer = acting("stockholm-officer")
    audit = db.session.get_one(JointAudit, undone.added["audit"])
    acting("system")
    with db.transaction():
        elsewhere = make_site(merge_of(undone).kept, "11 Far Street")
        db.session.get_one(JointAudit, audit.id).site_id = elsewhere.id
    officer = acting("stockholm-officer")
    with db.transaction():
        services.place(officer, merge_of(undone), {f"audit.{audit.id}"})
    moved = db.session.get_one(JointAudit, audit.id, populate_existing=True)
    place = db.session.get_one(Site, moved.site_id)
    assert (place.supplier_id, place.address, place.source) == (undone.merged, "11 Far Street", "test")
    assert db.session.get_one(Site, elsewhere.id).supplier_id == undone.kept


def test_a_finding_brings_its_place_and_its_summary_along(acting: Acting, undone: Undone, authority_ids) -> None:
    acting("system")
    with db.transaction():
        found = db.session.get_one(Finding, undone.added["finding"])
        found.site_id = make_site(merge_of(undone).kept, "11 Far Street").id
        released = make_release(owner_id=authority_ids["stockholm"], finding=found)
    officer = acting("stockholm-officer")
    with db.transaction():
        services.place(officer, merge_of(undone), {f"finding.{found.id}"})
    moved = db.session.get_one(Finding, found.id, populate_existing=True)
    assert moved.site_id
    assert db.session.get_one(Site, moved.site_id).supplier_id == moved.supplier_id == undone.merged
    summary = db.session.get_one(FindingRelease, released.id, populate_existing=True)
    assert summary.supplier_id == undone.merged


def test_a_summary_brings_the_assessment_along_that_it_sums_up(acting: Acting, undone: Undone, authority_ids) -> None:
    acting("system")
    summary_id = undone.added["assessment"]
    with db.transaction():
        rating = make_rating(id=summary_id, owner_id=authority_ids["stockholm"], supplier_id=undone.kept)
        decision_id = make_reliance(owner_id=authority_ids["oslo"], rating=rating).id
    officer = acting("stockholm-officer")
    with db.transaction():
        services.place(officer, merge_of(undone), {f"assessment.{summary_id}"})
    assert db.session.get_one(SupplierAssessment, summary_id, populate_existing=True).supplier_id == undone.merged
    assert db.session.get_one(RatedAssessment, summary_id, populate_existing=True).supplier_id == undone.merged
    assert db.session.get_one(RatingReliance, decision_id, populate_existing=True).supplier_id == undone.merged


def test_what_the_restored_supplier_has_already_stays_and_nothing_moves(acting: Acting, undone: Undone) -> None:
    acting("system")
    with db.transaction():
        make_name(merge_of(undone).merged, "Halden New")
    officer = acting("stockholm-officer")
    keys = {f"{kind}.{undone.added[kind]}" for kind in ("contract", "name")}
    with pytest.raises(Conflict, match="“Halden Datorer AB” has “Halden New” already"), db.transaction():
        services.place(officer, merge_of(undone), keys)
    assert db.session.get_one(Contract, undone.added["contract"]).supplier_id == undone.kept
    assert db.session.get_one(SupplierName, undone.added["name"]).supplier_id == undone.kept
    assert len(queries.todo(officer)) == 1


def test_readers_place_nothing_and_only_undone_merges_ask(acting: Acting, undone: Undone) -> None:
    reader = acting("stockholm-reader")
    with pytest.raises(Forbidden), db.transaction():
        services.place(reader, merge_of(undone), set())
    officer = acting("stockholm-officer")
    with db.transaction():
        again = merging.propose(officer, MergeData(undone.kept, undone.merged, "Same after all"))
    with db.transaction():
        make_contract(owner_id=officer.authority_id, supplier_id=undone.kept)  # type: ignore[arg-type]
    assert queries.items_of(officer, again) == []


def test_an_audit_at_a_place_of_the_restored_supplier_goes_there(acting: Acting) -> None:
    officer = acting("stockholm-officer")
    with db.transaction():
        kept, merged = make_supplier("Halden Computing AB"), make_supplier("Halden Datorer AB")
        place = make_site(merged, "12 Its Street")
        merge_id = merging.propose(officer, MergeData(kept.id, merged.id, "Same")).id
    assert officer.authority_id
    with db.transaction():
        db.session.refresh(kept)
        make_audit(owner_id=officer.authority_id, supplier=kept, site_id=place.id, starts_on=date(2027, 1, 4),
                   ends_on=date(2027, 1, 5))  # fmt: skip
    with db.transaction():
        merging.undo(officer, db.session.get_one(SupplierMerge, merge_id), 2)
    (item,) = queries.items_of(officer, db.session.get_one(SupplierMerge, merge_id))
    assert (item.kind, item.goes) == ("audit", True)


def test_through_the_screens(client_for, undone: Undone) -> None:
    client = client_for("stockholm-officer")
    address = f"/merges/{undone.merge_id}/records"
    assert "Say what belongs to “Halden Computing AB” and what to “Halden Datorer AB”" in client.get("/").text
    assert address in client.get(f"/merges/{undone.merge_id}").text
    page = client.get(address).text
    assert page.count("Goes to Halden Datorer AB") == 12
    assert "Reseller" in page or "Brand" in page
    assert client_for("stockholm-reader").get(address).status_code == 403
    chosen = {f"contract.{undone.added['contract']}": "goes", f"site.{undone.added['site']}": "stays"}
    done = client.post(address, data=chosen)
    assert done.location == f"/merges/{undone.merge_id}"
    assert "Records moved to “Halden Datorer AB”: 1" in client.get(done.location).text
    assert "Say what belongs" not in client.get("/").text
    assert "has said where its records belong" in client.get(address).text
    again = client.post(address, data=chosen)
    assert (again.status_code, "A colleague was faster" in again.text) == (409, True)


def test_what_waits_is_asked_in_one_statement(acting: Acting, undone: Undone) -> None:
    officer = acting("barcelona-officer")
    db.session.execute(select(1))
    with counted_statements() as ran:
        queries.todo(officer)
    assert len(ran) == 1

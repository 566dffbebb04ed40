"""The joint timeline: one order over all features, each reader's own, and what the lists changed."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from portal import db
from portal.access.actor import Actor
from portal.clock import today
from portal.declarations.queries import smelter_picture
from portal.findings.queries import of_supplier
from portal.picture.timeline import PAGE_SIZE, JointTimeline, joint_timeline
from portal.registry.models import Supplier
from portal.shapes import Tone
from tests.factories.assessments import make_assessment
from tests.factories.audits import make_audit
from tests.factories.contracts import make_contract
from tests.factories.declarations import make_declaration
from tests.factories.dialogues import make_commitment, make_dialogue
from tests.factories.findings import make_finding, make_release
from tests.factories.minerals import make_run_of, observe
from tests.factories.registry import make_supplier

Acting = Callable[[str], Actor]


@pytest.fixture
def supplier(acting: Acting) -> Supplier:
    acting("system")
    with db.transaction():
        return make_supplier()


def timeline(actor: Actor, supplier: Supplier) -> JointTimeline:
    return joint_timeline(actor, supplier.id, smelter_picture(actor, supplier.id), of_supplier(actor, supplier.id))


@pytest.fixture
def everything(acting: Acting, authority_ids: dict[str, UUID], supplier: Supplier) -> Supplier:
    """One record of each kind, Stockholm's, shared with Stavanger only."""
    ours: dict[str, Any] = {
        "owner_id": authority_ids["stockholm"],
        "audience": "named",
        "named_ids": [authority_ids["stavanger"]],
        "supplier_id": supplier.id,
    }
    acting("system")
    with db.transaction():
        make_contract(starts_on=date(2024, 4, 1), **ours)
        make_assessment(as_of=date(2025, 3, 12), **ours)
        make_declaration(received_on=date(2025, 7, 15), **ours)
        soon = make_commitment(what="Name the third refiner", due_on=today() + timedelta(days=5))
        late = make_commitment(what="Send the corrected CMRT", due_on=today() - timedelta(days=5))
        make_dialogue(held_on=today() - timedelta(days=40), commitments=[soon, late], **ours)
        here = db.session.get_one(Supplier, supplier.id)
        make_audit(state="report_review", starts_on=date(2025, 9, 1), supplier=here, **ours)
        make_audit(starts_on=today() + timedelta(days=20), supplier=here, **ours)
    return supplier


@pytest.mark.parametrize("persona", ["stockholm-reader", "stavanger-officer"])
def test_owner_and_named_see_everything_newest_first(acting: Acting, everything: Supplier, persona: str) -> None:
    joint = timeline(acting(persona), everything)
    assert [entry.kind for entry in joint.past] == ["dialogue", "audit", "declaration", "assessment", "contract"]
    assert joint.kinds == {"dialogue", "audit", "declaration", "assessment", "contract"}
    # What was not kept in time is no plan.
    assert [entry.kind for entry in joint.planned] == ["dialogue", "audit"]
    assert joint.planned[0].title == "Name the third refiner"


@pytest.mark.parametrize("persona", ["barcelona-officer", "operator"])
def test_a_stranger_sees_an_empty_timeline(acting: Acting, everything: Supplier, persona: str) -> None:
    joint = timeline(acting(persona), everything)
    assert (joint.past, joint.planned, joint.kinds) == ([], [], set())


def test_another_suppliers_records_stay_away(acting: Acting, everything: Supplier) -> None:
    acting("system")
    with db.transaction():
        other = make_supplier("Nordvik Displays AS", "NO")
    assert timeline(acting("stockholm-reader"), other).past == []


def test_a_finding_is_there_whole_or_as_its_summary(acting: Acting, supplier: Supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        here = db.session.get_one(Supplier, supplier.id)
        found = make_finding(owner_id=authority_ids["stockholm"], supplier=here, state="plan_agreed")
        done = make_finding(
            owner_id=authority_ids["stockholm"], supplier=here, title="No policy", state="closed", closed_on=today()
        )
        make_release(owner_id=authority_ids["stockholm"], audience="members", finding=found, supplier_id=here.id)
    ours = timeline(acting("stockholm-officer"), supplier)
    assert {entry.title for entry in ours.past} == {found.title, done.title, "Closed: No policy"}
    assert [(entry.title, entry.on) for entry in ours.planned] == [(f"To be closed: {found.title}", found.close_due)]
    theirs = timeline(acting("stavanger-officer"), supplier)
    assert [(entry.kind, entry.title, entry.endpoint) for entry in theirs.past] == [
        ("finding", "Summary of a finding", "findings.summary")
    ]
    assert theirs.planned == []


def test_asked_lately_is_the_newest_dialogue_of_somebody_else(acting: Acting, everything: Supplier) -> None:
    named = acting("stavanger-officer")
    asked = timeline(named, everything).asked_lately(named)
    assert asked is not None
    assert asked.title == "Origin of cobalt"
    owner = acting("stockholm-officer")
    assert timeline(owner, everything).asked_lately(owner) is None


def test_a_dialogue_of_long_ago_is_not_held_up(acting: Acting, supplier: Supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        make_dialogue(
            owner_id=authority_ids["stockholm"],
            audience="members",
            supplier_id=supplier.id,
            held_on=today() - timedelta(days=366),
        )
    actor = acting("stavanger-officer")
    assert timeline(actor, supplier).asked_lately(actor) is None


def test_pages_and_kinds(acting: Acting, supplier: Supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        for number in range(PAGE_SIZE + 4):
            make_contract(
                owner_id=authority_ids["oslo"],
                supplier_id=supplier.id,
                starts_on=date(2020, 1, 1) + timedelta(days=number),
            )
        make_assessment(owner_id=authority_ids["oslo"], supplier_id=supplier.id)
    joint = timeline(acting("oslo-officer"), supplier)
    first = joint.page(frozenset({"contract"}), None)
    second = joint.page(frozenset({"contract"}), first.next_cursor)
    assert (len(first.rows), len(second.rows), second.next_cursor) == (PAGE_SIZE, 4, None)
    assert first.rows[-1].on > second.rows[0].on
    assert len(joint.page(frozenset(), first.next_cursor).rows) == 5
    assert [entry.kind for entry in joint.page(frozenset({"assessment"}), None).rows] == ["assessment"]


def test_what_the_lists_changed_since_the_declaration(acting: Acting, supplier: Supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        make_declaration(
            owner_id=authority_ids["stockholm"],
            supplier_id=supplier.id,
            audience="named",
            named_ids=[authority_ids["stavanger"]],
            smelters=(("CID000001", "tin"), ("CID000002", "gold"), ("CID000003", "tin")),
            effective_date=date(2026, 6, 30),
        )
        for on, statuses in (
            (date(2026, 5, 1), {"CID000001": "active", "CID000002": "conformant", "CID000009": "conformant"}),
            (date(2026, 6, 1), {"CID000001": "conformant"}),  # before it was declared
            (date(2026, 9, 1), {"CID000001": "removed", "CID000009": "removed"}),  # one of them is not declared
            (date(2026, 10, 1), {"CID000001": "active", "CID000002": "active"}),
        ):
            run = make_run_of(on)
            for facility_id, status in statuses.items():
                observe(run.id, facility_id, "gold" if facility_id == "CID000002" else "tin", status, on)
    joint = timeline(acting("stavanger-officer"), supplier)
    changes = [entry for entry in joint.past if entry.kind == "change"]
    assert [(entry.on, entry.endpoint) for entry in changes] == [
        (date(2026, 10, 1), "declarations.show"),
        (date(2026, 9, 1), "minerals.facility"),
    ]
    assert changes[0].title == "2 declared smelters have another status"
    assert "Smelter CID000001, Tin: was “Removed from list”, is “Active”." in (changes[0].text or "")
    assert changes[1].args == {"facility_id": "CID000001"}
    assert changes[1].tone is Tone.BAD
    assert "CID000009" not in str(changes)
    assert timeline(acting("barcelona-officer"), supplier).past == []


def test_many_changes_of_a_day_are_one_entry(acting: Acting, supplier: Supplier, authority_ids) -> None:
    smelters = tuple((f"CID{number:06d}", "gold") for number in range(1, 10))
    acting("system")
    with db.transaction():
        make_declaration(
            owner_id=authority_ids["oslo"],
            supplier_id=supplier.id,
            smelters=smelters,
            effective_date=date(2026, 6, 30),
        )
        for on, status in ((date(2026, 6, 1), "conformant"), (date(2026, 9, 1), "removed")):
            run = make_run_of(on)
            for facility_id, metal in smelters:
                observe(run.id, facility_id, metal, status, on)
    (change,) = [entry for entry in timeline(acting("oslo-officer"), supplier).past if entry.kind == "change"]
    assert change.title == "9 declared smelters have another status"
    assert (change.text or "").endswith("4 more.")

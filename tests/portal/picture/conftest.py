"""A supplier of which one authority knows something of each kind, shared with one other."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count, islice
from typing import Any
from uuid import UUID

import pytest

from portal import db
from portal.access.actor import Actor
from portal.clock import today
from portal.registry.models import Follow, Supplier
from tests.factories.assessments import make_assessment
from tests.factories.audits import make_audit
from tests.factories.contracts import make_contract
from tests.factories.declarations import make_declaration
from tests.factories.dialogues import make_commitment, make_dialogue
from tests.factories.minerals import make_run_of, observe
from tests.factories.registry import make_identifier, make_name, make_parent, make_supplier

Acting = Callable[[str], Actor]


@pytest.fixture
def add_follow_up(acting: Acting, authority_ids: dict[str, UUID]) -> Callable[..., None]:
    """`add_follow_up(supplier, times=12)`: so many records of each kind, Stockholm's, shared with Stavanger only."""

    numbers = count()

    def add(supplier: Supplier, times: int = 1) -> None:
        ours: dict[str, Any] = {
            "owner_id": authority_ids["stockholm"],
            "audience": "named",
            "named_ids": [authority_ids["stavanger"]],
            "supplier_id": supplier.id,
        }
        acting("system")
        with db.transaction():
            here = db.session.get_one(Supplier, supplier.id)
            for number in islice(numbers, times):
                make_contract(
                    number=f"RS 2025-0442 {number}",
                    title="Clinical workstations",
                    value_minor=31_000_000,
                    currency="SEK",
                    **ours,
                )
                assessment = make_assessment(as_of=date(2026, 3, 12) - timedelta(days=number), **ours)
                assessment.steps[1].note = "No mine-level origin"
                smelters = ("CID000001", "tin"), ("CID000002", "gold")
                make_declaration(smelters=smelters, effective_date=date(2026, 6, 30) - timedelta(days=number), **ours)
                make_dialogue(
                    held_on=today() - timedelta(days=30), commitments=[make_commitment(what="Third refiner")], **ours
                )
                audit_day = today() + timedelta(days=20 + 3 * number)
                make_audit(title="Suzhou visit", starts_on=audit_day, supplier=here, **ours)
            for on, status in ((date(2026, 5, 1), "conformant"), (today() - timedelta(days=10), "removed")):
                run = make_run_of(on)
                observe(run.id, "CID000001", "tin", status, on)

    return add


@pytest.fixture
def halden(acting: Acting, authority_ids: dict[str, UUID], add_follow_up: Callable[..., None]) -> Supplier:
    """A supplier with a record of each kind, all Stockholm's and shared with Stavanger only."""
    acting("system")
    with db.transaction():
        supplier = make_supplier("Halden Computing AB", "SE", brought_in_by_id=authority_ids["stockholm"])
        make_name(supplier, "Datorhuset Halden AB", "former", valid_to=date(2019, 5, 31))
        make_identifier(supplier, "se.orgnr", "5560360793")
        child = make_supplier("Halden Computing Norge AS", "NO")
        make_parent(child, supplier)
        db.session.add(Follow(authority_id=authority_ids["stockholm"], supplier_id=supplier.id))
    add_follow_up(supplier)
    return supplier

"""Declarations for tests, written straight into the tables."""

from datetime import date
from typing import Any
from uuid import UUID

from portal.db import session
from portal.declarations.models import Declaration, DeclarationCheck, SmelterLine
from tests.factories.evidence import make_evidence
from tests.factories.registry import make_supplier


def make_declaration(*, owner_id: UUID, smelters: tuple[tuple[str, str], ...] = (), **values: Any) -> Declaration:
    """A declaration of `owner_id` with recognised rows for `smelters` (facility id, metal); flushed."""
    values.setdefault("audience", "owner")
    shared = {"audience": values["audience"], "named_ids": values.get("named_ids", [])}
    declaration = Declaration(
        **{
            "owner_id": owner_id,
            "template": "CMRT",
            "revision": "6.5",
            "company_name": "Halden Computing AB",
            "effective_date": date(2026, 6, 30),
            "received_on": date(2026, 7, 15),
            "answers": [],
            "counts": {"errors": 0, "warnings": 0, "smelter_rows": len(smelters), "resolved": len(smelters)},
            "rules_version": "test",
            **values,
            "supplier_id": values.get("supplier_id") or make_supplier().id,
            "evidence_id": values.get("evidence_id") or make_evidence(owner_id=owner_id, **shared).id,
        }
    )
    session.add(declaration)
    session.flush()
    check = DeclarationCheck(
        declaration_id=declaration.id,
        rules_version=declaration.rules_version,
        judged_on=declaration.received_on,
        counts=declaration.counts,
    )
    session.add(check)
    session.flush()
    declaration.check_id = check.id
    for row, (facility_id, metal) in enumerate(smelters, start=5):
        session.add(
            SmelterLine(
                declaration_id=declaration.id,
                row=row,
                metal=metal,
                declared_id=facility_id,
                resolved_id=facility_id,
                standard_name=f"Smelter {facility_id}",
                match="cid",
                status="resolved",
                confidence=100,
            )
        )
    session.flush()
    return declaration

"""Contracts for tests, written straight into the tables."""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from portal.contracts.models import Contract
from portal.contracts.notices.models import NoticeImport
from portal.db import session
from tests.factories.evidence import make_evidence
from tests.factories.registry import make_supplier

_numbers = count(1)


def make_contract(*, owner_id: UUID, **values: Any) -> Contract:
    """A contract of `owner_id`, seen by the owner only unless said otherwise; flushed."""
    values.setdefault("audience", "owner")
    values.setdefault("supplier_id", None)
    contract = Contract(
        **{
            "owner_id": owner_id,
            "number": f"2026-{next(_numbers):03d}",
            "title": "Laptops and docking stations",
            "product_group": "computers",
            "starts_on": date(2026, 1, 1),
            "ends_on": date(2028, 12, 31),
            **values,
            "supplier_id": values["supplier_id"] or make_supplier().id,
        }
    )
    session.add(contract)
    session.flush()
    return contract


def make_notice_import(*, owner_id: UUID, content: bytes = b"<notice/>", **values: Any) -> NoticeImport:
    """A file of notices of `owner_id`, checked by no one yet; flushed."""
    found = NoticeImport(
        **{
            "owner_id": owner_id,
            "evidence_id": make_evidence(owner_id=owner_id, content=content).id,
            "filename": "notice.xml",
            "source": "Procurement notice 1-2026",
            "source_date": date(2026, 1, 1),
            "state": "uploaded",
            **values,
        }
    )
    session.add(found)
    session.flush()
    session.refresh(found)
    return found

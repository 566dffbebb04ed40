"""Contracts for tests, written straight into the tables."""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from portal.contracts.models import Contract
from portal.db import session
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

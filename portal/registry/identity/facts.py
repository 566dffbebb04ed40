"""Noting what a sayer states of a supplier. Which of several values counts is chosen in choosing.py."""

from typing import Any

from sqlalchemy import delete, select

from portal.db import session
from portal.registry.identity.models import StatedFact
from portal.registry.identity.rules import FactField
from portal.registry.models import Supplier


def state(supplier: Supplier, field: FactField, value: str | None, stamped: dict[str, Any]) -> bool:
    """Note that the sayer of `stamped` states `value`, in place of what it stated before; None is no statement.

    True if anything changed. Stating the same again changes nothing: it is known since the first time.
    """
    before = _statement(supplier, field, stamped)
    if (before.value if before else None) == value:
        return False
    if before and value is None:
        session.delete(before)
    elif before:
        before.value, before.source, before.source_date = str(value), stamped["source"], stamped["source_date"]
    else:
        session.add(StatedFact(supplier_id=supplier.id, field=field, value=value, **stamped))
    session.flush()
    return True


def forget(supplier: Supplier, source: str) -> None:
    """Drop what a source stated for itself: it was not of this supplier."""
    session.execute(
        delete(StatedFact).where(
            StatedFact.supplier_id == supplier.id, StatedFact.source == source, StatedFact.entered_by_id.is_(None)
        )
    )


def _statement(supplier: Supplier, field: FactField, stamped: dict[str, Any]) -> StatedFact | None:
    query = select(StatedFact).where(StatedFact.supplier_id == supplier.id, StatedFact.field == field)
    if stamped["entered_by_id"] is not None:
        query = query.where(StatedFact.entered_by_id == stamped["entered_by_id"])
    else:
        query = query.where(StatedFact.entered_by_id.is_(None), StatedFact.source == stamped["source"])
    return session.scalar(query)

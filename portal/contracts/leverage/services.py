"""Letting the members know in which band the value of our contracts with a supplier lies, and taking that back."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.contracts.leverage.models import LeverageRelease
from portal.db import session
from portal.journal.services import record
from portal.registry import queries as registry


def change_release(actor: Actor, supplier_id: UUID, *, released: bool) -> None:
    """Release the band for all members, or take it back; doing it twice changes nothing."""
    require(actor, Permission.ADD_CONTRACT)
    supplier = registry.get_supplier(supplier_id)
    ours = {"owner_id": actor.authority_id, "supplier_id": supplier.id}
    if released:
        statement = insert(LeverageRelease).values(ours).on_conflict_do_nothing().returning(LeverageRelease.owner_id)
    else:
        statement = (
            delete(LeverageRelease).filter_by(**ours).returning(LeverageRelease.owner_id)  # type: ignore[assignment]
        )
    if session.execute(statement).all():
        record(actor, "leverage.changed", supplier, released=released)

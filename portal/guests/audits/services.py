"""What a guest does about an audit: each holds its access, writes for the lead that gave it, and has the lead told."""

from uuid import UUID

from portal.access.actor import Actor
from portal.audits import supplier
from portal.guests.audits import queries
from portal.guests.services import acting
from portal.outbox.events import Event
from portal.outbox.services import emit


def confirm(guest: Actor, audit_id: UUID) -> None:
    """Confirm the window of the notice."""
    with acting(guest):
        supplier.confirm(guest, queries.find(guest, audit_id))
        _tell(guest, audit_id, "confirmed")


def decline(guest: Actor, audit_id: UUID, reason: str) -> None:
    """Say that the window does not suit, and why."""
    with acting(guest):
        supplier.decline(guest, queries.find(guest, audit_id), reason)
        _tell(guest, audit_id, "declined")


def remark(guest: Actor, audit_id: UUID, remarks: str | None) -> None:
    """Remark on the facts of the report, or say that there is nothing to remark."""
    with acting(guest):
        supplier.remark(guest, queries.find(guest, audit_id), remarks)
        _tell(guest, audit_id, "remarks")


def _tell(guest: Actor, audit_id: UUID, what: str) -> None:
    emit(Event.SUPPLIER_ANSWERED, actor=guest, audit_id=audit_id, what=what)

"""An officer chooses which of several stated values counts; the others stay beside it."""

from sqlalchemy import select

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import session
from portal.journal.services import record
from portal.registry.identity.models import StatedFact
from portal.registry.identity.rules import FactField
from portal.registry.models import Supplier, SupplierName
from portal.registry.rules import NameKind
from portal.registry.services import NameData, succeed_legal_name, write_name


def choose_value(actor: Actor, fact: StatedFact) -> None:
    """Let the stated value count. Choosing what counts already changes nothing."""
    require(actor, Permission.EDIT_REGISTRY)
    supplier = fact.supplier
    if getattr(supplier, fact.field) == fact.value:
        return
    if fact.field == FactField.COUNTRY:
        supplier.country = fact.value
    else:
        _choose_legal_name(supplier, fact)
    session.flush()
    record(actor, "supplier.value_chosen", supplier, field=fact.field, fact_id=fact.id)


def _choose_legal_name(supplier: Supplier, fact: StatedFact) -> None:
    """The name takes the place of the present one; it keeps the provenance of the statement."""
    known = session.scalar(
        select(SupplierName).where(
            SupplierName.supplier_id == supplier.id,
            SupplierName.name == fact.value,
            SupplierName.kind.in_((NameKind.LEGAL, NameKind.FORMER)),
        )
    )
    if known is None:
        stamped = {"source": fact.source, "source_date": fact.source_date, "entered_by_id": fact.entered_by_id}
        write_name(supplier, NameData(fact.value, NameKind.LEGAL), stamped)
        return
    known.kind, known.valid_to = NameKind.LEGAL, None
    session.flush()
    succeed_legal_name(supplier, known)

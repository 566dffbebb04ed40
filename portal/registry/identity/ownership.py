"""Who owns whom: an edge for each sayer, and among them the parent that counts (`supplier.parent_id`).

Chosen parents never make a circle. What a source states against that is kept and shown, but not chosen.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.db import session
from portal.errors import BadInput
from portal.journal.services import record
from portal.registry import queries
from portal.registry.identity.models import SupplierRelation
from portal.registry.identity.queries import current
from portal.registry.identity.rules import RelationKind
from portal.registry.models import Supplier
from portal.registry.provenance import Provenance, stamp


@dataclass(frozen=True, slots=True)
class Parent:
    """The other end of an edge: a supplier of the registry, or a company known by LEI and name only."""

    supplier_id: UUID | None
    lei: str | None = None
    name: str | None = None


def state_relation(
    actor: Actor, supplier: Supplier, kind: RelationKind, parent: Parent, where: Provenance
) -> SupplierRelation | None:
    """Note an edge in place of the one that the same sayer stated before; None if it said so already and the parent,
    known by its LEI, did not come into the registry since.

    Raises BadInput where a person states what would close a circle.
    """
    require(actor, Permission.EDIT_REGISTRY)
    lock_ownership()
    if parent.supplier_id is not None and actor.authority_id is not None:
        _refuse_circle(supplier, parent.supplier_id)
    stamped = stamp(actor, where)
    before = _statement(supplier.id, kind, stamped)
    if before and _same(before, parent):
        came = before.parent_id is None and parent.supplier_id is not None
        before.parent_id = before.parent_id or parent.supplier_id
        before.parent_name = parent.name or before.parent_name
        session.flush()
        return before if came else None
    if before:
        _end(actor, before, where)
    edge = SupplierRelation(
        child_id=supplier.id,
        kind=kind,
        parent_id=parent.supplier_id,
        parent_lei=parent.lei,
        parent_name=parent.name,
        **stamped,
    )
    session.add(edge)
    session.flush()
    record(actor, "supplier.relation_added", supplier, relation_id=edge.id, kind=kind, parent_id=edge.parent_id)
    return edge


def end_relation(actor: Actor, supplier: Supplier, kind: RelationKind, where: Provenance) -> bool:
    """The sayer no longer states an edge of this kind; True if it did. A chosen parent that it alone stated goes."""
    require(actor, Permission.EDIT_REGISTRY)
    lock_ownership()
    before = _statement(supplier.id, kind, stamp(actor, where))
    if before is None:
        return False
    _end(actor, before, where)
    drop_unsaid_parent(actor, supplier)
    return True


def end_all(actor: Actor, supplier: Supplier, source: str) -> None:
    """End every edge that a source stated for itself: it was not of this supplier."""
    lock_ownership()
    stated = current([supplier.id]).where(SupplierRelation.source == source, SupplierRelation.entered_by_id.is_(None))
    for edge in session.scalars(stated).all():
        _end(actor, edge, Provenance(source, today()))
    drop_unsaid_parent(actor, supplier)


def withdraw_relation(actor: Actor, edge: SupplierRelation) -> None:
    """A person takes back what an authority entered. What a source states for itself only the source ends."""
    require(actor, Permission.EDIT_REGISTRY)
    if edge.entered_by_id is None:
        raise BadInput(
            _("%(source)s states this, so it stays.", source=edge.source),
            remedy=_("Choose another parent company: it then counts instead."),
        )
    lock_ownership()
    if edge.ended_on is None:
        _end(actor, edge, Provenance(edge.source, today()))
        drop_unsaid_parent(actor, edge.child)


def choose_parent(actor: Actor, supplier: Supplier, parent_id: UUID | None) -> None:
    """Let one of the stated parents count. Raises BadInput for a circle."""
    require(actor, Permission.EDIT_REGISTRY)
    lock_ownership()
    if parent_id is not None:
        _refuse_circle(supplier, parent_id)
    if supplier.parent_id != parent_id:
        supplier.parent_id = parent_id
        session.flush()
        record(actor, "supplier.parent_changed", supplier, parent_id=parent_id)


def choose_stated_parent(actor: Actor, edge: SupplierRelation) -> None:
    """Let the parent of an edge count. Raises BadInput for one that the registry lacks, or that is no longer stated."""
    if edge.parent_id is None or edge.ended_on is not None or edge.kind != RelationKind.DIRECT_PARENT:
        raise BadInput(
            _("“%(name)s” cannot be chosen as the parent company.", name=edge.parent_label),
            remedy=_("It must be in the registry, and somebody must still state it."),
        )
    choose_parent(actor, edge.child, edge.parent_id)


def choose_if_none(actor: Actor, edge: SupplierRelation) -> None:
    """Let a newly stated direct parent count where none was chosen and no circle would come of it."""
    child = edge.child
    if edge.kind != RelationKind.DIRECT_PARENT or edge.parent_id is None or child.parent_id is not None:
        return
    if edge.parent_id != child.id and child.id not in queries.ancestors_of(edge.parent_id):
        choose_parent(actor, child, edge.parent_id)


def link_leis(actor: Actor, holders: dict[str, UUID]) -> None:
    """Companies that edges knew by LEI only are in the registry now: `holders` maps LEI to supplier."""
    if not holders:
        return
    lock_ownership()
    waiting = select(SupplierRelation).where(
        SupplierRelation.parent_lei.in_(holders), SupplierRelation.parent_id.is_(None)
    )
    for edge in session.scalars(waiting.order_by(SupplierRelation.id)).all():
        holder = holders[edge.parent_lei or ""]
        if edge.child_id != holder:
            edge.parent_id = holder
            session.flush()
            if edge.ended_on is None:
                choose_if_none(actor, edge)


def unlink_lei(actor: Actor, lei: str) -> None:
    """The LEI was not this supplier's after all: its edges know the parent by LEI and name again."""
    lock_ownership()
    edges = session.scalars(select(SupplierRelation).where(SupplierRelation.parent_lei == lei)).all()
    for edge in edges:
        edge.parent_id = None
    session.flush()
    for edge in edges:
        drop_unsaid_parent(actor, edge.child)


def lock_ownership() -> None:
    """One change of ownership at a time: two at once could close a circle that neither sees."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("supplier.parent"))))


def _refuse_circle(supplier: Supplier, parent_id: UUID) -> None:
    parent = queries.get_supplier(parent_id)
    if supplier.id == parent.id or supplier.id in queries.ancestors_of(parent.id):
        raise BadInput(
            _("“%(name)s” cannot be the parent: it is this company or belongs to it.", name=parent.legal_name),
            field="parent_id",
            remedy=_("Choose another one, or change the other company’s parent first."),
        )


def _statement(child_id: UUID, kind: RelationKind, stamped: dict[str, Any]) -> SupplierRelation | None:
    query = current([child_id]).where(SupplierRelation.kind == kind)
    if stamped["entered_by_id"] is not None:
        query = query.where(SupplierRelation.entered_by_id == stamped["entered_by_id"])
    else:
        query = query.where(SupplierRelation.entered_by_id.is_(None), SupplierRelation.source == stamped["source"])
    return session.scalar(query)


def _same(edge: SupplierRelation, parent: Parent) -> bool:
    if parent.lei is not None:
        return edge.parent_lei == parent.lei
    return edge.parent_id is not None and edge.parent_id == parent.supplier_id


def _end(actor: Actor, edge: SupplierRelation, where: Provenance) -> None:
    edge.ended_on = max(where.source_date, edge.source_date)
    session.flush()
    record(actor, "supplier.relation_ended", edge.child, relation_id=edge.id, kind=edge.kind)


def drop_unsaid_parent(actor: Actor, supplier: Supplier) -> None:
    """A chosen parent that nobody states any more does not count any more."""
    said = current([supplier.id]).where(
        SupplierRelation.kind == RelationKind.DIRECT_PARENT, SupplierRelation.parent_id == supplier.parent_id
    )
    if supplier.parent_id is not None and session.scalar(said) is None:
        choose_parent(actor, supplier, None)

"""SELECTs of merges, and of who has a say in them: authorities that follow a supplier or entered facts of it.

Only facts that every member sees count. Private records would tell who has business with whom.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import or_, select, union

from portal.db import session
from portal.errors import NotFound
from portal.merging.models import SupplierMerge
from portal.merging.rules import MergeState
from portal.registry.identity.models import StatedFact, SupplierRelation, SupplierRole
from portal.registry.models import Follow, Site, Supplier, SupplierIdentifier, SupplierName


def get_merge(merge_id: UUID) -> SupplierMerge:
    """One merge, or NotFound."""
    merge = session.get(SupplierMerge, merge_id)
    if merge is None:
        raise NotFound
    return merge


def merges_of(supplier_id: UUID) -> Sequence[SupplierMerge]:
    """The merges that a supplier was part of or is proposed for, the newest first."""
    part = or_(SupplierMerge.kept_id == supplier_id, SupplierMerge.merged_id == supplier_id)
    return session.scalars(select(SupplierMerge).where(part).order_by(SupplierMerge.id.desc())).all()


def open_proposal(one: UUID, other: UUID) -> SupplierMerge | None:
    """The open proposal to merge these two, whichever would stay."""
    both = (one, other)
    return session.scalar(
        select(SupplierMerge).where(
            SupplierMerge.kept_id.in_(both),
            SupplierMerge.merged_id.in_(both),
            SupplierMerge.state == MergeState.PROPOSED,
        )
    )


def concerned(supplier_ids: Collection[UUID]) -> set[UUID]:
    """The authorities that brought the suppliers in, entered facts of them or follow them."""
    entered = [
        select(model.entered_by_id).where(column.in_(supplier_ids))
        for model, column in (
            (SupplierName, SupplierName.supplier_id),
            (SupplierIdentifier, SupplierIdentifier.supplier_id),
            (Site, Site.supplier_id),
            (SupplierRole, SupplierRole.supplier_id),
            (StatedFact, StatedFact.supplier_id),
            (SupplierRelation, SupplierRelation.child_id),
        )
    ]
    brought_in = select(Supplier.brought_in_by_id).where(Supplier.id.in_(supplier_ids))
    following = select(Follow.authority_id).where(Follow.supplier_id.in_(supplier_ids))
    return set(session.scalars(union(*entered, brought_in, following))) - {None}

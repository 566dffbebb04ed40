"""SELECTs of merges, and of who has a say in them: authorities that follow a supplier or entered facts of it.

Only facts that every member sees decide on that. Private records would tell who has business with whom.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, false, func, or_, select, union
from sqlalchemy.orm import joinedload

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import can
from portal.assessments.queries import visible_assessments
from portal.audits.queries import visible_audits
from portal.contracts.queries import visible_contracts
from portal.db import session
from portal.declarations.queries import visible_declarations
from portal.dialogues.queries import visible_dialogues
from portal.errors import NotFound
from portal.merging.models import SupplierMerge
from portal.merging.rules import MergeState
from portal.registry.identity.models import StatedFact, SupplierRelation, SupplierRole
from portal.registry.models import Follow, Site, Supplier, SupplierIdentifier, SupplierName
from portal.shapes import TodoItem


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


# What gives an authority a say: (the authority, the supplier) of who brought it in, entered facts of it or follows it.
_SAYS: Sequence[tuple[Any, Any]] = (
    (SupplierName.entered_by_id, SupplierName.supplier_id),
    (SupplierIdentifier.entered_by_id, SupplierIdentifier.supplier_id),
    (Site.entered_by_id, Site.supplier_id),
    (SupplierRole.entered_by_id, SupplierRole.supplier_id),
    (StatedFact.entered_by_id, StatedFact.supplier_id),
    (SupplierRelation.entered_by_id, SupplierRelation.child_id),
    (Supplier.brought_in_by_id, Supplier.id),
    (Follow.authority_id, Follow.supplier_id),
)


def concerned(supplier_ids: Collection[UUID]) -> set[UUID]:
    """The authorities that brought the suppliers in, entered facts of them or follow them."""
    says = [select(authority).where(supplier.in_(supplier_ids)) for authority, supplier in _SAYS]
    return set(session.scalars(union(*says))) - {None}


def todo(actor: Actor) -> list[TodoItem]:
    """Proposals of other authorities to merge suppliers in which ours has a say."""
    if not can(actor, Permission.CONFIRM_MERGE):
        return []
    proposals = session.scalars(
        select(SupplierMerge)
        .where(_waits_for(actor))
        .options(joinedload(SupplierMerge.kept), joinedload(SupplierMerge.merged))
        .order_by(SupplierMerge.id)
    ).all()
    return [
        TodoItem(
            due_on=None,
            title=_(
                "Confirm that “%(kept)s” and “%(merged)s” are one company",
                kept=one.kept.legal_name,
                merged=one.merged.legal_name,
            ),
            detail=_("Reason: %(reason)s", reason=one.reason),
            endpoint="merging.show",
            args={"merge_id": one.id},
            supplier_id=one.kept_id,
            shared_with=[one.proposed_by_id],
        )
        for one in proposals
    ]


def todo_count(actor: Actor) -> ScalarSelect[int]:
    """How many things `todo` lists, as part of a statement."""
    waits = _waits_for(actor) if can(actor, Permission.CONFIRM_MERGE) else false()
    return select(func.count()).select_from(SupplierMerge).where(waits).scalar_subquery()


def _waits_for(actor: Actor) -> ColumnElement[bool]:
    """Another authority proposed it, and the actor's has a say."""
    both = (SupplierMerge.kept_id, SupplierMerge.merged_id)
    has_a_say = or_(
        *(exists().where(authority == actor.authority_id, supplier.in_(both)) for authority, supplier in _SAYS)
    )
    return and_(
        SupplierMerge.state == MergeState.PROPOSED, SupplierMerge.proposed_by_id != actor.authority_id, has_a_say
    )


# What comes along in a merge, each as far as the reader sees it.
_RECORDS = {
    "contract": visible_contracts,
    "declaration": visible_declarations,
    "assessment": visible_assessments,
    "dialogue": visible_dialogues,
    "audit": visible_audits,
}


def records_of(actor: Actor, supplier_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """How many records of each kind the actor sees of each supplier; kinds without any are left out."""
    found: dict[UUID, dict[str, int]] = {supplier_id: {} for supplier_id in supplier_ids}
    for kind, visible in _RECORDS.items():
        rows: Any = visible(actor).order_by(None).subquery()
        query = select(rows.c.supplier_id, func.count()).where(rows.c.supplier_id.in_(found))
        for supplier_id, number in session.execute(query.group_by(rows.c.supplier_id)):
            found[supplier_id][kind] = number
    return found

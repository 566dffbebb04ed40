"""Use cases of merging: propose that two records are one company, decide on it, and undo it.

What another authority entered or follows is merged by two people: one proposes, one of another authority confirms.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal import db
from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import session
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition, NotFound
from portal.journal.services import record
from portal.merging import queries
from portal.merging.models import MergeLedger, SupplierMerge
from portal.merging.moving import Mover
from portal.merging.pairs import services as pairs
from portal.merging.rules import MERGE_STEPS, MergeState, parent_after
from portal.merging.undoing import undo as undo_steps
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.registry import queries as registry
from portal.registry.identity.ownership import lock_ownership
from portal.registry.identity.rules import FactField
from portal.registry.merging_lock import hold_off_merging, lock_merging
from portal.registry.models import Supplier
from portal.registry.texts import MAX_WORDS, one_line


@dataclass(frozen=True, slots=True)
class MergeData:
    """Which record stays, which values of the other one count from then on, and why they are one company."""

    kept_id: UUID
    merged_id: UUID
    reason: str
    take_name: bool = False
    take_country: bool = False
    take_parent: bool = False


def propose(actor: Actor, data: MergeData) -> SupplierMerge:
    """Propose a merge; it is carried out at once where no other authority has a say.

    Raises Conflict where one of the two was merged meanwhile, or the same merge is proposed already.
    """
    require(actor, Permission.EDIT_REGISTRY)
    if actor.authority_id is None:
        raise Forbidden(_("Only a member of the network can say that two suppliers are one company."))
    reason = one_line(data.reason, MAX_WORDS)
    if not reason:
        raise BadInput(
            _("The reason is missing."), field="reason", remedy=_("Say how you know that they are one company.")
        )
    kept, merged = _lock(data.kept_id, data.merged_id)
    if queries.open_proposal(kept.id, merged.id):
        raise Conflict(_("It is proposed already that these two are one company. Open the proposal and decide on it."))
    merge = SupplierMerge(
        kept_id=kept.id,
        merged_id=merged.id,
        state=MergeState.PROPOSED,
        version=1,
        take_name=data.take_name,
        take_country=data.take_country,
        take_parent=data.take_parent,
        reason=reason,
        proposed_by_id=actor.authority_id,
        proposed_user_id=actor.user_id,
    )
    session.add(merge)
    session.flush()
    others = _others(actor, kept.id, merged.id)
    if others:
        record(actor, "supplier.merge_proposed", merge, **_both(merge))
    else:
        _carry_out(actor, merge)
    for authority_id in others:
        emit(Event.MERGE_PROPOSED, actor=actor, merge_id=merge.id, **_both(merge), authority_id=authority_id)
    return merge


def needs_confirmation(actor: Actor, kept_id: UUID, merged_id: UUID) -> bool:
    """Another authority entered facts of one of the two or follows it."""
    return bool(_others(actor, kept_id, merged_id))


def _others(actor: Actor, kept_id: UUID, merged_id: UUID) -> set[UUID]:
    return queries.concerned((kept_id, merged_id)) - {actor.authority_id}


def confirm(actor: Actor, merge: SupplierMerge, version: int) -> None:
    """A second person, of another authority, agrees: the two become one. Raises Conflict where somebody was faster."""
    require(actor, Permission.CONFIRM_MERGE, merge)
    _lock(merge.kept_id, merge.merged_id)
    _carry_out(actor, merge, version)


def reject(actor: Actor, merge: SupplierMerge, version: int, *, different: bool = False) -> None:
    """Another authority says that they are two companies (`different`, not asked again), or that this is not known."""
    require(actor, Permission.CONFIRM_MERGE, merge)
    hold_off_merging()
    _step(merge, MergeState.REJECTED, version, **_decided(actor))
    record(actor, "supplier.merge_rejected", merge, **_both(merge))
    if different:
        pairs.learn_different(actor, merge.kept_id, merge.merged_id)


def withdraw(actor: Actor, merge: SupplierMerge, version: int) -> None:
    """The authority that proposed the merge takes the proposal back."""
    require(actor, Permission.WITHDRAW_MERGE, merge)
    _step(merge, MergeState.WITHDRAWN, version, **_decided(actor))
    record(actor, "supplier.merge_withdrawn", merge, **_both(merge))


def undo(actor: Actor, merge: SupplierMerge, version: int) -> None:
    """Two companies again, each as it was; what was added since stays with the one that was kept.

    Raises Conflict where that one was itself merged into another since.
    """
    require(actor, Permission.EDIT_REGISTRY)
    lock_merging()
    lock_ownership()
    rows = _lock_rows(merge.kept_id, merge.merged_id)
    if further := rows[merge.kept_id].merged_into_id:
        name = registry.get_supplier(further).legal_name
        raise Conflict(_("The company was merged into “%(name)s” since. Undo that merge first.", name=name))
    undone = {"undone_by_id": actor.authority_id, "undone_user_id": actor.user_id, "undone_at": db.now()}
    _step(merge, MergeState.UNDONE, version, **undone)
    with db.as_system():
        undo_steps(merge.kept_id, merge.merged_id, session.get_one(MergeLedger, merge.id).steps)
    session.expire_all()
    record(actor, "supplier.merge_undone", merge, **_both(merge))
    emit(Event.MERGE_UNDONE, actor=actor, **_told(actor, merge))
    pairs.learn_different(actor, merge.kept_id, merge.merged_id)


def _carry_out(actor: Actor, merge: SupplierMerge, version: int = 1) -> None:
    """Make one company of the two; both are locked."""
    _step(merge, MergeState.MERGED, version, **_decided(actor))
    kept, merged = merge.kept, merge.merged
    both = frozenset({kept.id, merged.id})
    parents = (merged.parent_id, kept.parent_id) if merge.take_parent else (kept.parent_id, merged.parent_id)
    fields: dict[str, Any] = {"parent_id": parent_after(*parents, both, registry.ancestors_of)}
    taken = set()
    if merge.take_name:
        taken.add(FactField.LEGAL_NAME)
        fields |= {"legal_name": merged.legal_name, "sort_key": merged.sort_key}
    if merge.take_country or kept.country is None:
        taken.add(FactField.COUNTRY)
        fields |= {"country": merged.country}
    # The sites of two audits become one; the message does not say whose audits.
    clash = Conflict(
        _("Records of the two are at the same place and time. One of them must change before the companies are merged.")
    )
    with db.as_system(), db.constraint_errors({"ex_joint_audit_site_window": clash}):
        mover = Mover(kept.id, merged.id, frozenset(taken))
        mover.settle_names(take_name=merge.take_name)
        mover.move_all()
        mover.change(kept.id, **fields)
        mover.change(merged.id, parent_id=None, merged_into_id=kept.id)
        session.add(MergeLedger(merge_id=merge.id, steps=mover.steps))
    session.expire_all()
    pairs.learn_merged(merge.kept_id, merge.merged_id)
    record(actor, "supplier.merged", merge, **_both(merge))
    emit(Event.SUPPLIERS_MERGED, actor=actor, **_told(actor, merge))


def _lock(kept_id: UUID, merged_id: UUID) -> tuple[Supplier, Supplier]:
    """Both suppliers, as they stand and stay until the end of the transaction.

    Locks in this order: merges and imports, owners, rows by id. Raises Conflict where one of them was merged.
    """
    if kept_id == merged_id:
        raise BadInput(_("These are one record already."), remedy=_("Choose another company."))
    lock_merging()
    lock_ownership()
    rows = _lock_rows(kept_id, merged_id)
    for one in rows.values():
        if one.merged_into_id:
            survivor = registry.get_supplier(one.merged_into_id).legal_name
            raise Conflict(
                _("“%(name)s” was merged into “%(survivor)s” meanwhile.", name=one.legal_name, survivor=survivor)
            )
    return rows[kept_id], rows[merged_id]


def _lock_rows(*ids: UUID) -> dict[UUID, Supplier]:
    query = select(Supplier).where(Supplier.id.in_(ids)).order_by(Supplier.id).with_for_update()
    rows = {one.id: one for one in session.scalars(query.execution_options(populate_existing=True))}
    if len(rows) < len(ids):
        raise NotFound
    return rows


def _step(merge: SupplierMerge, state: MergeState, version: int, **values: Any) -> None:
    """Go to another state, if the merge is still as the person saw it."""
    statement = (
        update(SupplierMerge)
        .where(
            SupplierMerge.id == merge.id,
            SupplierMerge.version == version,
            SupplierMerge.state.in_(MERGE_STEPS[state]),
        )
        .values(state=state, version=version + 1, **values)
        .returning(SupplierMerge.id)
    )
    if session.execute(statement.execution_options(synchronize_session=False)).first() is None:
        raise InvalidTransition(_("Somebody else was faster. See what was decided, then go on from there."))
    session.refresh(merge)


def _both(merge: SupplierMerge) -> dict[str, UUID]:
    return {"kept_id": merge.kept_id, "merged_id": merge.merged_id}


def _told(actor: Actor, merge: SupplierMerge) -> dict[str, UUID | None]:
    who = {"proposed_by_id": merge.proposed_by_id, "authority_id": actor.authority_id}
    return {"merge_id": merge.id, **_both(merge), **who}


def _decided(actor: Actor) -> dict[str, Any]:
    return {"decided_by_id": actor.authority_id, "decided_user_id": actor.user_id, "decided_at": db.now()}

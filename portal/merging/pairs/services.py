"""Decisions on pairs: they are different companies, for ever unless somebody takes it back; merges decide, too."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from portal import db
from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import session
from portal.errors import BadInput, Conflict, InvalidTransition
from portal.journal.services import record
from portal.merging.pairs import queries
from portal.merging.pairs.judging import judge, kept
from portal.merging.pairs.models import SupplierPair
from portal.merging.pairs.rules import PAIR_STEPS, PairState, in_order
from portal.merging.queries import open_proposal
from portal.registry import queries as registry
from portal.registry.merging_lock import hold_off_merging
from portal.registry.models import Supplier
from portal.registry.profiles import load_profiles


def keep_apart(actor: Actor, one_id: UUID, other_id: UUID) -> None:
    """Say that two suppliers are different companies: they are not asked about again.

    Raises Conflict where somebody proposed meanwhile that they are one, or was faster.
    """
    require(actor, Permission.EDIT_REGISTRY)
    one, other = _survivors(one_id, other_id)
    if open_proposal(one.id, other.id):
        raise Conflict(_("It is proposed already that these two are one company. Open the proposal and decide on it."))
    if not _write_different(actor, one.id, other.id):
        raise InvalidTransition(_("Somebody else was faster. See what was decided, then go on from there."))
    record(actor, "supplier.pair_kept_apart", one, other_id=other.id)


def ask_again(actor: Actor, one_id: UUID, other_id: UUID) -> None:
    """Take back that two suppliers are different companies: the pair is in the queue again."""
    require(actor, Permission.EDIT_REGISTRY)
    one, other = _survivors(one_id, other_id)
    said = [(pair.low_id, pair.high_id) for pair in queries.said_different(one.id, other.id)]
    changed = [pair for pair in said if _step(*pair, PairState.OPEN)]
    if not changed:
        raise InvalidTransition(_("Somebody else was faster. See what was decided, then go on from there."))
    _write_open(one.id, other.id)
    record(actor, "supplier.pair_asked_again", one, other_id=other.id)


def learn_different(actor: Actor, one_id: UUID, other_id: UUID) -> None:
    """A proposal was turned down, or a merge undone, because the two are different companies."""
    if _write_different(actor, one_id, other_id):
        record(actor, "supplier.pair_kept_apart", session.get_one(Supplier, one_id), other_id=other_id)


def learn_merged(one_id: UUID, other_id: UUID) -> None:
    """The two were merged: if they were a pair of the queue, it is decided."""
    _step(*in_order(one_id, other_id), PairState.MERGED)


def _survivors(one_id: UUID, other_id: UUID) -> tuple[Supplier, Supplier]:
    """Both suppliers as they stand, and stay until the end of the transaction."""
    hold_off_merging()
    fresh = select(Supplier).where(Supplier.id.in_((one_id, other_id))).execution_options(populate_existing=True)
    session.scalars(fresh).all()
    one, other = registry.get_supplier(one_id), registry.get_supplier(other_id)
    if one.id == other.id:
        raise BadInput(_("These are one record already."), remedy=_("Undo the merge if they are two companies."))
    return one, other


def _write_different(actor: Actor, one_id: UUID, other_id: UUID) -> bool:
    """Whether the pair was not kept apart before."""
    decided = {
        "state": PairState.DIFFERENT,
        "decided_by_id": actor.authority_id,
        "decided_user_id": actor.user_id,
        "decided_at": db.now(),
    }
    statement = insert(SupplierPair).values(**_judged(one_id, other_id), **decided)
    statement = statement.on_conflict_do_update(
        index_elements=["low_id", "high_id"],
        set_=decided,
        where=SupplierPair.state.in_(PAIR_STEPS[PairState.DIFFERENT]),
    )
    written = session.execute(statement.returning(SupplierPair.low_id), execution_options=_FRESH).first()
    return written is not None


def _write_open(one_id: UUID, other_id: UUID) -> None:
    """The two that are there now stand in the queue, where only what was merged into them was decided on."""
    row = _judged(one_id, other_id) | {"state": PairState.OPEN}
    session.execute(insert(SupplierPair).values(**row).on_conflict_do_nothing())


def _judged(one_id: UUID, other_id: UUID) -> dict[str, Any]:
    low, high = in_order(one_id, other_id)
    profiles = load_profiles([low, high])
    return {"low_id": low, "high_id": high, **kept(judge(profiles[low], profiles[high]))}


def _step(low: UUID, high: UUID, state: PairState) -> bool:
    """Go to another state, if the rules allow it from where the pair is."""
    nobody = {"decided_by_id": None, "decided_user_id": None, "decided_at": None}
    statement = (
        update(SupplierPair)
        .where(SupplierPair.low_id == low, SupplierPair.high_id == high, SupplierPair.state.in_(PAIR_STEPS[state]))
        .values(state=state, **nobody)
        .returning(SupplierPair.low_id)
    )
    return session.execute(statement, execution_options=_FRESH).first() is not None


_FRESH = {"synchronize_session": False, "populate_existing": True}

"""Use cases of tenders: who evaluates, who bids, when they are open, and what is released to the evaluators."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import constraint_errors, session
from portal.errors import BadInput, Conflict, InvalidTransition
from portal.journal.services import record
from portal.registry import queries as registry
from portal.tenders import queries
from portal.tenders.models import Tender, TenderBidder, TenderEvaluator, TenderRelease
from portal.tenders.rules import STEPS, Guard, TenderStep


@dataclass(frozen=True)
class TenderData:
    """What a person writes of a tender."""

    number: str
    title: str
    guard: Guard
    decision_by: date | None
    evaluator_ids: frozenset[UUID]


def add_tender(actor: Actor, data: TenderData) -> Tender:
    """Note a tender of the actor's authority; nothing is locked before it is opened."""
    require(actor, Permission.ADD_TENDER)
    assert actor.authority_id is not None
    tender = Tender(owner_id=actor.authority_id)
    _write(tender, data)
    record(actor, "tender.added", tender)
    return tender


def change_tender(actor: Actor, tender: Tender, data: TenderData) -> None:
    """Overwrite what was written, while it is not decided."""
    require(actor, Permission.EDIT_TENDER, tender)
    _write(tender, data)
    record(actor, "tender.changed", tender, guard=tender.guard, evaluators=sorted(map(str, data.evaluator_ids)))


def take_step(actor: Actor, tender: Tender, step: TenderStep) -> None:
    """Open, decide, cancel or reopen it. InvalidTransition where somebody else was faster."""
    require(actor, Permission.EDIT_TENDER, tender)
    sources, target = STEPS[step]
    if step in {TenderStep.OPEN, TenderStep.REOPEN} and not tender.evaluators:
        raise BadInput(_("Nobody evaluates this tender yet."), remedy=_("Choose who does, then open it."))
    moved = (
        update(Tender)
        .where(Tender.id == tender.id, Tender.state.in_(sources))
        .values(state=target)
        .returning(Tender.id)
        .execution_options(synchronize_session="fetch")
    )
    if session.scalar(moved) is None:
        raise InvalidTransition(_("The tender is not where it was any more. Look at the page again."))
    match step:
        case TenderStep.OPEN:
            record(actor, "tender.opened", tender)
        case TenderStep.DECIDE:
            record(actor, "tender.decided", tender)
        case TenderStep.CANCEL:
            record(actor, "tender.cancelled", tender)
        case TenderStep.REOPEN:
            record(actor, "tender.reopened", tender)


def add_bidder(actor: Actor, tender: Tender, supplier_id: UUID) -> None:
    """Note that a supplier bids; from the first one on, the tender concerns those named alone."""
    require(actor, Permission.EDIT_TENDER, tender)
    supplier = registry.get_supplier(supplier_id)
    added = insert(TenderBidder).values(tender_id=tender.id, supplier_id=supplier.id).on_conflict_do_nothing()
    if session.scalar(added.returning(TenderBidder.supplier_id)) is not None:
        record(actor, "tender.bidder_added", tender, supplier=supplier.id)
    session.expire(tender, ["bidders"])


def remove_bidder(actor: Actor, tender: Tender, supplier_id: UUID) -> None:
    """Take a supplier off; twice is no error."""
    require(actor, Permission.EDIT_TENDER, tender)
    gone = delete(TenderBidder).where(TenderBidder.tender_id == tender.id, TenderBidder.supplier_id == supplier_id)
    if session.scalar(gone.returning(TenderBidder.supplier_id)) is not None:
        record(actor, "tender.bidder_removed", tender, supplier=supplier_id)
    session.expire(tender, ["bidders"])


def release(actor: Actor, tender: Tender, supplier_id: UUID, reason: str) -> TenderRelease:
    """Let the evaluators see the follow-up data of one supplier, as where it may be a ground for exclusion."""
    require(actor, Permission.EDIT_TENDER, tender)
    supplier = registry.get_supplier(supplier_id)
    found = TenderRelease(
        tender_id=tender.id, supplier_id=supplier.id, reason=reason.strip(), released_by_id=actor.user_id
    )
    with constraint_errors({"pk_tender_release": Conflict(_("This supplier is released already."))}):
        session.add(found)
    record(actor, "tender.released", tender, supplier=supplier.id)
    return found


def lock_again(actor: Actor, tender: Tender, supplier_id: UUID) -> None:
    """Take a release back; twice is no error."""
    require(actor, Permission.EDIT_TENDER, tender)
    gone = delete(TenderRelease).where(TenderRelease.tender_id == tender.id, TenderRelease.supplier_id == supplier_id)
    if session.scalar(gone.returning(TenderRelease.supplier_id)) is not None:
        record(actor, "tender.locked_again", tender, supplier=supplier_id)


def _write(tender: Tender, data: TenderData) -> None:
    _check_people(tender, data.evaluator_ids)
    tender.number, tender.title = data.number, data.title
    tender.guard, tender.decision_by = data.guard, data.decision_by
    kept = {one.user_id: one for one in tender.evaluators}
    tender.evaluators = [kept.get(one) or TenderEvaluator(user_id=one) for one in sorted(data.evaluator_ids)]
    with constraint_errors({"uq_tender_owner_id_number": _number_taken()}):
        session.add(tender)


def _check_people(tender: Tender, chosen: Collection[UUID]) -> None:
    """Only our own people evaluate; who has left meanwhile may stay on the list."""
    known = set(queries.people(tender.owner_id)) | {one.user_id for one in tender.evaluators}
    if not set(chosen) <= known:
        raise BadInput(
            _("This person does not work for you."), field="evaluator_ids", remedy=_("Choose from the list.")
        )


def _number_taken() -> BadInput:
    return BadInput(_("Your authority has a tender with this number already."), field="number")

"""Asking GLEIF for a record or for proposals, and taking its answers in. In between the worker fetches them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.db import now, session
from portal.errors import BadInput, Conflict
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.registry import queries as registry
from portal.registry import services
from portal.registry.gleif import queries
from portal.registry.gleif.applying import apply_record
from portal.registry.gleif.models import Asked, LeiProposal, LeiRecord, LeiSearch
from portal.registry.gleif.parse import LeiData
from portal.registry.gleif.rules import ASK_ANEW, SOURCE, Problem, due_after, due_after_problem
from portal.registry.identifiers import Identifier, check
from portal.registry.identity import ownership
from portal.registry.provenance import Provenance
from portal.settings import get_settings

BATCH = 50  # records that one knock of the clock asks for; more would be an hour's work at GLEIF's pace


@dataclass(frozen=True)
class Answer:
    """What the network gave: records, or why there are none."""

    records: Sequence[LeiData] = ()
    published_on: date | None = None
    problem: Problem | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


def request_refresh(actor: Actor, supplier_id: UUID) -> LeiRecord:
    """Ask the worker for the record of the supplier's LEI. Raises BadInput without one, Conflict while it is asked."""
    require(actor, Permission.EDIT_REGISTRY)
    supplier = registry.get_supplier(supplier_id)
    lei = queries.lei_of(supplier_id)
    if lei is None:
        raise BadInput(_("This supplier has no LEI yet."), remedy=_("Look for it at GLEIF, or add it by hand."))
    found = request_record(actor, lei)
    record(actor, "lei.refresh_requested", supplier, lei=lei)
    return found


def request_record(actor: Actor, text: str) -> LeiRecord:
    """Ask the worker for the record of any LEI. Raises Refused for what is none."""
    require(actor, Permission.EDIT_REGISTRY)
    _refuse_when_off()
    lei = check("lei", text).value
    session.execute(insert(LeiRecord).values(lei=lei, problem_params={}).on_conflict_do_nothing())
    found = session.get_one(LeiRecord, lei, with_for_update=True, populate_existing=True)
    _ask(found)
    emit(Event.LEI_RECORD_REQUESTED, actor=actor, lei=lei)
    return found


def request_due(actor: Actor) -> list[str]:
    """Ask for the records whose time has come; called by the clock, however many of them there are."""
    require(actor, Permission.EDIT_REGISTRY)
    settings = get_settings()
    if not settings.gleif_url or settings.gleif_refresh_days <= 0:
        return []
    queries.add_missing_records(BATCH)
    # While GLEIF cannot be reached one request finds out when it can be again.
    due = queries.due_records(1 if queries.out_of_reach() else BATCH)
    for found in due:
        found.requested_at = now()
        emit(Event.LEI_RECORD_REQUESTED, actor=actor, lei=found.lei)
    return [found.lei for found in due]


def take_record(actor: Actor, lei: str, answer: Answer) -> LeiRecord:
    """Keep what GLEIF says of a LEI and let it speak of the supplier that has it. A failure leaves what is known."""
    ownership.lock_ownership()  # before the record, as whoever gives a supplier its LEI does
    session.execute(insert(LeiRecord).values(lei=lei, problem_params={}).on_conflict_do_nothing())
    found = session.get_one(LeiRecord, lei, with_for_update=True, populate_existing=True)
    moment, days = now(), get_settings().gleif_refresh_days
    _answered(found, answer, moment)
    if answer.problem or not answer.records:
        problem = answer.problem or Problem.UNEXPECTED
        found.due_at = due_after_problem(moment, problem, answer.params.get("retry_after"), days)
        return found
    data = answer.records[0]
    kept = data.model_dump(mode="json")
    before, last_to = found.data, found.applied_to_id
    if kept != before:
        found.data = kept
    found.fetched_at, found.due_at = moment, due_after(moment, days)
    found.published_on = answer.published_on
    number = Identifier("lei", lei)
    supplier = registry.holders_of([number]).get(number)
    found.applied_to_id = supplier.id if supplier else None
    session.flush()
    if supplier is not None:
        known = before if last_to == supplier.id else None
        apply_record(actor, supplier, data, LeiData.model_validate(known) if known else None)
        if kept != known:
            record(actor, "lei.refreshed", supplier, lei=lei)
    return found


def request_search(actor: Actor, supplier_id: UUID) -> LeiSearch:
    """Ask the worker for LEIs that the supplier without one may have, by its name and country."""
    require(actor, Permission.EDIT_REGISTRY)
    _refuse_when_off()
    supplier = registry.get_supplier(supplier_id)
    if queries.lei_of(supplier_id) is not None:
        raise Conflict(_("This supplier has a LEI already."))
    session.execute(insert(LeiSearch).values(supplier_id=supplier_id, problem_params={}).on_conflict_do_nothing())
    search = session.get_one(LeiSearch, supplier_id, with_for_update=True, populate_existing=True)
    _ask(search)
    emit(Event.LEI_SEARCH_REQUESTED, actor=actor, supplier_id=supplier_id)
    record(actor, "lei.search_requested", supplier)
    return search


def take_proposals(actor: Actor, supplier_id: UUID, answer: Answer) -> None:
    """Keep what may be the supplier's LEI. What a person rejected does not come back."""
    search = session.scalar(select(LeiSearch).where(LeiSearch.supplier_id == supplier_id).with_for_update())
    if search is None:
        return
    _answered(search, answer, now())
    if answer.problem:
        return
    known = {one.lei: one for one in queries.proposals_of(supplier_id, all_states=True)}
    found = {one.lei: one for one in answer.records}
    for lei, proposal in known.items():
        if proposal.state == "open" and lei not in found:
            session.delete(proposal)
    for lei, data in found.items():
        kept = data.model_dump(mode="json")
        if lei not in known:
            session.add(
                LeiProposal(supplier_id=supplier_id, lei=lei, legal_name=data.legal_name, data=kept, found_on=today())
            )
        elif known[lei].data != kept:
            known[lei].data, known[lei].legal_name = kept, data.legal_name
    session.flush()


def confirm(actor: Actor, proposal: LeiProposal) -> None:
    """A person says that the LEI is the supplier's: it is added, and its record asked for."""
    require(actor, Permission.EDIT_REGISTRY)
    _decide(proposal, "confirmed")
    supplier = registry.get_supplier(proposal.supplier_id)
    number = check("lei", proposal.lei)
    services.add_identifier(actor, supplier, number, Provenance(SOURCE, proposal.found_on))
    if get_settings().gleif_url:
        request_refresh(actor, supplier.id)


def reject(actor: Actor, proposal: LeiProposal) -> None:
    """A person says that the LEI is another company's."""
    require(actor, Permission.EDIT_REGISTRY)
    _decide(proposal, "rejected")
    record(actor, "lei.proposal_rejected", proposal.supplier, lei=proposal.lei)


def _decide(proposal: LeiProposal, state: str) -> None:
    fresh = session.scalar(
        select(LeiProposal.state)
        .where(LeiProposal.id == proposal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if fresh != "open":
        raise Conflict(_("Somebody decided on this LEI already."))
    proposal.state = state
    session.flush()


def _ask(asked: Asked) -> None:
    if asked.under_way and asked.requested_at and asked.requested_at > now() - ASK_ANEW:
        raise Conflict(_("GLEIF is being asked already. Look again in a moment."))
    asked.requested_at = now()
    session.flush()


def _answered(asked: Asked, answer: Answer, moment: datetime) -> None:
    asked.tried_at = moment
    asked.problem = answer.problem
    asked.problem_params = dict(answer.params)


def _refuse_when_off() -> None:
    if not get_settings().gleif_url:
        raise Conflict(_("This installation does not ask GLEIF: the setting GLEIF_URL is empty."))

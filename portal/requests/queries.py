"""Every SELECT on requests for declarations; all begin with what the actor may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, literal, select, tuple_

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.clock import today
from portal.contracts import queries as contracts
from portal.contracts.models import Contract
from portal.db import session
from portal.declarations import queries as declarations
from portal.declarations.models import Declaration
from portal.errors import NotFound
from portal.registry.models import Supplier
from portal.requests.models import DeclarationRequest, RequestReminder
from portal.requests.rules import OPEN, OURS, WAITING, RequestState
from portal.shapes import TimelineEntry, TodoItem
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 50
CHOICES = 20
OVERDUE = "overdue"  # a filter beside the states: computed, not stored
EPOCH = date(2000, 1, 1)


@dataclass(frozen=True)
class Listed:
    """A request as a list shows it."""

    request: DeclarationRequest
    supplier: Supplier


def visible_requests(actor: Actor) -> Select[DeclarationRequest]:
    """Requests that the actor may see."""
    return select(DeclarationRequest).where(visible(DeclarationRequest, actor))


def get_request(actor: Actor, request_id: UUID) -> DeclarationRequest:
    """One request, or NotFound when there is none for this actor."""
    found = session.scalar(visible_requests(actor).where(DeclarationRequest.id == request_id))
    if found is None:
        raise NotFound
    return found


def overdue(on: Any = None) -> ColumnElement[bool]:
    """It is the supplier's turn, and the day has passed: today, or `on`, which may be a parameter."""
    return and_(DeclarationRequest.state.in_(WAITING), DeclarationRequest.due_on < (today() if on is None else on))


def list_requests(actor: Actor, cursor: str | None, *, state: str | None = None, shared: bool = False) -> Page[Listed]:
    """The overdue ones first, then the open ones by due date, then those that are closed, the latest first.

    `state` is a RequestState, OVERDUE, or None for all; `shared`: those of other authorities instead of our own.
    """
    ours = DeclarationRequest.owner_id == actor.authority_id
    query = visible_requests(actor).where(~ours if shared else ours)
    if state == OVERDUE:
        query = query.where(overdue())
    elif state:
        query = query.where(DeclarationRequest.state == state)
    rank = case((overdue(), 0), (DeclarationRequest.state.in_(OPEN), 1), else_=2)
    days = DeclarationRequest.due_on - literal(EPOCH)
    order = (rank, case((rank < 2, days), else_=-days), DeclarationRequest.id)
    rows_query = query.join(Supplier, Supplier.id == DeclarationRequest.supplier_id).add_columns(Supplier, *order[:2])
    if key := read_cursor(cursor, int, int, UUID):
        rows_query = rows_query.where(tuple_(*order) > tuple(key))
    rows = session.execute(rows_query.order_by(*order).limit(PAGE_SIZE + 1)).all()
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    last = rows[-1] if more else None
    return Page([Listed(row[0], row[1]) for row in rows], encode_cursor(last[2], last[3], last[0].id) if last else None)


def counts_by_state(actor: Actor, *, shared: bool = False) -> dict[str, int]:
    """How many requests stand in each state, and how many are overdue, for the chips above the list."""
    ours = DeclarationRequest.owner_id == actor.authority_id
    rows = session.execute(
        visible_requests(actor)
        .where(~ours if shared else ours)
        .with_only_columns(DeclarationRequest.state, func.count(), func.count().filter(overdue()))
        .group_by(DeclarationRequest.state)
    ).all()
    return {row[0]: row[1] for row in rows} | {OVERDUE: sum(row[2] for row in rows)}


def requests_of_supplier(actor: Actor, supplier_id: UUID) -> Sequence[DeclarationRequest]:
    """A supplier's requests that the actor may see, the newest first."""
    query = visible_requests(actor).where(DeclarationRequest.supplier_id == supplier_id)
    return session.scalars(query.order_by(DeclarationRequest.asked_on.desc(), DeclarationRequest.id.desc())).all()


def open_requests(actor: Actor, supplier_id: UUID) -> list[DeclarationRequest]:
    """Those of a supplier that are not closed, of any authority that shares them: nobody need ask twice."""
    return [one for one in requests_of_supplier(actor, supplier_id) if one.state in OPEN]


def request_answered_by(actor: Actor, declaration_id: UUID) -> DeclarationRequest | None:
    """The newest request of our own that this declaration answers."""
    return session.scalar(
        visible_requests(actor)
        .where(
            DeclarationRequest.owner_id == actor.authority_id,
            DeclarationRequest.declaration_id == declaration_id,
            DeclarationRequest.state != RequestState.CANCELLED,
        )
        .order_by(DeclarationRequest.id.desc())
        .limit(1)
    )


def answers(actor: Actor, request: DeclarationRequest) -> Sequence[Declaration]:
    """Declarations that may answer the request: of its supplier and template, our own or shared with us."""
    query = declarations.visible_declarations(actor).where(
        Declaration.supplier_id == request.supplier_id,
        Declaration.template == request.template,
        Declaration.withdrawn_at.is_(None),
    )
    if request.declaration_id:
        query = query.where(Declaration.id != request.declaration_id)
    return session.scalars(query.order_by(Declaration.received_on.desc(), Declaration.id.desc()).limit(CHOICES)).all()


def seen_declarations(actor: Actor, ids: Collection[UUID | None]) -> dict[UUID, Declaration]:
    """Those of these declarations that the actor may see; the others are not even named."""
    known = [one for one in ids if one]
    query = declarations.visible_declarations(actor).where(Declaration.id.in_(known))
    return {one.id: one for one in session.scalars(query)} if known else {}


def seen_contract(actor: Actor, contract_id: UUID | None) -> Contract | None:
    """The contract of a request, if the actor may see it."""
    if contract_id is None:
        return None
    return session.scalar(contracts.visible_contracts(actor).where(Contract.id == contract_id))


def own_contracts_with(actor: Actor, supplier_id: UUID) -> list[Contract]:
    """Our contracts with a supplier that have not ended."""
    return [
        one
        for one in contracts.contracts_of_supplier(actor, supplier_id)
        if one.owner_id == actor.authority_id and (one.ends_on is None or one.ends_on >= today())
    ]


def reminders_of(request: DeclarationRequest) -> Sequence[RequestReminder]:
    """The rungs that were reached, the first first; of our own requests only (row-level security)."""
    query = select(RequestReminder).where(RequestReminder.request_id == request.id)
    return session.scalars(query.order_by(RequestReminder.created_at, RequestReminder.due_on)).all()


def todo(actor: Actor) -> list[TodoItem]:
    """What we should do: remind who is late, look at what came, decide about what was looked at."""
    if actor.authority_id is None:
        return []
    query = (
        _waiting_for_us(actor, today())
        .join(Supplier, Supplier.id == DeclarationRequest.supplier_id)
        .add_columns(Supplier.legal_name)
        .order_by(DeclarationRequest.due_on, DeclarationRequest.id)
    )
    return [_todo_of(request, name) for request, name in session.execute(query)]


def todo_count(actor: Actor, on: Any) -> ScalarSelect[int]:
    """How many things `todo` lists on a day, as part of a statement; `on` may be a parameter."""
    return select(func.count()).select_from(_waiting_for_us(actor, on).subquery()).scalar_subquery()


def _waiting_for_us(actor: Actor, on: Any) -> Select[DeclarationRequest]:
    ours = visible_requests(actor).where(DeclarationRequest.owner_id == actor.authority_id)
    return ours.where(overdue(on) | DeclarationRequest.state.in_(OURS))


def _todo_of(request: DeclarationRequest, supplier: str) -> TodoItem:
    words = {"template": request.template, "supplier": supplier}
    if request.state == RequestState.RECEIVED:
        title = _("Look at the %(template)s that %(supplier)s sent", **words)
    elif request.state == RequestState.CHECKED:
        title = _("Accept the %(template)s of %(supplier)s, or send it back", **words)
    else:
        title = _("Remind %(supplier)s of the %(template)s", **words)
    return TodoItem(
        due_on=request.due_on,
        title=title,
        detail=_("Declaration asked for on %(date)s", date=format_date(request.asked_on, "d MMM y")),
        endpoint="requests.show",
        args={"request_id": request.id},
        supplier_id=request.supplier_id,
        shared_with=[request.owner_id, *request.named_ids],
    )


def timeline(actor: Actor, supplier_id: UUID) -> list[TimelineEntry]:
    """Requests as entries of the supplier's joint timeline; those that wait for the supplier as what comes next."""
    entries: list[TimelineEntry] = []
    for request in requests_of_supplier(actor, supplier_id):
        shared: dict[str, Any] = {
            "kind": "declaration",
            "endpoint": "requests.show",
            "args": {"request_id": request.id},
            "icon": "EnvelopeClosed",
            "owner_id": request.owner_id,
            "audience": request.audience,
            "named_ids": request.named_ids,
        }
        title = _("%(template)s asked for", template=request.template)
        entries.append(TimelineEntry(on=request.asked_on, title=title, **shared))
        if request.state in WAITING:
            title = _("%(template)s due", template=request.template)
            entries.append(TimelineEntry(on=request.due_on, title=title, planned=True, **shared))
    return entries

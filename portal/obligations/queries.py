"""Every SELECT on obligations: they are the contract owner's own, even where the contract is shared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, false, func, or_, select, true, tuple_

from portal.access.actor import Actor
from portal.clauses.rules import in_language
from portal.clauses.signed import queries as signed
from portal.clauses.signed.models import ContractClause
from portal.clock import today
from portal.contracts import queries as contracts
from portal.contracts.models import Contract
from portal.db import session
from portal.errors import NotFound
from portal.evidence.models import EvidenceItem
from portal.evidence.queries import visible_evidence
from portal.obligations.models import Obligation, ObligationEvidence, ObligationStep
from portal.obligations.rules import SOON, Known, ObligationState
from portal.shapes import TodoItem
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 50
LATE, SOON_DUE = "late", "soon"


def _own(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    if actor.authority_id is None or actor.guest is not None:
        return false()
    return Obligation.owner_id == actor.authority_id


def visible_obligations(actor: Actor) -> Select[Obligation]:
    """Obligations that the actor may see, each with its contract and clause."""
    return select(Obligation).where(_own(actor))


def get_obligation(actor: Actor, obligation_id: UUID) -> Obligation:
    """One obligation, or NotFound when there is none for this actor."""
    obligation = session.scalar(visible_obligations(actor).where(Obligation.id == obligation_id))
    if obligation is None:
        raise NotFound
    return obligation


@dataclass(frozen=True)
class Choice:
    """How the list is narrowed; None takes all. `due`: late, or soon (late ones are not among those)."""

    state: str | None = None
    due: str | None = None
    contract_id: UUID | None = None


def list_obligations(actor: Actor, choice: Choice, cursor: str | None = None) -> Page[Obligation]:
    """Our obligations, the earliest due day first."""
    query = _chosen(actor, choice)
    if key := read_cursor(cursor, date.fromisoformat, UUID):
        query = query.where(tuple_(Obligation.due_on, Obligation.id) > tuple(key))
    rows = session.scalars(query.limit(PAGE_SIZE + 1)).all()
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].due_on.isoformat(), rows[-1].id) if more else None)


def all_obligations(actor: Actor, choice: Choice) -> Sequence[Obligation]:
    """The whole list, for exports and for the page of a contract."""
    return session.scalars(_chosen(actor, choice)).all()


def _chosen(actor: Actor, choice: Choice) -> Select[Obligation]:
    query = visible_obligations(actor).order_by(Obligation.due_on, Obligation.id)
    if choice.state:
        query = query.where(Obligation.state == choice.state)
    if choice.contract_id:
        query = query.where(Obligation.contract_id == choice.contract_id)
    if choice.due == LATE:
        query = query.where(Obligation.state == ObligationState.OPEN, Obligation.due_on < today())
    elif choice.due == SOON_DUE:
        query = query.where(
            Obligation.state == ObligationState.OPEN, Obligation.due_on.between(today(), today() + SOON)
        )
    return query


# ---- one obligation --------------------------------------------------------------------------------------------------


def steps_of(obligation: Obligation) -> Sequence[ObligationStep]:
    """The steps of an obligation that the caller was let see, the newest first."""
    query = select(ObligationStep).where(ObligationStep.obligation_id == obligation.id)
    return session.scalars(query.order_by(ObligationStep.created_at.desc(), ObligationStep.id.desc())).all()


def files_of(actor: Actor, obligation: Obligation) -> Sequence[tuple[EvidenceItem, str | None]]:
    """Its files that the actor may open, each with the note that was written beside it."""
    rows = session.execute(
        visible_evidence(actor)
        .add_columns(ObligationEvidence.note)
        .join(ObligationEvidence, ObligationEvidence.evidence_id == EvidenceItem.id)
        .where(ObligationEvidence.obligation_id == obligation.id)
        .order_by(ObligationEvidence.created_at, EvidenceItem.id)
    )
    return [(row[0], row[1]) for row in rows]


def scheduled_of(signed_clause: ContractClause) -> list[Known]:
    """The obligations of a signed clause that follow from the contract's dates, as planning needs them."""
    touched = or_(
        select(1).where(ObligationStep.obligation_id == Obligation.id).exists(),
        select(1).where(ObligationEvidence.obligation_id == Obligation.id).exists(),
    )
    rows = session.execute(
        select(
            Obligation.id,
            Obligation.duty_code,
            Obligation.occurrence,
            Obligation.due_on,
            Obligation.state,
            touched,
        ).where(Obligation.contract_clause_id == signed_clause.id, Obligation.triggered_on.is_(None))
    )
    return [Known(*row) for row in rows]


# ---- a contract's follow-up, and what needs us -----------------------------------------------------------------------


@dataclass(frozen=True)
class FollowUp:
    """How much a contract asks: its clauses for all who see it, its obligations for its owner (None for others)."""

    clauses: int
    obligations: int | None
    late: int


def follow_up_of(actor: Actor, contract: Contract) -> FollowUp:
    """What the page of a contract says of its clauses and obligations."""
    clauses = signed.count_of(contract)
    if contract.owner_id != actor.authority_id:
        return FollowUp(clauses, None, 0)
    late = and_(Obligation.state == ObligationState.OPEN, Obligation.due_on < today())
    row = session.execute(
        select(func.count(), func.count().filter(late)).where(_own(actor), Obligation.contract_id == contract.id)
    ).one()
    return FollowUp(clauses, row[0], row[1])


def _waits(actor: Actor, soon: Any) -> ColumnElement[bool]:
    return and_(
        _own(actor),
        or_(
            Obligation.state == ObligationState.DELIVERED,
            and_(Obligation.state == ObligationState.OPEN, Obligation.due_on <= soon),
        ),
    )


def todo(actor: Actor) -> list[TodoItem]:
    """Our obligations that are late or due soon, and what was delivered and nobody has looked at."""
    if actor.authority_id is None:
        return []
    query = select(Obligation).where(_waits(actor, today() + SOON)).order_by(Obligation.due_on, Obligation.id)
    return [_todo_of(obligation) for obligation in session.scalars(query)]


def todo_count(actor: Actor, soon: Any) -> ScalarSelect[int]:
    """How many things `todo` lists, as part of a statement; `soon` is the last day that counts, or a parameter."""
    return select(func.count()).select_from(Obligation).where(_waits(actor, soon)).scalar_subquery()


def _todo_of(obligation: Obligation) -> TodoItem:
    what = in_language(obligation.what, str(get_locale() or "en"))
    delivered = obligation.state == ObligationState.DELIVERED
    title = _("Look at what was delivered: %(what)s", what=what) if delivered else _("Due: %(what)s", what=what)
    return TodoItem(
        due_on=None if delivered else obligation.due_on,  # it came: nothing of the supplier’s is late any more
        title=title,
        detail=_("Contract %(number)s", number=obligation.contract.number),
        endpoint="obligations.show",
        args={"obligation_id": obligation.id},
        supplier_id=obligation.contract.supplier_id,
    )


def get_own_contract(actor: Actor, contract_id: UUID) -> Contract:
    """A contract of the actor, locked until the transaction ends: two people at once plan one after the other."""
    query = contracts.visible_contracts(actor).where(Contract.id == contract_id).with_for_update()
    # The page has read it before the lock: what the other person wrote meanwhile must count.
    contract = session.scalar(query.execution_options(populate_existing=True))
    if contract is None:
        raise NotFound
    return contract

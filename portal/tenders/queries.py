"""Every SELECT on tenders; nobody but their authority knows of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ScalarSelect, Select, false, func, select, true

from portal.access.actor import Actor
from portal.accounts.models import User
from portal.authorities.models import Membership
from portal.clock import today
from portal.db import session
from portal.errors import NotFound
from portal.registry import queries as registry
from portal.registry.models import Supplier
from portal.shapes import TodoItem
from portal.tenders.models import Tender, TenderEvaluator, TenderRelease
from portal.tenders.rules import TenderState


def _own(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    if actor.authority_id is None or actor.guest is not None:
        return false()
    return Tender.owner_id == actor.authority_id


def visible_tenders(actor: Actor) -> Select[Tender]:
    """The tenders of the actor's authority."""
    return select(Tender).where(_own(actor))


def get_tender(actor: Actor, tender_id: UUID) -> Tender:
    """One tender with its people and bidders, or NotFound."""
    tender = session.scalar(visible_tenders(actor).where(Tender.id == tender_id))
    if tender is None:
        raise NotFound
    return tender


def list_tenders(actor: Actor) -> Sequence[Tender]:
    """Our tenders: those that are open first, then the newest."""
    query = visible_tenders(actor)
    return session.scalars(query.order_by((Tender.state != TenderState.OPEN), Tender.id.desc())).all()


def evaluated_by(actor: Actor) -> Sequence[Tender]:
    """The open tenders whose bids the person evaluates."""
    mine = Tender.evaluators.any(TenderEvaluator.user_id == actor.user_id)
    query = visible_tenders(actor).where(mine, Tender.state == TenderState.OPEN)
    return session.scalars(query.order_by(Tender.number)).all()


@dataclass(frozen=True)
class Released:
    """A supplier whose follow-up data the evaluators may see, and who said so (a role title)."""

    supplier: Supplier
    release: TenderRelease
    by: str | None


def releases_of(tender: Tender) -> list[Released]:
    """What was released to the evaluators of a tender that the caller was let see, by name."""
    rows = session.execute(
        select(TenderRelease, Supplier, User.display_name)
        .join(Supplier, Supplier.id == TenderRelease.supplier_id)
        .outerjoin(User, User.id == TenderRelease.released_by_id)
        .where(TenderRelease.tender_id == tender.id)
        .order_by(Supplier.sort_key)
    )
    return [Released(supplier, release, by) for release, supplier, by in rows]


def bidders_of(tender: Tender) -> list[Supplier]:
    """The suppliers that bid, by name."""
    found = registry.suppliers_by_id({one.supplier_id for one in tender.bidders})
    return sorted(found.values(), key=lambda one: one.sort_key)


def people(authority_id: UUID) -> Mapping[UUID, str]:
    """Who can evaluate: id -> role title of everybody who works for an authority, by title."""
    rows = session.execute(
        select(User.id, User.display_name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.authority_id == authority_id, Membership.ended_at.is_(None), User.active)
        .distinct()
        .order_by(User.display_name, User.id)
    )
    return {row.id: row.display_name for row in rows}


def _waits(on: Any = None) -> ColumnElement[bool]:
    """The day by which it was to be decided has passed: its evaluators are locked out until somebody says so."""
    return (Tender.state == TenderState.OPEN) & (Tender.decision_by < (today() if on is None else on))


def todo(actor: Actor) -> list[TodoItem]:
    """Tenders that should be decided by now."""
    if actor.authority_id is None:
        return []
    return [
        TodoItem(
            due_on=tender.decision_by,
            title=_("Is tender %(number)s decided?", number=tender.number),
            detail=_("Until then its evaluators do not work with follow-up data."),
            endpoint="tenders.show",
            args={"tender_id": tender.id},
        )
        for tender in session.scalars(visible_tenders(actor).where(_waits()))
    ]


def todo_count(actor: Actor, on: Any) -> ScalarSelect[int]:
    """How many things `todo` lists, as part of a statement."""
    return visible_tenders(actor).where(_waits(on)).with_only_columns(func.count()).scalar_subquery()

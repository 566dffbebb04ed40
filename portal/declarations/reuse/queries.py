"""Who relies on which declaration: our own reliances, and, for a declaration's owner, those of others on it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.db import among, session
from portal.declarations.models import Declaration
from portal.declarations.queries import visible_declarations
from portal.declarations.reuse.labels import ENDINGS
from portal.declarations.reuse.models import DeclarationReliance
from portal.declarations.reuse.rules import Ending
from portal.registry.models import Supplier
from portal.shapes import TodoItem


def visible_reliances(actor: Actor) -> Select[DeclarationReliance]:
    """The actor's own, and those on declarations of its authority. Nobody else knows who relies on what."""
    query = select(DeclarationReliance)
    if actor.is_system:
        return query
    us = actor.authority_id
    return query.where(or_(DeclarationReliance.owner_id == us, DeclarationReliance.source_id == us))


def open_reliance(actor: Actor, declaration_id: UUID) -> DeclarationReliance | None:
    """Our own reliance on a declaration, if we rely on it now."""
    return session.scalar(
        visible_reliances(actor).where(
            DeclarationReliance.owner_id == actor.authority_id,
            DeclarationReliance.declaration_id == declaration_id,
            DeclarationReliance.ended_on.is_(None),
        )
    )


def relying_on(actor: Actor, declaration_id: UUID) -> Sequence[DeclarationReliance]:
    """Who relies on a declaration now, as far as the actor may know."""
    query = visible_reliances(actor).where(
        DeclarationReliance.declaration_id == declaration_id, DeclarationReliance.ended_on.is_(None)
    )
    return session.scalars(query.order_by(DeclarationReliance.since, DeclarationReliance.id)).all()


def newer_than(older: Any, newer: Any) -> ColumnElement[bool]:
    """True of a standing declaration that takes the place of an older one: same owner, supplier and template.

    Both are Declaration, an alias of it, or one record.
    """
    day, newer_day = _dated(older), _dated(newer)
    return and_(
        newer.owner_id == older.owner_id,
        newer.supplier_id == older.supplier_id,
        newer.template == older.template,
        newer.withdrawn_at.is_(None),
        or_(newer_day > day, and_(newer_day == day, newer.id > older.id)),
    )


def _dated(declaration: Any) -> Any:
    return func.coalesce(declaration.effective_date, declaration.received_on)


def replacements(actor: Actor, declarations: Collection[Declaration]) -> dict[UUID, Declaration]:
    """Declaration's id -> the newest one that takes its place and that the actor sees. One statement."""
    if not declarations:
        return {}
    newer = aliased(Declaration)
    rows = session.execute(
        select(Declaration.id, newer)
        .join(newer, newer_than(Declaration, newer))
        .where(among(Declaration.id, [one.id for one in declarations]), visible(newer, actor))
        .ext(distinct_on(Declaration.id))
        .order_by(Declaration.id, _dated(newer).desc(), newer.id.desc())
    )
    return {row[0]: row[1] for row in rows}


def replaced_by(actor: Actor, declaration: Declaration) -> Declaration | None:
    """The newest standing declaration that takes this one's place, if the actor sees it."""
    return replacements(actor, [declaration]).get(declaration.id)


@dataclass(frozen=True)
class OurReliance:
    """A reliance of ours with what has become of the declaration; `declaration` is None where we see it no more."""

    reliance: DeclarationReliance
    supplier: Supplier
    declaration: Declaration | None
    newer: Declaration | None

    @property
    def ending(self) -> Ending | None:
        """Why we should look at it again, if there is a reason."""
        if self.declaration is None:
            return Ending.UNSHARED
        if self.declaration.withdrawn_at:
            return Ending.WITHDRAWN
        return Ending.REPLACED if self.newer else None


def our_reliances(actor: Actor) -> list[OurReliance]:
    """What our authority relies on now, the newest decision first."""
    rows = session.execute(
        select(DeclarationReliance, Supplier)
        .join(Supplier, Supplier.id == DeclarationReliance.supplier_id)
        .where(DeclarationReliance.owner_id == actor.authority_id, DeclarationReliance.ended_on.is_(None))
        .order_by(DeclarationReliance.id.desc())
    ).all()
    ids = [reliance.declaration_id for reliance, _supplier in rows]
    query = visible_declarations(actor).where(among(Declaration.id, ids))
    seen = {one.id: one for one in session.scalars(query)} if ids else {}
    newer = replacements(actor, list(seen.values()))
    return [
        OurReliance(reliance, supplier, seen.get(reliance.declaration_id), newer.get(reliance.declaration_id))
        for reliance, supplier in rows
    ]


def todo_count(actor: Actor) -> ScalarSelect[int]:
    """How many things `todo` lists, as part of a statement: what `OurReliance.ending` says, in SQL."""
    newer = aliased(Declaration)
    stands = (
        exists()
        .where(Declaration.id == DeclarationReliance.declaration_id, visible(Declaration, actor))
        .where(Declaration.withdrawn_at.is_(None))
        .where(~exists().where(newer_than(Declaration, newer), visible(newer, actor)))
    )
    ours = DeclarationReliance.owner_id == actor.authority_id, DeclarationReliance.ended_on.is_(None)
    return select(func.count()).select_from(DeclarationReliance).where(*ours, ~stands).scalar_subquery()


def todo(actor: Actor) -> list[TodoItem]:
    """Declarations that we rely on and that do not stand as they stood: decide anew."""
    if actor.authority_id is None:
        return []
    return [
        TodoItem(
            due_on=None,
            title=_("Decide anew about the declaration of %(supplier)s", supplier=one.supplier.legal_name),
            detail=str(ENDINGS[one.ending]),
            endpoint="reuse.index",
            args={},
            supplier_id=one.supplier.id,
            shared_with=[actor.authority_id, one.reliance.source_id],
        )
        for one in our_reliances(actor)
        if one.ending
    ]

"""Use cases of reuse: rely on another authority's declaration, stop, withdraw one's own; and who must be told."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from portal.access.actor import Actor
from portal.access.audience import seen_by
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.db import constraint_errors, now, session
from portal.declarations.models import Declaration
from portal.declarations.queries import get_declaration
from portal.declarations.reuse.models import DeclarationReliance
from portal.declarations.reuse.queries import newer_than
from portal.declarations.reuse.rules import Ending
from portal.errors import BadInput, Conflict, InvalidTransition
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit


def rely(actor: Actor, declaration_id: UUID, purpose: str | None = None) -> DeclarationReliance:
    """Rely on a declaration that another authority received and shares. Recorded with what was seen of it.

    Raises Conflict when our authority relies on it already.
    """
    require(actor, Permission.RELY_ON_DECLARATION)
    assert actor.authority_id is not None  # RELY_ON_DECLARATION is held by members only
    declaration = get_declaration(actor, declaration_id)
    if declaration.owner_id == actor.authority_id:
        raise BadInput(_("This declaration is our own."), remedy=_("Only those of others are relied on."))
    if declaration.withdrawn_at:
        raise InvalidTransition(_("This declaration was withdrawn. Ask its authority or the supplier for another one."))
    reliance = DeclarationReliance(
        owner_id=actor.authority_id,
        source_id=declaration.owner_id,
        declaration_id=declaration.id,
        supplier_id=declaration.supplier_id,
        since=today(),
        purpose=purpose or None,
        seen=what_is_seen(declaration),
    )
    taken = Conflict(_("Your authority relies on this declaration already."))
    with constraint_errors({"uq_declaration_reliance_open": taken}):
        session.add(reliance)
    # The foreign key has waited for a withdrawal under way, which locks the row: look again at what it left.
    session.refresh(declaration)
    if declaration.withdrawn_at:
        raise InvalidTransition(_("This declaration was withdrawn. Ask its authority or the supplier for another one."))
    record(actor, "reliance.added", reliance, declaration=declaration.id, supplier=declaration.supplier_id)
    return reliance


def stop_relying(actor: Actor, reliance: DeclarationReliance) -> None:
    """We do not rely on it any more. The record of the time stays."""
    require(actor, Permission.STOP_RELYING, reliance)
    stopped = session.scalar(
        update(DeclarationReliance)
        .where(DeclarationReliance.id == reliance.id, DeclarationReliance.ended_on.is_(None))
        .values(ended_on=today())
        .returning(DeclarationReliance.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(reliance)
    if stopped is None:
        raise InvalidTransition(_("We do not rely on this declaration any more."))
    record(actor, "reliance.ended", reliance, declaration=reliance.declaration_id)


def withdraw(actor: Actor, declaration: Declaration, reason: str) -> None:
    """Our declaration does not count any more. Whoever sees it sees the reason, and who relies on it is told."""
    require(actor, Permission.EDIT_DECLARATION, declaration)
    if not reason.strip():
        raise BadInput(_("There is no reason."), field="reason", remedy=_("Say why, for those who rely on it."))
    # Locked against new reliances, whose foreign key waits for it (see rely).
    session.execute(select(Declaration.id).where(Declaration.id == declaration.id).with_for_update())
    withdrawn = session.scalar(
        update(Declaration)
        .where(Declaration.id == declaration.id, Declaration.withdrawn_at.is_(None))
        .values(withdrawn_at=now(), withdrawn_reason=reason.strip())
        .returning(Declaration.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(declaration)
    if withdrawn is None:
        raise InvalidTransition(_("This declaration is withdrawn already."))
    record(actor, "declaration.withdrawn", declaration, supplier=declaration.supplier_id)
    emit(Event.DECLARATION_WITHDRAWN, actor=actor, declaration_id=declaration.id)


def what_is_seen(declaration: Declaration) -> dict[str, Any]:
    """What a decision to rely rests on: codes, dates and numbers, no names."""
    counts = declaration.counts
    return {
        "template": declaration.template,
        "revision": declaration.revision,
        "scope_code": declaration.scope_code,
        "effective_date": declaration.effective_date.isoformat() if declaration.effective_date else None,
        "received_on": declaration.received_on.isoformat(),
        "rules_version": declaration.rules_version,
        **{name: counts.get(name, 0) for name in ("errors", "warnings", "smelter_rows", "resolved")},
    }


def touched_by_new(declaration: Declaration) -> list[DeclarationReliance]:
    """Who relies on an older declaration that this one replaces, and sees this one. System scope only.

    A newer declaration that somebody may not see replaces nothing for them: they are not even told that there is one.
    """
    older = aliased(Declaration)
    query = (
        select(DeclarationReliance)
        .join(older, older.id == DeclarationReliance.declaration_id)
        .join(Declaration, newer_than(older, Declaration))
        .where(
            Declaration.id == declaration.id,
            seen_by(Declaration, DeclarationReliance.owner_id),
            DeclarationReliance.ended_on.is_(None),
        )
    )
    return list(session.scalars(query.order_by(DeclarationReliance.id)))


def relying(declaration_id: UUID) -> list[DeclarationReliance]:
    """Everybody who relies on a declaration now. System scope only."""
    query = select(DeclarationReliance).where(
        DeclarationReliance.declaration_id == declaration_id, DeclarationReliance.ended_on.is_(None)
    )
    return list(session.scalars(query.order_by(DeclarationReliance.id)))


def ending_for(reliance: DeclarationReliance, declaration: Declaration) -> Ending | None:
    """What has become of a declaration for somebody who relies on it. System scope only."""
    if declaration.withdrawn_at:
        return Ending.WITHDRAWN
    seen = select(Declaration.id).where(Declaration.id == declaration.id, seen_by(Declaration, reliance.owner_id))
    return None if session.scalar(seen) else Ending.UNSHARED

"""Audits that a member may not see and whose owner chose to tell that something is planned: no more than that.

Each reads in the system's scope and gives away one bit, or the day on which the actor itself asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, select

from portal.access.actor import Actor
from portal.access.audience import seen_by
from portal.audits.connecting.models import AuditAsk
from portal.audits.models import JointAudit
from portal.audits.rules import OPEN
from portal.clock import today
from portal.db import as_system, session


@dataclass(frozen=True)
class Hint:
    """Another member plans something at the supplier. `asked_at`: when the actor's authority last asked about it."""

    asked_at: datetime | None
    is_answered_for: bool  # it has asked about all there is


def hinted(supplier_id: UUID, authority_id: UUID) -> Select[JointAudit]:
    """Audits of the supplier that this authority does not see and that may be hinted at. System scope only."""
    return select(JointAudit).where(
        JointAudit.supplier_id == supplier_id,
        JointAudit.hinted,
        JointAudit.state.in_(OPEN),
        JointAudit.ends_on >= today(),
        ~seen_by(JointAudit, authority_id),
    )


def hint_for(actor: Actor, supplier_id: UUID) -> Hint | None:
    """What the actor may know of others' plans at the supplier beyond what it sees; None: nothing is said."""
    if actor.authority_id is None:
        return None
    if actor.lock and actor.lock.covers(supplier_id):
        return None  # whoever evaluates its bid learns nothing of it here
    with as_system():
        ids = hinted(supplier_id, actor.authority_id).with_only_columns(JointAudit.id).subquery()
        asks = select(func.max(AuditAsk.asked_at)).where(
            AuditAsk.audit_id.in_(select(ids.c.id)), AuditAsk.authority_id == actor.authority_id
        )
        unasked = ~exists().where(AuditAsk.audit_id == ids.c.id, AuditAsk.authority_id == actor.authority_id)
        count, open_ones, asked_at = session.execute(
            select(func.count(), func.count().filter(unasked), asks.scalar_subquery()).select_from(ids)
        ).one()
    return Hint(asked_at, open_ones == 0) if count else None


def asks_of(audit: JointAudit) -> Sequence[AuditAsk]:
    """Who asked about an audit, for its owner; the database shows it to nobody else."""
    return session.scalars(select(AuditAsk).where(AuditAsk.audit_id == audit.id).order_by(AuditAsk.asked_at)).all()

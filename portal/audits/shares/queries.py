"""Every SELECT on the cost of joint audits, for those who take part in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from flask_babel import format_percent
from sqlalchemy import func, or_, select

from portal.access.actor import Actor
from portal.audits.models import AuditParticipant, JointAudit
from portal.audits.rules import Answer, ParticipantRole
from portal.audits.shares.models import AuditCost, AuditShare, AuditValue
from portal.audits.shares.rules import WHOLE, Part, Way, split
from portal.clock import today
from portal.contracts.models import Contract
from portal.contracts.queries import value_once, visible_contracts
from portal.db import as_system, session


@dataclass(frozen=True)
class Money:
    """An amount as the filter `money` shows it."""

    value_minor: int
    currency: str


@dataclass(frozen=True)
class Costs:
    """The cost with its split. `if_joined`: our part when we join, as far as that is known."""

    cost: AuditCost
    shares: Sequence[AuditShare]
    if_joined: Part | None

    def percent(self, basis_points: int) -> str:
        """Basis points as per cent in the reader's language, with both decimals."""
        return str(format_percent(Decimal(basis_points) / WHOLE, "0.00 %"))

    def money(self, minor: int) -> Money:
        """An amount in the currency of the cost."""
        return Money(minor, self.cost.currency)


def payers(audit: JointAudit) -> list[UUID]:
    """Who pays: the lead and the co-buyers that joined. Observers do not."""
    return sorted(
        row.authority_id
        for row in audit.participants
        if row.answer == Answer.JOINED and row.role != ParticipantRole.OBSERVER
    )


def costs_of(actor: Actor, audit: JointAudit) -> Costs | None:
    """What the audit costs whom; None when nothing is written, or when the actor's authority takes no part."""
    ours = _part_of(actor, audit)
    if ours is None:
        return None
    cost = session.get(AuditCost, audit.id)
    if cost is None:
        return None
    shares = session.scalars(
        select(AuditShare)
        .where(AuditShare.audit_id == audit.id)
        .order_by(AuditShare.cost_minor.desc(), AuditShare.authority_id)
    ).all()
    preview = None
    undecided = ours.answer == Answer.INVITED and ours.role == ParticipantRole.CO_BUYER
    if undecided and cost.way == Way.EQUAL:
        weights = dict.fromkeys([*payers(audit), ours.authority_id], 1)
        preview = split(cost.cost_minor, weights)[ours.authority_id]
    return Costs(cost, shares, preview)


def _part_of(actor: Actor, audit: JointAudit) -> AuditParticipant | None:
    found = (row for row in audit.participants if row.authority_id == actor.authority_id)
    return next((row for row in found if row.answer != Answer.DECLINED), None)


def our_value(actor: Actor, audit_id: UUID) -> AuditValue | None:
    """What our authority released."""
    return session.get(AuditValue, (audit_id, actor.authority_id))


def missing_values(audit: JointAudit, cost: AuditCost) -> list[UUID]:
    """Which payers have released no value in the currency of the cost; of the others not more than that they have."""
    with as_system():
        released = session.scalars(
            select(AuditValue.authority_id).where(AuditValue.audit_id == audit.id, AuditValue.currency == cost.currency)
        ).all()
    return [payer for payer in payers(audit) if payer not in released]


def contract_value(actor: Actor, supplier_id: UUID, currency: str) -> int:
    """What our own running contracts with the supplier are worth in this currency, in minor units."""
    ours, value = value_once(
        visible_contracts(actor).where(
            Contract.owner_id == actor.authority_id,
            Contract.supplier_id == supplier_id,
            Contract.currency == currency,
            or_(Contract.ends_on.is_(None), Contract.ends_on >= today()),
        )
    )
    return int(session.scalar(ours.with_only_columns(func.coalesce(func.sum(value), 0))) or 0)

"""Use cases of cost shares: say what the audit costs and how it is split, release a contract value, settle anew.

A split by contract value tells each payer the ratio of the values. So each payer releases its own value, knowing that,
and nobody else ever reads it: who may not see a contract learns no value from here, not even its band.

Shares are settled with the system's scope: whoever joins or leaves changes the shares of the others.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits.course import lead_decides
from portal.audits.models import AuditParticipant, JointAudit
from portal.audits.rules import HELD, OPEN, AuditState
from portal.audits.shares.models import AuditCost, AuditShare, AuditValue
from portal.audits.shares.queries import payers
from portal.audits.shares.rules import MAX_COST, WHOLE, Way, split
from portal.contracts.rules import CURRENCIES
from portal.db import as_system, session
from portal.errors import BadInput, InvalidTransition
from portal.journal.services import record


def set_cost(
    actor: Actor,
    audit: JointAudit,
    cost_minor: int,
    currency: str,
    way: Way,
    by_hand: Mapping[UUID, int] | None = None,
) -> None:
    """Say what the audit costs and how it is split; `by_hand` are basis points, exactly one entry a payer."""
    if not 0 < cost_minor <= MAX_COST:
        raise BadInput(_("This cannot be the cost."), field="cost_minor", remedy=_("Write an amount above nothing."))
    if currency not in CURRENCIES:
        raise BadInput(_("This currency is not known."), field="currency", remedy=_("Choose one of the list."))
    lead_decides(actor, audit)
    _check_open(audit)
    weights = _by_hand(audit, by_hand or {}) if way is Way.BY_HAND else None
    with as_system():
        cost = _lock(audit)
        if cost is None:
            cost = AuditCost(audit_id=audit.id)
            session.add(cost)
        cost.cost_minor, cost.currency, cost.way, cost.settled = cost_minor, currency, way, False
        session.flush()
        _settle(audit, cost, weights)
    record(actor, "audit.cost_set", audit, way=way, settled=cost.settled)


def release_value(actor: Actor, audit: JointAudit, value_minor: int, currency: str) -> None:
    """Release what our contracts are worth for the split by contract value, or another sum that we hold for right."""
    require(actor, Permission.TAKE_PART_IN_AUDIT, audit)
    _check_open(audit)
    if actor.authority_id not in payers(audit):
        raise BadInput(_("Only who pays releases a value."), field="value_minor")
    if not 0 < value_minor <= MAX_COST:
        raise BadInput(_("This cannot be a value."), field="value_minor", remedy=_("Write an amount above nothing."))
    cost = session.get(AuditCost, audit.id)
    if cost is None or cost.currency != currency:
        raise InvalidTransition(_("The cost has been changed meanwhile. Look at the page again."))
    session.merge(
        AuditValue(audit_id=audit.id, authority_id=actor.authority_id, value_minor=value_minor, currency=currency)
    )
    session.flush()
    record(actor, "audit.value_released", audit)
    settle_anew(audit)


def settle_anew(audit: JointAudit) -> None:
    """Split the cost among those who pay now. Where a person has to say how, the split is open until it is said."""
    with as_system():
        cost = _lock(audit)
        if cost is None:
            return
        session.refresh(audit, ["participants"])
        session.scalars(
            select(AuditParticipant)
            .where(AuditParticipant.audit_id == audit.id)
            .execution_options(populate_existing=True)
        ).all()
        same_payers = set(payers(audit)) == set(_paying_by_split(audit))
        if cost.way == Way.BY_HAND and cost.settled and same_payers:
            return
        _settle(audit, cost, None)


def _settle(audit: JointAudit, cost: AuditCost, by_hand: Mapping[UUID, int] | None) -> None:
    paying = payers(audit)
    weights: Mapping[UUID, int] | None = by_hand
    if cost.way == Way.EQUAL:
        weights = dict.fromkeys(paying, 1)
    elif cost.way == Way.CONTRACT_VALUE:
        weights = _released(audit, cost, paying)
    session.execute(delete(AuditShare).where(AuditShare.audit_id == audit.id))
    cost.settled = weights is not None
    if weights is not None:
        session.add_all(
            AuditShare(
                audit_id=audit.id,
                authority_id=payer,
                basis_points=part.basis_points,
                cost_minor=part.cost_minor,
            )
            for payer, part in split(cost.cost_minor, weights).items()
        )
    session.flush()


def _released(audit: JointAudit, cost: AuditCost, paying: list[UUID]) -> dict[UUID, int] | None:
    """The values that the payers released in this currency, or None while one is missing."""
    found = session.execute(
        select(AuditValue.authority_id, AuditValue.value_minor).where(
            AuditValue.audit_id == audit.id, AuditValue.currency == cost.currency
        )
    )
    values = {authority_id: value for authority_id, value in found if authority_id in paying}
    return values if set(values) == set(paying) else None


def _by_hand(audit: JointAudit, given: Mapping[UUID, int]) -> Mapping[UUID, int]:
    if set(given) != set(payers(audit)) or any(points < 0 for points in given.values()):
        raise BadInput(_("Who pays has changed meanwhile."), field="parts", remedy=_("Look at the page again."))
    total = sum(given.values())
    if total != WHOLE:
        raise BadInput(
            _("The shares total %(total)s%%, not 100%%.", total=f"{total // 100}.{total % 100:02}"),
            field="parts",
            remedy=_("Change them so that nothing is missing and nothing is too much."),
        )
    return given


def _lock(audit: JointAudit) -> AuditCost | None:
    """The cost, held until the transaction ends: of two who settle at once the second sees what the first did."""
    return session.scalar(
        select(AuditCost)
        .where(AuditCost.audit_id == audit.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _paying_by_split(audit: JointAudit) -> Sequence[UUID]:
    return session.scalars(select(AuditShare.authority_id).where(AuditShare.audit_id == audit.id)).all()


def _check_open(audit: JointAudit) -> None:
    if audit.state not in OPEN + HELD or audit.state == AuditState.CLOSED:
        raise InvalidTransition(_("Costs belong to an audit that is proposed and not closed."))

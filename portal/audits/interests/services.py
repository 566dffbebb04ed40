"""Use cases before the supplier is told of an audit: declare interests, record the auditor's independence."""

from flask_babel import gettext as _

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits.course import lead_decides
from portal.audits.interests.models import AuditIndependence, AuditInterest
from portal.audits.models import JointAudit
from portal.audits.queries import participant
from portal.audits.rules import OPEN, Answer
from portal.db import now, session
from portal.errors import BadInput, InvalidTransition
from portal.journal.services import record


def declare(actor: Actor, audit: JointAudit, conflict: str | None) -> None:
    """Declare for the actor's authority that it has no conflict of interest (None), or describe it. It may change."""
    require(actor, Permission.TAKE_PART_IN_AUDIT, audit)
    ours = participant(audit, actor.authority_id)
    if ours is None or ours.answer != Answer.JOINED:
        raise InvalidTransition(_("Join the audit first, then declare."))
    _check_open(audit)
    session.merge(
        AuditInterest(
            audit_id=audit.id,
            authority_id=ours.authority_id,
            conflict=(conflict or "").strip() or None,
            declared_at=now(),
        )
    )
    session.flush()
    record(actor, "audit.interest_declared", audit, conflict=bool(conflict))


def record_independence(actor: Actor, audit: JointAudit, firm: str, statement: str) -> None:
    """Record which firm audits and what it states of its independence."""
    lead_decides(actor, audit)
    _check_open(audit)
    if not firm.strip():
        raise BadInput(_("No firm is named."), field="firm", remedy=_("Write who audits."))
    if not statement.strip():
        raise BadInput(
            _("There is no statement."), field="statement", remedy=_("Write what the firm states of its independence.")
        )
    session.merge(
        AuditIndependence(audit_id=audit.id, firm=firm.strip(), statement=statement.strip(), recorded_at=now())
    )
    session.flush()
    record(actor, "audit.independence_recorded", audit)


def _check_open(audit: JointAudit) -> None:
    if audit.state not in OPEN:
        raise InvalidTransition(_("The audit is not open for declarations."))

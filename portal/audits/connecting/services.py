"""Telling the others that something is planned, and asking to be connected with who plans it (DOMAIN 5.5)."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits.connecting.models import AuditAsk
from portal.audits.connecting.queries import hinted
from portal.audits.course import lead_decides
from portal.audits.models import JointAudit
from portal.audits.rules import OPEN, AuditState
from portal.db import as_system, session
from portal.errors import BadInput, Conflict, InvalidTransition
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.registry import queries as registry


def set_hint(actor: Actor, audit: JointAudit, *, hint: bool) -> None:
    """Let members that do not see the audit know that something is planned at the supplier, or take that back."""
    lead_decides(actor, audit)
    if hint and audit.audience == Audience.MEMBERS:
        raise BadInput(_("All members see this audit already."))
    if hint and audit.state not in (*OPEN, AuditState.DRAFT):
        raise InvalidTransition(_("Nothing is to come of this audit."))
    if audit.hinted == hint:
        return
    audit.hinted = hint
    session.flush()
    record(actor, "audit.hint_changed", audit, hinted=hint)


def ask(actor: Actor, supplier_id: UUID) -> None:
    """Ask whoever plans something at the supplier to be connected. Raises Conflict where nothing is said of any plan.

    To ask twice tells nobody twice. The asker's journal names the supplier, as it does not know the audit.
    """
    require(actor, Permission.PROPOSE_AUDIT)
    assert actor.authority_id is not None  # PROPOSE_AUDIT is held by members only
    supplier = registry.get_supplier(supplier_id)
    with as_system():
        audits = session.scalars(hinted(supplier.id, actor.authority_id)).all()
        if not audits:
            raise Conflict(_("No other member says that it plans something here."))
        new = session.scalars(
            insert(AuditAsk).on_conflict_do_nothing().returning(AuditAsk.audit_id),
            [{"audit_id": audit.id, "authority_id": actor.authority_id} for audit in audits],
        ).all()
        for audit_id in new:
            emit(Event.AUDIT_ASKED, actor=actor, audit_id=audit_id, authority_id=actor.authority_id)
    if new:
        record(actor, "audit.connection_asked", supplier)

"""What a guest sees of audits at its company: what it got a notice of, and the check of a report that was shared.

Never the exact days (they are not even read), the title and scope among buyers, who takes part, or an audit that is
unannounced before its report is shared. Read for the authority that let the guest in, as it leads the audit.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select

from portal.access.actor import Actor
from portal.audits import rules
from portal.audits.models import AuditDecline, JointAudit
from portal.audits.rules import FACTUAL_CHECK, NOTICE, AuditState
from portal.clock import today
from portal.db import on_behalf_of, session
from portal.errors import NotFound
from portal.registry.models import Site


@dataclass(frozen=True)
class ShownAudit:
    """An audit as the supplier reads it. `due_on`: until when it should answer, None when nothing is asked of it.

    The window is given where there was a notice; of an unannounced audit the days on which it was held.
    """

    id: UUID
    place: str
    audit_type: str
    state: str
    starts_on: date
    ends_on: date
    asks_window: bool
    asks_remarks: bool
    due_on: date | None
    remarks_on: date | None
    remarks: str | None
    declined: str | None


def list_shown(guest: Actor) -> list[ShownAudit]:
    """The audits that the guest's company knows of, what waits first; read for the authority (shown.py)."""
    rows = session.execute(_audits(guest)).all()
    shown = [_shown(audit, place, None) for audit, place in rows if rules.known_to_supplier(audit)]
    return sorted(shown, key=lambda one: (one.due_on or date.max, one.starts_on, one.id))


def get_shown(guest: Actor, audit_id: UUID) -> ShownAudit:
    """One of them, or NotFound."""
    assert guest.authority_id is not None
    with on_behalf_of(guest.authority_id):
        audit = find(guest, audit_id)
        place = session.get_one(Site, audit.site_id).address
        declined = session.scalar(
            select(AuditDecline.reason)
            .where(AuditDecline.audit_id == audit.id, AuditDecline.notice_on == audit.notice_on)
            .order_by(AuditDecline.id.desc())
            .limit(1)
        )
        return _shown(audit, place, declined)


def find(guest: Actor, audit_id: UUID) -> JointAudit:
    """The row itself, read for the authority by the caller; or NotFound."""
    row = session.execute(_audits(guest).where(JointAudit.id == audit_id)).one_or_none()
    if row is None or not rules.known_to_supplier(row[0]):
        raise NotFound
    return row[0]


def _audits(guest: Actor) -> Select[JointAudit, str]:
    assert guest.guest is not None
    return (
        select(JointAudit, Site.address)
        .join(Site, Site.id == JointAudit.site_id)
        .where(JointAudit.owner_id == guest.authority_id, JointAudit.supplier_id == guest.guest.supplier_id)
    )


def _shown(audit: JointAudit, place: str, declined: str | None) -> ShownAudit:
    asks_window = audit.state == AuditState.NOTIFIED
    asks_remarks = rules.awaits_remarks(audit, today())
    due_on = None
    if asks_window and audit.notice_on:
        due_on = audit.notice_on + NOTICE
    elif asks_remarks and audit.report_on:
        due_on = audit.report_on + FACTUAL_CHECK
    held = audit.notice_on is None and audit.fieldwork_from and audit.fieldwork_to
    return ShownAudit(
        id=audit.id,
        place=place,
        audit_type=audit.audit_type,
        state=audit.state,
        starts_on=audit.fieldwork_from if held and audit.fieldwork_from else audit.starts_on,
        ends_on=audit.fieldwork_to if held and audit.fieldwork_to else audit.ends_on,
        asks_window=asks_window,
        asks_remarks=asks_remarks,
        due_on=due_on,
        remarks_on=audit.remarks_on,
        remarks=audit.remarks,
        declined=declined,
    )

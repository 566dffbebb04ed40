"""The exact days of an audit: who may know them, and how the lead sets them.

Nothing else in the portal reads them: months, feeds, timelines, exports and warnings know the window alone.
"""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, any_, or_, select
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits.models import AuditDate, AuditParticipant, JointAudit
from portal.audits.rules import OPEN, Announcement, Answer
from portal.db import session
from portal.errors import BadInput, InvalidTransition
from portal.journal.services import record


def visible_dates(actor: Actor) -> Select[AuditDate]:
    """Exact days that the actor may know; row-level security holds the same rule a second time."""
    return (
        select(AuditDate)
        .join(JointAudit, JointAudit.id == AuditDate.audit_id)
        .where(visible(JointAudit, actor), _may_know(actor))
    )


def dates_of(actor: Actor, audit: JointAudit) -> AuditDate | None:
    """The exact days of an audit; None where none are set, and where the actor does not need to know."""
    return session.scalar(visible_dates(actor).where(AuditDate.audit_id == audit.id))


def may_be_told(audit: JointAudit) -> Sequence[UUID]:
    """Authorities that the lead may let know the exact days: those that have joined."""
    return [
        row.authority_id
        for row in audit.participants
        if row.answer == Answer.JOINED and row.authority_id != audit.owner_id
    ]


def set_dates(actor: Actor, audit: JointAudit, starts_on: date, ends_on: date, reader_ids: Collection[UUID]) -> None:
    """Set or move the exact days within the window, and say which of those who have joined need to know them.

    The audit itself stays as it was: its version and the time of its change are seen by more people.
    """
    require(actor, Permission.LEAD_AUDIT, audit)
    # The answers stay as they are until this transaction ends.
    rows = select(AuditParticipant).where(AuditParticipant.audit_id == audit.id).order_by(AuditParticipant.authority_id)
    session.scalars(rows.with_for_update().execution_options(populate_existing=True)).all()
    session.refresh(audit)
    if audit.state not in OPEN:
        raise InvalidTransition(_("The days of this audit cannot be changed any more."))
    if ends_on < starts_on:
        raise BadInput(_("The audit ends before it begins."), field="last_day", remedy=_("Check the dates."))
    if starts_on < audit.starts_on or ends_on > audit.ends_on:
        outside = "first_day" if not audit.starts_on <= starts_on <= audit.ends_on else "last_day"
        raise BadInput(_("The day is not in the window of the audit."), field=outside, remedy=_("Check the dates."))
    if not set(reader_ids) <= set(may_be_told(audit)):
        raise BadInput(
            _("Only who has joined can be told the days."), field="reader_ids", remedy=_("Choose from the list.")
        )
    values = {"starts_on": starts_on, "ends_on": ends_on, "reader_ids": sorted(set(reader_ids))}
    session.execute(
        insert(AuditDate)
        .values(audit_id=audit.id, **values)
        .on_conflict_do_update(index_elements=["audit_id"], set_=values)
    )
    record(actor, "audit.dates_set", audit)


def _may_know(actor: Actor) -> ColumnElement[bool]:
    joined = JointAudit.participants.any(
        (AuditParticipant.authority_id == actor.authority_id) & (AuditParticipant.answer == Answer.JOINED)
    )
    return or_(
        JointAudit.announcement == Announcement.ANNOUNCED,
        JointAudit.owner_id == actor.authority_id,
        and_(any_(AuditDate.reader_ids) == actor.authority_id, joined),
    )

"""What the supplier itself does about an audit: confirm or decline its window, and remark on the report.

It comes through its guest access (portal/guests/audits), which holds the access meanwhile. The lead may still write
down what reaches it another way.
"""

from flask_babel import gettext as _

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits import rules
from portal.audits.course import lock_for_decision, take
from portal.audits.models import AuditDecline, JointAudit
from portal.audits.rules import AuditState, Step
from portal.clock import today
from portal.db import session
from portal.errors import BadInput, InvalidTransition, NotFound
from portal.journal.services import record


def confirm(guest: Actor, audit: JointAudit) -> None:
    """The audit can take place in its window."""
    _lock(guest, audit)
    _check_asked(audit)
    take(guest, audit, Step.CONFIRM, values={"confirmed_on": today()})


def decline(guest: Actor, audit: JointAudit, reason: str) -> AuditDecline:
    """The window does not suit. The audit stays as it is: the lead postpones it, or takes it for a refusal."""
    _lock(guest, audit)
    _check_asked(audit)
    if not reason:
        raise BadInput(_("There is no reason."), field="reason", remedy=_("Say why, and when it would suit you."))
    declined = AuditDecline(audit_id=audit.id, notice_on=audit.notice_on, reason=reason)
    session.add(declined)
    session.flush()
    record(guest, "audit.window_declined", audit, decline_id=declined.id)
    return declined


def remark(guest: Actor, audit: JointAudit, remarks: str | None) -> None:
    """What the supplier says to the facts of the report, once and within its ten days; None: it has no remarks."""
    _lock(guest, audit)
    if not rules.awaits_remarks(audit, today()):
        raise InvalidTransition(_("The time for remarks is over, or they are received already."))
    audit.remarks_on, audit.remarks = today(), remarks
    audit.active_on, audit.reminded_on = today(), None
    session.flush()
    record(guest, "audit.remarks_received", audit)


def _check_asked(audit: JointAudit) -> None:
    if audit.state != AuditState.NOTIFIED:
        raise InvalidTransition(_("Nothing is asked of you about this audit now."))


def _lock(guest: Actor, audit: JointAudit) -> None:
    """Hold the audit as it is now, and ask whether the guest may answer: not for what it no longer knows of."""
    lock_for_decision(audit)
    if not rules.known_to_supplier(audit):
        raise NotFound
    require(guest, Permission.ANSWER_NOTICE, audit)

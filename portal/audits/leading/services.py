"""Who leads an audit: handing the lead over, reminding an inactive lead, taking over, accepting who answers late.

The lead is the owner of the audit, so a change of it is written with the system's scope: the database lets nobody else
write another's record. All of it begins with a lock on the participants and looks at the audit after that.
"""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import update

from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits import rules as course_rules
from portal.audits.course import lead_decides, lock_for_decision, no_way
from portal.audits.leading import rules
from portal.audits.models import AuditParticipant, JointAudit
from portal.audits.rules import HELD, OPEN, Answer, AuditState, Awaited, ParticipantRole
from portal.audits.shares.services import settle_anew
from portal.authorities import queries as authorities
from portal.clock import today
from portal.db import as_system, session
from portal.errors import BadInput, InvalidTransition
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit

LED = (*OPEN, *HELD, AuditState.POSTPONED)


def accept_late(actor: Actor, audit: JointAudit, authority_id: UUID) -> None:
    """The lead takes in an authority that wants to join though its time to answer has passed."""
    lead_decides(actor, audit)
    row = _part(audit, authority_id)
    if row is None or row.answer != Answer.LATE or audit.state != AuditState.PROPOSED:
        raise InvalidTransition(_("This authority is not waiting to join any more."))
    row.answer = Answer.JOINED
    session.flush()
    settle_anew(audit)
    record(actor, "audit.late_accepted", audit, authority_id=authority_id)


def offer_lead(actor: Actor, audit: JointAudit, authority_id: UUID | None) -> None:
    """Offer the lead to a co-buyer that joined, or (None) take the offer back. Until it is accepted nothing changes."""
    lead_decides(actor, audit)
    _check_led(audit)
    if authority_id is not None and authority_id not in successors(audit):
        raise BadInput(_("This authority cannot lead."), field="to", remedy=_("Choose a co-buyer that joined."))
    audit.offered_to_id = authority_id
    session.flush()
    if authority_id is None:
        record(actor, "audit.lead_kept", audit)
    else:
        record(actor, "audit.lead_offered", audit, authority_id=authority_id)
        emit(Event.AUDIT_LEAD, actor=actor, audit_id=audit.id, what="offered", authority_id=authority_id)


def answer_offer(actor: Actor, audit: JointAudit, accepts: bool) -> None:
    """Accept the lead that is offered to the actor's authority, or decline it."""
    require(actor, Permission.TAKE_PART_IN_AUDIT, audit)
    with as_system():
        lock_for_decision(audit)
        if audit.offered_to_id is None or audit.offered_to_id != actor.authority_id:
            raise InvalidTransition(_("The lead is not offered to you any more."))
        if accepts:
            _lead(actor, audit)
        else:
            audit.offered_to_id = None
            session.flush()
    if accepts:
        _tell(actor, audit)
    else:
        record(actor, "audit.lead_declined", audit)


def remind_lead(actor: Actor, audit: JointAudit) -> None:
    """Remind a lead whose next step has been overdue for too long."""
    require(actor, Permission.TAKE_PART_IN_AUDIT, audit)
    with as_system():
        lock_for_decision(audit)
        _check_successor(actor, audit)
        if not rules.may_remind(awaited(audit), audit.active_on, audit.reminded_on, lead_country(audit), today()):
            raise InvalidTransition(_("It is not time to remind the lead, or it has been reminded already."))
        audit.reminded_on = today()
        session.flush()
    record(actor, "audit.lead_reminded", audit)
    emit(Event.AUDIT_LEAD, actor=actor, audit_id=audit.id, what="reminded", authority_id=audit.owner_id)


def take_over(actor: Actor, audit: JointAudit) -> None:
    """Lead instead of a lead that has not acted in spite of its reminder. Of several at once one comes first."""
    require(actor, Permission.TAKE_PART_IN_AUDIT, audit)
    with as_system():
        lock_for_decision(audit)
        _check_successor(actor, audit)
        if not rules.may_take_over(awaited(audit), audit.active_on, audit.reminded_on, lead_country(audit), today()):
            raise InvalidTransition(_("The lead still has time to act, or has acted."))
        _lead(actor, audit)
    _tell(actor, audit)


def successors(audit: JointAudit) -> list[UUID]:
    """Who may lead next: the co-buyers that joined."""
    return [
        row.authority_id
        for row in audit.participants
        if row.role == ParticipantRole.CO_BUYER and row.answer == Answer.JOINED
    ]


def awaited(audit: JointAudit) -> Awaited | None:
    """What the audit waits for."""
    waiting = any(row.answer == Answer.INVITED for row in audit.participants)
    return course_rules.awaited(audit, today(), waiting)


def lead_country(audit: JointAudit) -> str:
    """The country whose working days count for the lead."""
    return authorities.authorities_by_id()[audit.owner_id].country


def _lead(actor: Actor, audit: JointAudit) -> None:
    """Make the actor's authority the lead; who led stays as a co-buyer. Nobody sees less than before."""
    assert actor.authority_id is not None
    _check_led(audit)
    _check_successor(actor, audit)
    before, after = audit.owner_id, actor.authority_id
    named = sorted({*audit.named_ids, before} - {after}) if audit.audience == Audience.NAMED else []
    old, new = _part(audit, before), _part(audit, after)
    assert old is not None
    assert new is not None
    old.role = ParticipantRole.CO_BUYER
    session.flush()  # the index allows one lead an audit at any moment
    new.role = ParticipantRole.LEAD
    session.flush()
    moved = session.scalar(
        update(JointAudit)
        .where(JointAudit.id == audit.id, JointAudit.owner_id == before)
        .values(
            owner_id=after,
            named_ids=named,
            offered_to_id=None,
            reminded_on=None,
            active_on=today(),
            version=JointAudit.version + 1,
        )
        .returning(JointAudit.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise InvalidTransition(_("Another authority leads the audit already."))
    session.refresh(audit)


def _tell(actor: Actor, audit: JointAudit) -> None:
    record(actor, "audit.lead_changed", audit, authority_id=actor.authority_id)
    emit(Event.AUDIT_LEAD, actor=actor, audit_id=audit.id, what="taken", authority_id=actor.authority_id)


def _check_successor(actor: Actor, audit: JointAudit) -> None:
    if actor.authority_id not in successors(audit):
        raise InvalidTransition(_("Only a co-buyer that joined can lead."))


def _check_led(audit: JointAudit) -> None:
    if audit.state not in LED or audit.state == AuditState.CLOSED:
        raise InvalidTransition(no_way(AuditState(audit.state)))


def _part(audit: JointAudit, authority_id: UUID) -> AuditParticipant | None:
    return next((row for row in audit.participants if row.authority_id == authority_id), None)

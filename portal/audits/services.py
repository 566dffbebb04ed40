"""Use cases of joint audits: propose and invite, answer, plan, hold, cancel.

Who answers and who plans may do so in the same moment. Both first lock rows of participants (the invited authority
its own, the lead all of them) and look at the state after that, so that no answer slips in behind a decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from portal.access.actor import Actor
from portal.access.audience import Audience, set_audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits import queries, rules
from portal.audits.models import AuditParticipant, JointAudit
from portal.audits.rules import Answer, AuditState, AuditType, ParticipantRole
from portal.authorities import queries as authorities
from portal.clock import today
from portal.db import constraint_errors, now, session
from portal.errors import BadInput, Conflict, InvalidTransition, NotFound
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.registry import queries as registry
from portal.registry import services as registry_services
from portal.registry.services import Provenance, SiteData

Invitations = Mapping[UUID, ParticipantRole]


class SiteBooked(Conflict):
    """The site has an audit in this window, perhaps one that the actor may not know of."""


@dataclass(frozen=True)
class Proposal:
    """What a person writes of an audit. `site` is one that the supplier has, or a new one. The window is inclusive."""

    title: str
    audit_type: AuditType
    site: UUID | SiteData
    scope: str
    starts_on: date
    ends_on: date
    answer_by: date | None
    audience: Audience
    named_ids: list[UUID]
    invitations: Invitations


def propose(actor: Actor, supplier_id: UUID, proposal: Proposal) -> JointAudit:
    """Propose an audit led by the actor's authority. Raises SiteBooked when the site is taken in the window."""
    require(actor, Permission.PROPOSE_AUDIT)
    assert actor.authority_id is not None  # PROPOSE_AUDIT is held by members only
    supplier = registry.get_supplier(supplier_id)
    _check_dates(proposal)
    site_id = _site(actor, supplier_id, proposal.site)
    audit = JointAudit(
        supplier_id=supplier.id,
        site_id=site_id,
        owner_id=actor.authority_id,
        title=proposal.title,
        audit_type=proposal.audit_type,
        scope=proposal.scope,
        starts_on=proposal.starts_on,
        ends_on=proposal.ends_on,
        answer_by=proposal.answer_by,
        state=AuditState.PROPOSED,
        participants=[
            AuditParticipant(
                authority_id=actor.authority_id, role=ParticipantRole.LEAD, answer=Answer.JOINED, answered_at=now()
            )
        ],
    )
    set_audience(audit, proposal.audience, proposal.named_ids)
    _include(audit, proposal.invitations)
    # Two bookings of a site wait for each other here instead of in a deadlock; the constraint has the last word.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(site_id), 0))))
    taken = SiteBooked(_("This site is already booked in this window. Choose other days, or join the other audit."))
    with constraint_errors({"ex_joint_audit_site_window": taken}):
        session.add(audit)
    record(actor, "audit.proposed", audit, audience=audit.audience, site_id=site_id)
    _tell_invited(actor, audit, proposal.invitations)
    return audit


def invite(actor: Actor, audit: JointAudit, invitations: Invitations) -> None:
    """Invite more authorities while the audit is proposed; each of them sees it from then on."""
    require(actor, Permission.LEAD_AUDIT, audit)
    _lock_for_decision(audit)
    if audit.state != AuditState.PROPOSED:
        raise InvalidTransition(_("The audit is not open for invitations any more."))
    if not invitations:
        raise BadInput(_("No authority is chosen."), field="invited", remedy=_("Choose at least one."))
    _include(audit, invitations)
    session.flush()
    _tell_invited(actor, audit, invitations)


def answer(actor: Actor, audit: JointAudit, joins: bool, note: str | None) -> None:
    """Join or decline for the actor's authority, with a note for the other participants."""
    require(actor, Permission.ANSWER_AUDIT, audit)
    ours = session.scalar(
        select(AuditParticipant)
        .where(AuditParticipant.audit_id == audit.id, AuditParticipant.authority_id == actor.authority_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if ours is None:
        raise NotFound
    session.refresh(audit, ["state", "answer_by"])
    if not rules.can_answer(audit.state, ours.answer, audit.answer_by, today()):
        raise InvalidTransition(_too_late(audit))
    ours.answer = Answer.JOINED if joins else Answer.DECLINED
    ours.note = note or None
    ours.answered_at = now()
    session.flush()
    record(actor, "audit.answered", audit, answer=ours.answer)
    emit(Event.AUDIT_ANSWERED, actor=actor, audit_id=audit.id, authority_id=actor.authority_id)


def plan(actor: Actor, audit: JointAudit, *, without_waiting: bool = False) -> None:
    """The audit goes ahead in its window. Who has not answered is left out only when the lead says so."""
    require(actor, Permission.LEAD_AUDIT, audit)
    _lock_for_decision(audit)
    waiting = [row for row in audit.participants if row.answer == Answer.INVITED]
    if rules.can_become(audit.state, AuditState.PLANNED) and waiting and not without_waiting:
        raise BadInput(
            _("Not everybody has answered."),
            field="without_waiting",
            remedy=_("Wait for the answers, or say that you plan without them."),
        )
    _move(actor, audit, AuditState.PLANNED)


def hold(actor: Actor, audit: JointAudit) -> None:
    """The audit has taken place."""
    require(actor, Permission.LEAD_AUDIT, audit)
    if rules.can_become(audit.state, AuditState.HELD) and not rules.can_be_held(audit.state, audit.starts_on, today()):
        raise InvalidTransition(_("The audit has not begun yet. Mark it as held when it has."))
    _move(actor, audit, AuditState.HELD)


def cancel(actor: Actor, audit: JointAudit, reason: str) -> None:
    """The audit does not take place; its site is free again. Everybody who sees it sees the reason."""
    require(actor, Permission.LEAD_AUDIT, audit)
    if not reason.strip():
        raise BadInput(_("There is no reason."), field="reason", remedy=_("Say why, for those who take part."))
    _lock_for_decision(audit)
    _move(actor, audit, AuditState.CANCELLED, reason.strip())


def _move(actor: Actor, audit: JointAudit, target: AuditState, reason: str | None = None) -> None:
    """One step of the state machine, by a conditional update: of two people at once only one takes it."""
    moved = session.scalar(
        update(JointAudit)
        .where(JointAudit.id == audit.id, JointAudit.state.in_(rules.REACHED_FROM[target]))
        .values(state=target, state_reason=reason, version=JointAudit.version + 1)
        .returning(JointAudit.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(audit)
    if moved is None:
        raise InvalidTransition(_no_way(AuditState(audit.state)))
    record(actor, f"audit.{target}", audit)


def _lock_for_decision(audit: JointAudit) -> None:
    """Hold all answers as they are until this transaction ends, and read audit and participants anew."""
    session.scalars(
        select(AuditParticipant)
        .where(AuditParticipant.audit_id == audit.id)
        .order_by(AuditParticipant.authority_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    session.refresh(audit)


def _include(audit: JointAudit, invitations: Invitations) -> None:
    """Add participants; whoever is invited sees the audit, whatever audience was chosen."""
    known = authorities.authorities_by_id()
    taking_part = {row.authority_id for row in audit.participants}
    for authority_id, role in invitations.items():
        if authority_id not in known or authority_id in taking_part or role is ParticipantRole.LEAD:
            raise BadInput(_("This authority cannot be invited."), field="invited", remedy=_("Choose another one."))
        audit.participants.append(AuditParticipant(authority_id=authority_id, role=role, answer=Answer.INVITED))
    if invitations and audit.audience != Audience.MEMBERS:
        set_audience(audit, Audience.NAMED, [*audit.named_ids, *invitations])


def _tell_invited(actor: Actor, audit: JointAudit, invitations: Invitations) -> None:
    for authority_id, role in invitations.items():
        record(actor, "audit.invited", audit, authority_id=authority_id, role=role)
        emit(Event.AUDIT_INVITED, actor=actor, audit_id=audit.id, authority_id=authority_id)


def _site(actor: Actor, supplier_id: UUID, site: UUID | SiteData) -> UUID:
    supplier = registry.get_supplier(supplier_id)
    if isinstance(site, SiteData):
        where = Provenance(_("Entered when an audit was proposed"), today())
        return registry_services.add_site(actor, supplier, site, where).id
    if site not in {known.id for known in queries.sites_of(supplier_id)}:
        raise BadInput(_("The supplier has no such site."), field="site", remedy=_("Choose one of the list."))
    return site


def _check_dates(proposal: Proposal) -> None:
    check = _("Check the dates.")
    if proposal.ends_on < proposal.starts_on:
        raise BadInput(_("The audit ends before it begins."), field="ends_on", remedy=check)
    if proposal.starts_on < today():
        raise BadInput(_("The first day has passed already."), field="starts_on", remedy=check)
    if proposal.starts_on > today() + rules.MAX_AHEAD:
        raise BadInput(_("The first day is more than three years ahead."), field="starts_on", remedy=check)
    if proposal.ends_on - proposal.starts_on >= rules.MAX_WINDOW:
        raise BadInput(
            _("The window is longer than %(days)s days.", days=rules.MAX_WINDOW // timedelta(days=1)),
            field="ends_on",
            remedy=_("Nobody else can book the site in it, so choose a shorter one."),
        )
    if proposal.invitations and proposal.answer_by is None:
        raise BadInput(
            _("The invited authorities need a date."), field="answer_by", remedy=_("Say until when they should answer.")
        )
    if proposal.answer_by and not today() <= proposal.answer_by <= proposal.starts_on:
        raise BadInput(
            _("The answers are due between today and the first day of the audit."), field="answer_by", remedy=check
        )


def _too_late(audit: JointAudit) -> str:
    if audit.state == AuditState.PROPOSED:
        return _("The date for changing your answer has passed. Tell the lead authority if you cannot keep it.")
    return _no_way(AuditState(audit.state))


def _no_way(state: AuditState) -> str:
    return {
        AuditState.PROPOSED: _("The audit is only proposed. Plan it first."),
        AuditState.PLANNED: _("The audit is planned already."),
        AuditState.HELD: _("The audit has been held, so this cannot be changed any more."),
        AuditState.CANCELLED: _("The audit is cancelled, so this cannot be changed any more."),
    }[state]

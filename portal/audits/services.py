"""Use cases of joint audits until they are planned: draft, propose, invite, answer. The steps after that: course.py.

Who answers and who plans may do so in the same moment. Both first lock rows of participants (the invited authority
its own, the lead all of them) and look at the state after that, so that no answer slips in behind a decision.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from portal.access.actor import Actor
from portal.access.audience import Audience, set_audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits import queries, rules
from portal.audits.course import booking, check_window, lead_decides, no_way, take
from portal.audits.models import AuditParticipant, JointAudit
from portal.audits.rules import Announcement, Answer, AuditState, AuditType, ParticipantRole, Step
from portal.audits.shares.services import settle_anew
from portal.authorities import queries as authorities
from portal.clock import today
from portal.db import now, session
from portal.errors import BadInput, InvalidTransition, NotFound
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.registry import queries as registry
from portal.registry import services as registry_services
from portal.registry.services import Provenance, SiteData

Invitations = Mapping[UUID, ParticipantRole]


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
    announcement: Announcement = Announcement.ANNOUNCED


def propose(actor: Actor, supplier_id: UUID, proposal: Proposal) -> JointAudit:
    """Propose an audit led by the actor's authority. Raises SiteBooked when the site is taken in the window."""
    audit = _begin(actor, supplier_id, proposal, AuditState.PROPOSED)
    record(actor, "audit.proposed", audit, audience=audit.audience, site_id=audit.site_id)
    _tell_invited(actor, audit)
    return audit


def draft(actor: Actor, supplier_id: UUID, proposal: Proposal) -> JointAudit:
    """Keep a proposal as a draft: nobody else sees it or is told, and it does not book the site."""
    audit = _begin(actor, supplier_id, proposal, AuditState.DRAFT)
    record(actor, "audit.drafted", audit, site_id=audit.site_id)
    return audit


def change_draft(actor: Actor, audit: JointAudit, proposal: Proposal) -> None:
    """Write a draft anew, whom it invites included."""
    _lock_draft(actor, audit)
    _write(actor, audit, proposal)
    audit.participants[:] = [row for row in audit.participants if row.role == ParticipantRole.LEAD]
    session.flush()
    _include(audit, proposal.invitations)
    session.flush()
    record(actor, "audit.draft_changed", audit, site_id=audit.site_id)


def propose_draft(actor: Actor, audit: JointAudit, proposal: Proposal) -> None:
    """Propose what was a draft, as it is written now. Raises SiteBooked as `propose` does."""
    change_draft(actor, audit, proposal)
    with booking(audit.site_id):
        take(actor, audit, Step.PROPOSE)
    _tell_invited(actor, audit)


def discard_draft(actor: Actor, audit: JointAudit) -> None:
    """Throw a draft away. It is deleted, not cancelled: nobody else is to learn of it."""
    _lock_draft(actor, audit)
    record(actor, "audit.discarded", audit)
    session.delete(audit)
    session.flush()


def _begin(actor: Actor, supplier_id: UUID, proposal: Proposal, state: AuditState) -> JointAudit:
    require(actor, Permission.PROPOSE_AUDIT)
    assert actor.authority_id is not None  # PROPOSE_AUDIT is held by members only
    lead = AuditParticipant(
        authority_id=actor.authority_id, role=ParticipantRole.LEAD, answer=Answer.JOINED, answered_at=now()
    )
    supplier = registry.get_supplier(supplier_id)
    audit = JointAudit(supplier_id=supplier.id, owner_id=actor.authority_id, state=state, participants=[lead])
    _write(actor, audit, proposal)
    _include(audit, proposal.invitations)
    with booking(audit.site_id):
        session.add(audit)
    return audit


def _write(actor: Actor, audit: JointAudit, proposal: Proposal) -> None:
    """Take over what a person wrote, having checked it."""
    _check_dates(proposal)
    audit.site_id = _site(actor, audit.supplier_id, proposal.site)
    audit.title = proposal.title
    audit.audit_type = proposal.audit_type
    audit.announcement = proposal.announcement
    audit.scope = proposal.scope
    audit.starts_on = proposal.starts_on
    audit.ends_on = proposal.ends_on
    audit.answer_by = proposal.answer_by
    set_audience(audit, proposal.audience, proposal.named_ids)


def _lock_draft(actor: Actor, audit: JointAudit) -> None:
    lead_decides(actor, audit)
    if audit.state != AuditState.DRAFT:
        raise InvalidTransition(_("The audit is no draft any more."))


def invite(actor: Actor, audit: JointAudit, invitations: Invitations) -> None:
    """Invite more authorities while the audit is proposed; each of them sees it from then on."""
    lead_decides(actor, audit)
    if audit.state != AuditState.PROPOSED:
        raise InvalidTransition(_("The audit is not open for invitations any more."))
    if not invitations:
        raise BadInput(_("No authority is chosen."), field="invited", remedy=_("Choose at least one."))
    _include(audit, invitations)
    session.flush()
    _tell_invited(actor, audit, set(invitations))


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
    ours.answer = rules.answer_given(joins, audit.answer_by, today())
    ours.note = note or None
    ours.answered_at = now()
    session.flush()
    settle_anew(audit)
    record(actor, "audit.answered", audit, answer=ours.answer)
    emit(Event.AUDIT_ANSWERED, actor=actor, audit_id=audit.id, authority_id=actor.authority_id)


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


def _tell_invited(actor: Actor, audit: JointAudit, only: Collection[UUID] | None = None) -> None:
    """Tell those who have not answered, or `only` these."""
    for row in audit.participants:
        if row.answer == Answer.INVITED and (only is None or row.authority_id in only):
            record(actor, "audit.invited", audit, authority_id=row.authority_id, role=row.role)
            emit(Event.AUDIT_INVITED, actor=actor, audit_id=audit.id, authority_id=row.authority_id)


def _site(actor: Actor, supplier_id: UUID, site: UUID | SiteData) -> UUID:
    supplier = registry.get_supplier(supplier_id)
    if isinstance(site, SiteData):
        where = Provenance(_("Entered when an audit was proposed"), today())
        return registry_services.add_site(actor, supplier, site, where).id
    if site not in {known.id for known in queries.sites_of(supplier_id)}:
        raise BadInput(_("The supplier has no such site."), field="site", remedy=_("Choose one of the list."))
    return site


def _check_dates(proposal: Proposal) -> None:
    check_window(proposal.starts_on, proposal.ends_on)
    if proposal.invitations and proposal.answer_by is None:
        raise BadInput(
            _("The invited authorities need a date."), field="answer_by", remedy=_("Say until when they should answer.")
        )
    if proposal.answer_by and not today() <= proposal.answer_by <= proposal.starts_on:
        raise BadInput(
            _("The answers are due between today and the first day of the audit."),
            field="answer_by",
            remedy=_("Check the dates."),
        )


def _too_late(audit: JointAudit) -> str:
    if audit.state == AuditState.PROPOSED:
        return _("The date for changing your answer has passed. Tell the lead authority if you cannot keep it.")
    return no_way(AuditState(audit.state))

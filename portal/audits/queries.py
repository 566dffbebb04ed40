"""Every SELECT on joint audits; all begin with what the actor may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select, true
from sqlalchemy.orm import selectinload

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.audits.labels import TITLES, TODO, window
from portal.audits.models import AuditDecline, AuditParticipant, JointAudit
from portal.audits.rules import (
    FACTUAL_CHECK,
    NOTICE,
    NOTICE_AHEAD,
    OFF,
    OPEN,
    OVERLAP,
    Answer,
    AuditState,
    awaited,
)
from portal.clock import today
from portal.db import session
from portal.errors import NotFound
from portal.registry.models import Site, Supplier
from portal.shapes import TimelineEntry, TodoItem


@dataclass(frozen=True)
class Visit:
    """An audit with the names of where it takes place."""

    audit: JointAudit
    supplier: Supplier
    site: Site

    @property
    def place(self) -> str:
        """The site in a word: its city, else its name or address."""
        return self.site.city or self.site.name or self.site.address


def visible_audits(actor: Actor) -> Select[JointAudit]:
    """Audits that the actor may see, with who takes part."""
    return select(JointAudit).where(shown(actor)).options(selectinload(JointAudit.participants))


def shown(actor: Actor) -> ColumnElement[bool]:
    """True of audits that the actor may see: a draft is its owner's alone, whatever audience is chosen for it."""
    mine = true() if actor.is_system else JointAudit.owner_id == actor.authority_id
    return and_(visible(JointAudit, actor), or_(JointAudit.state != AuditState.DRAFT, mine))


def unbooked(actor: Actor) -> list[Visit]:
    """Our drafts and what we postponed: audits that stand in no month."""
    waiting = JointAudit.state.in_((AuditState.DRAFT, AuditState.POSTPONED))
    return _visits(visible_audits(actor).where(waiting, JointAudit.owner_id == actor.authority_id))


def get_audit(actor: Actor, audit_id: UUID) -> JointAudit:
    """One audit, or NotFound when there is none for this actor."""
    audit = session.scalar(visible_audits(actor).where(JointAudit.id == audit_id))
    if audit is None:
        raise NotFound
    return audit


def participant(audit: JointAudit, authority_id: UUID | None) -> AuditParticipant | None:
    """The authority's part in the audit, if it has one."""
    return next((row for row in audit.participants if row.authority_id == authority_id), None)


@dataclass(frozen=True)
class Choice:
    """Which audits. `ours`: only what we lead or joined or are invited to; `supplier_ids`: only at these suppliers."""

    ours: bool = False
    supplier_ids: Collection[UUID] | None = None

    def of(self, query: Select[JointAudit], actor: Actor) -> Select[JointAudit]:
        """The query, of these alone."""
        if self.ours:
            query = query.where(_takes_part(actor))
        return query if self.supplier_ids is None else query.where(JointAudit.supplier_id.in_(self.supplier_ids))


ALL = Choice()


def visits_between(actor: Actor, first: date, last: date, choice: Choice = ALL) -> list[Visit]:
    """Audits with a day in the span (both ends inclusive), and those whose answer by our authority is due in it."""
    awaited = JointAudit.participants.any(
        (AuditParticipant.authority_id == actor.authority_id) & (AuditParticipant.answer == Answer.INVITED)
    )
    due = (JointAudit.state == AuditState.PROPOSED) & JointAudit.answer_by.between(first, last) & awaited
    query = visible_audits(actor).where(
        JointAudit.state.not_in(OFF),
        or_((JointAudit.starts_on <= last) & (JointAudit.ends_on >= first), due),
    )
    return _visits(choice.of(query, actor))


def first_day_after(actor: Actor, day: date, choice: Choice = ALL) -> date | None:
    """The first day of the next audit that begins after the day, or None."""
    query = visible_audits(actor).where(JointAudit.state.not_in(OFF), JointAudit.starts_on > day)
    first = session.scalars(choice.of(query, actor).order_by(JointAudit.starts_on).limit(1)).first()
    return first.starts_on if first else None


def near(actor: Actor, supplier_id: UUID) -> list[Visit]:
    """Audits of the supplier that a new one might repeat: held within twelve months, or to come."""
    since = today() - OVERLAP
    return _visits(
        visible_audits(actor).where(
            JointAudit.supplier_id == supplier_id,
            JointAudit.state.not_in(OFF),
            JointAudit.ends_on >= since,
        )
    )


def same_site(actor: Actor, visits: Sequence[Visit]) -> dict[UUID, list[Visit]]:
    """For each of these audits the others at its site within twelve months of it; audits without any are left out."""
    if not visits:
        return {}
    others = _visits(
        visible_audits(actor).where(
            JointAudit.site_id.in_({visit.site.id for visit in visits}),
            JointAudit.state.not_in(OFF),
            JointAudit.starts_on <= max(visit.audit.ends_on for visit in visits) + OVERLAP,
            JointAudit.ends_on >= min(visit.audit.starts_on for visit in visits) - OVERLAP,
        )
    )
    found = {
        visit.audit.id: [
            other
            for other in others
            if other.site.id == visit.site.id
            and other.audit.id != visit.audit.id
            and abs(other.audit.starts_on - visit.audit.starts_on) <= OVERLAP
        ]
        for visit in visits
    }
    return {audit_id: near_ones for audit_id, near_ones in found.items() if near_ones}


def booked(actor: Actor, site_id: UUID, starts_on: date, ends_on: date) -> JointAudit | None:
    """The audit that holds the site in this window, if the actor may see it."""
    return session.scalar(
        visible_audits(actor)
        .where(
            JointAudit.site_id == site_id,
            JointAudit.state.not_in(OFF),
            JointAudit.starts_on <= ends_on,
            JointAudit.ends_on >= starts_on,
        )
        .order_by(JointAudit.starts_on)
        .limit(1)
    )


def audits_of_supplier(actor: Actor, supplier_id: UUID) -> Sequence[JointAudit]:
    """A supplier's audits that the actor may see, the latest first."""
    query = visible_audits(actor).where(JointAudit.supplier_id == supplier_id)
    return session.scalars(query.order_by(JointAudit.starts_on.desc(), JointAudit.id)).all()


def sites_of(supplier_id: UUID) -> Sequence[Site]:
    """Where the supplier can be visited."""
    return session.scalars(select(Site).where(Site.supplier_id == supplier_id).order_by(Site.address)).all()


def visit_of(audit: JointAudit) -> Visit:
    """The audit with its supplier and site."""
    return Visit(audit, session.get_one(Supplier, audit.supplier_id), session.get_one(Site, audit.site_id))


def coming(actor: Actor, limit: int = 4) -> list[Visit]:
    """The next audits that are proposed or planned, ours and others' that we may see."""
    query = visible_audits(actor).where(JointAudit.state.in_(OPEN), JointAudit.ends_on >= today())
    return _visits(query, limit)


def timeline(actor: Actor, supplier_id: UUID) -> list[TimelineEntry]:
    """Audits as entries of the supplier's joint timeline; those proposed or planned as what comes next."""
    return [
        TimelineEntry(
            on=audit.starts_on,
            kind="audit",
            title=TITLES[AuditState(audit.state)] % {"title": audit.title},
            text=audit.state_reason or audit.scope,
            endpoint="audits.show",
            args={"audit_id": audit.id},
            icon="Calendar",
            owner_id=audit.owner_id,
            audience=audit.audience,
            named_ids=audit.named_ids,
            planned=audit.state in OPEN,
        )
        for audit in audits_of_supplier(actor, supplier_id)
    ]


def todo(actor: Actor) -> list[TodoItem]:
    """Invitations that we have not answered, and what waits for us as the lead."""
    if actor.authority_id is None:
        return []
    return [_todo_of(actor, visit) for visit in _visits(visible_audits(actor).where(_waits_for(actor, today())))]


def todo_count(actor: Actor, on: Any) -> ScalarSelect[int]:
    """How many things `todo` lists on a day, as part of a statement; `on` may be a parameter."""
    return select(func.count()).where(shown(actor), _waits_for(actor, on)).scalar_subquery()


def _waits_for(actor: Actor, on: Any) -> ColumnElement[bool]:
    """The audit waits for the actor's authority: for its answer, or as the lead for the next step of its course."""
    ours = JointAudit.owner_id == actor.authority_id
    invited = JointAudit.participants.any(
        (AuditParticipant.authority_id == actor.authority_id) & (AuditParticipant.answer == Answer.INVITED)
    )
    answered = or_(JointAudit.answer_by.is_(None), JointAudit.answer_by < on)
    checked = or_(JointAudit.remarks_on.is_not(None), JointAudit.report_on + FACTUAL_CHECK < on)
    leads = or_(
        and_(JointAudit.state == AuditState.PROPOSED, answered),
        and_(JointAudit.state == AuditState.PLANNED, JointAudit.starts_on - NOTICE - NOTICE_AHEAD <= on),
        and_(JointAudit.state == AuditState.NOTIFIED, JointAudit.notice_on + NOTICE < on),
        and_(JointAudit.state == AuditState.CONFIRMED, JointAudit.starts_on <= on),
        and_(JointAudit.state == AuditState.FIELDWORK, JointAudit.ends_on < on),
        and_(JointAudit.state == AuditState.REPORT_REVIEW, or_(JointAudit.report_on.is_(None), checked)),
        JointAudit.state == AuditState.POSTPONED,
    )
    return or_(
        and_(JointAudit.state == AuditState.PROPOSED, ~ours, invited),
        JointAudit.offered_to_id == actor.authority_id,
        and_(ours, leads),
    )


def _todo_of(actor: Actor, visit: Visit) -> TodoItem:
    audit = visit.audit
    due_on: date | None
    if audit.offered_to_id is not None and audit.offered_to_id == actor.authority_id:
        title, due_on = _("Accept or decline the lead of “%(title)s”", title=audit.title), None
    elif audit.owner_id != actor.authority_id:
        title, due_on = _("Answer the invitation to “%(title)s”", title=audit.title), audit.answer_by
    else:
        # The answers are in or late: what is awaited is a step, and its words are one of these.
        following = awaited(audit, today(), waiting=False)
        assert following is not None
        assert following.step is not None
        title, due_on = TODO[following.step] % {"title": audit.title}, following.until
    return TodoItem(
        due_on=due_on,
        title=title,
        detail=_("Audit in %(place)s, %(window)s", place=visit.place, window=window(audit.starts_on, audit.ends_on)),
        endpoint="audits.show",
        args={"audit_id": audit.id},
        supplier_id=audit.supplier_id,
        shared_with=[row.authority_id for row in audit.participants],
    )


def _takes_part(actor: Actor) -> ColumnElement[bool]:
    return JointAudit.participants.any(
        (AuditParticipant.authority_id == actor.authority_id) & (AuditParticipant.answer != Answer.DECLINED)
    )


def _visits(query: Select[JointAudit], limit: int | None = None) -> list[Visit]:
    rows = session.execute(
        query.add_columns(Supplier, Site)
        .join(Supplier, Supplier.id == JointAudit.supplier_id)
        .join(Site, Site.id == JointAudit.site_id)
        .order_by(JointAudit.starts_on, JointAudit.id)
        .limit(limit)
    )
    return [Visit(*row) for row in rows]


def newest_decline(audit: JointAudit) -> AuditDecline | None:
    """Why the supplier said that the window of the present notice does not suit; the lead alone is shown it."""
    query = select(AuditDecline).where(AuditDecline.audit_id == audit.id, AuditDecline.notice_on == audit.notice_on)
    return session.scalar(query.order_by(AuditDecline.id.desc()).limit(1))

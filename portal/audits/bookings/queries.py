"""Who is booked for an audit, and whom an authority can book."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select

from portal.access.actor import Actor
from portal.accounts.models import User
from portal.audits.bookings.models import AuditBooking, Auditor
from portal.audits.models import JointAudit
from portal.authorities.models import Membership
from portal.db import session


@dataclass(frozen=True)
class Booked:
    """A booking with the name of who attends: a role title, or the auditor as its authority names it."""

    booking: AuditBooking
    name: str


def visible_bookings(actor: Actor) -> Select[AuditBooking]:
    """Bookings of the actor's authority, and those for audits that it leads."""
    return (
        select(AuditBooking)
        .join(JointAudit, JointAudit.id == AuditBooking.audit_id)
        .where((AuditBooking.authority_id == actor.authority_id) | (JointAudit.owner_id == actor.authority_id))
    )


def bookings_of(actor: Actor, audit: JointAudit) -> list[Booked]:
    """Who is booked for an audit, those whose days have moved included; by day."""
    rows = session.execute(
        visible_bookings(actor)
        .where(AuditBooking.audit_id == audit.id)
        .outerjoin(User, User.id == AuditBooking.user_id)
        .outerjoin(Auditor, Auditor.id == AuditBooking.auditor_id)
        .add_columns(User.display_name, Auditor.name)
        .order_by(AuditBooking.starts_on, AuditBooking.id)
    )
    # The lead sees that another authority's auditor is booked, not who that is.
    return [Booked(booking, person or auditor or "") for booking, person, auditor in rows]


def colleagues(authority_id: UUID) -> Sequence[tuple[UUID, str]]:
    """The people of an authority whom it can book: (id, role title), by title."""
    rows = session.execute(
        select(User.id, User.display_name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.authority_id == authority_id, Membership.ended_at.is_(None), User.active)
        .distinct()
        .order_by(User.display_name, User.id)
    )
    return [(user_id, title) for user_id, title in rows]


def auditors(authority_id: UUID) -> Sequence[Auditor]:
    """The auditors that an authority has engaged, by name."""
    return session.scalars(select(Auditor).where(Auditor.owner_id == authority_id).order_by(Auditor.name)).all()

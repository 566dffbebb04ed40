"""Use cases of bookings: book one of our people or auditors for an audit, and let them go."""

from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits import dates
from portal.audits.bookings.models import AuditBooking, Auditor
from portal.audits.bookings.queries import colleagues, visible_bookings
from portal.audits.models import JointAudit
from portal.audits.queries import participant
from portal.audits.rules import OPEN, Answer
from portal.db import constraint_errors, session
from portal.errors import BadInput, Conflict, InvalidTransition
from portal.journal.services import record

MAX_NAME = 200


class Busy(Conflict):
    """Who is to be booked attends another audit on these days, booked by the same authority."""


def book_person(actor: Actor, audit: JointAudit, user_id: UUID, starts_on: date, ends_on: date) -> AuditBooking:
    """Book one of our own people. Raises Busy."""
    _check(actor, audit, starts_on, ends_on)
    assert actor.authority_id is not None
    if user_id not in dict(colleagues(actor.authority_id)):
        raise BadInput(_("This person does not work for you."), field="who", remedy=_("Choose from the list."))
    return _book(actor, audit, starts_on, ends_on, user_id=user_id)


def book_auditor(actor: Actor, audit: JointAudit, auditor: UUID | str, starts_on: date, ends_on: date) -> AuditBooking:
    """Book an auditor that we engaged before, by its id, or another one, by its name. Raises Busy."""
    _check(actor, audit, starts_on, ends_on)
    found = _named(actor, auditor) if isinstance(auditor, str) else session.get(Auditor, auditor)
    if found is None or found.owner_id != actor.authority_id:
        raise BadInput(_("You have not engaged this auditor."), field="who", remedy=_("Choose from the list."))
    return _book(actor, audit, starts_on, ends_on, auditor_id=found.id)


def release(actor: Actor, audit: JointAudit, booking_id: UUID) -> None:
    """Let a person or an auditor go; also one whose booking does not hold any more."""
    require(actor, Permission.TAKE_PART_IN_AUDIT, audit)
    ours = visible_bookings(actor).where(
        AuditBooking.id == booking_id,
        AuditBooking.audit_id == audit.id,
        AuditBooking.authority_id == actor.authority_id,
    )
    booking = session.scalar(ours.with_for_update(of=AuditBooking))
    if booking is None:
        raise Conflict(_("This booking is gone already."))
    session.delete(booking)
    session.flush()
    record(actor, "audit.attendance_released", audit)


def _check(actor: Actor, audit: JointAudit, starts_on: date, ends_on: date) -> None:
    require(actor, Permission.TAKE_PART_IN_AUDIT, audit)
    ours = participant(audit, actor.authority_id)
    if ours is None or ours.answer != Answer.JOINED:
        raise InvalidTransition(_("Join the audit first, then say who attends."))
    if audit.state not in OPEN:
        raise InvalidTransition(_("The days of this audit cannot be changed any more."))
    known = dates.dates_of(actor, audit)
    if known is None:
        raise BadInput(
            _("The exact days are not set, or you do not need to know them."),
            remedy=_("The lead sets them, or chooses them by a date poll."),
        )
    if ends_on < starts_on or starts_on < known.starts_on or ends_on > known.ends_on:
        raise BadInput(_("These are not days of the audit."), field="first_day", remedy=_("Check the dates."))


def _book(
    actor: Actor,
    audit: JointAudit,
    starts_on: date,
    ends_on: date,
    *,
    user_id: UUID | None = None,
    auditor_id: UUID | None = None,
) -> AuditBooking:
    # Two who book the same one wait for each other here instead of in a deadlock; the constraints have the last word.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"attends {user_id or auditor_id}", 0))))
    booking = AuditBooking(
        audit_id=audit.id,
        authority_id=actor.authority_id,
        user_id=user_id,
        auditor_id=auditor_id,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    busy = Busy(_("Is booked for an audit on these days already, by your own authority."))
    with constraint_errors({"ex_audit_booking_person": busy, "ex_audit_booking_auditor": busy}):
        session.add(booking)
    record(actor, "audit.attendance_booked", audit)
    return booking


def _named(actor: Actor, name: str) -> Auditor:
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME:
        raise BadInput(_("No auditor is named."), field="new_auditor", remedy=_("Write the name of the firm."))
    known = select(Auditor).where(Auditor.owner_id == actor.authority_id, func.lower(Auditor.name) == name.lower())
    found = session.scalar(known)
    if found is None:
        found = Auditor(owner_id=actor.authority_id, name=name)
        taken = Conflict(_("This auditor was added a moment ago. Look at the page again."))
        with constraint_errors({"uq_auditor_owner_id_name": taken}):
            session.add(found)
    return found

"""Invitations to an audit's days, from a booking to the letter in a real mail server (RFC 5546, 6047)."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
import vobject
from icalendar import Calendar
from sqlalchemy import select, text

from portal import db
from portal.access.actor import Actor
from portal.audits import course, dates
from portal.audits import queries as audits
from portal.audits.bookings import services
from portal.audits.bookings.models import AuditInvitation
from portal.audits.models import JointAudit
from portal.audits.rules import Step
from portal.clock import today
from tests.events import deliver_all
from tests.factories.audits import make_audit
from tests.mailbox import Mailbox, running
from tests.personas import PERSONAS
from worker.tasks import schedules

Acting = Callable[[str], Actor]
FIRST = today() + timedelta(days=14)
WHO = "stockholm-officer"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch, database: str) -> Iterator[Mailbox]:
    """A mail server on this machine, and settings that lead there."""
    with running(monkeypatch) as box:
        yield box


@pytest.fixture
def audit_id(acting: Acting, authority_ids) -> UUID:
    """An audit that Stockholm leads, with exact days."""
    acting("system")
    with db.transaction():
        audit = make_audit(
            owner_id=authority_ids["stockholm"],
            invited=[authority_ids["stavanger"]],
            state="planned",
            ends_on=FIRST + timedelta(days=9),
        )
        made = audit.id
    set_days(acting, made, FIRST)
    return made


def found(actor: Actor, audit_id: UUID) -> JointAudit:
    return audits.get_audit(actor, audit_id)


def set_days(acting: Acting, audit_id: UUID, first: date) -> None:
    lead = acting(WHO)
    with db.transaction():
        dates.set_dates(lead, found(lead, audit_id), first, first + timedelta(days=1), [])


def book(acting: Acting, audit_id: UUID, first: date) -> None:
    lead = acting(WHO)
    assert lead.user_id
    with db.transaction():
        services.book_person(lead, found(lead, audit_id), lead.user_id, first, first)


def come_round() -> None:
    """The clock knocks twice and everything is delivered, with what was put off."""
    db.session.remove()
    for _ in range(2):
        schedules.request_due_invitations()
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    with db.transaction() as session:
        session.execute(text("UPDATE outbox_event SET due_at = now() WHERE done_at IS NULL"))
    deliver_all()
    db.session.remove()
    db.set_scope(authority_id=None, system=True)


def message(letter) -> tuple[str, Calendar]:
    """(the method in the header, the calendar object)."""
    part = next(one for one in letter.walk() if one.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    assert not calendar.errors
    other = vobject.readOne(part.get_content())  # another implementation reads the same
    assert other.validate(raiseException=True)
    assert (other.method.value, other.vevent.sequence.value) == (
        str(calendar["METHOD"]),
        str(calendar.walk("VEVENT")[0]["SEQUENCE"]),
    )
    return part.get_param("method"), calendar


def test_booked_moved_and_called_off_in_one_entry(mailbox: Mailbox, acting: Acting, audit_id: UUID) -> None:
    book(acting, audit_id, FIRST)
    come_round()
    come_round()
    assert len(mailbox.letters) == 1
    set_days(acting, audit_id, FIRST + timedelta(days=3))  # the booking does not hold any more
    come_round()
    book(acting, audit_id, FIRST + timedelta(days=4))
    come_round()
    lead = acting(WHO)
    with db.transaction():
        course.go_on(lead, found(lead, audit_id), Step.CANCEL, reason="The site is closed")
    come_round()
    told = []
    for letter in mailbox.letters:
        assert letter["To"] == PERSONAS[WHO].email
        method, calendar = message(letter)
        assert calendar["METHOD"] == method
        (event,) = calendar.walk("VEVENT")
        assert event["ORGANIZER"] == "mailto:portal@portal.test"
        assert event["ATTENDEE"] == f"mailto:{PERSONAS[WHO].email}"
        told.append((method, str(event["UID"]), event["SEQUENCE"], event.decoded("DTSTART"), str(event["STATUS"])))
    uid = f"visit-{audit_id}@supplier-commons"
    assert told == [
        ("REQUEST", uid, 0, FIRST, "CONFIRMED"),
        ("CANCEL", uid, 1, FIRST, "CANCELLED"),
        ("REQUEST", uid, 2, FIRST + timedelta(days=4), "CONFIRMED"),
        ("CANCEL", uid, 3, FIRST + timedelta(days=4), "CANCELLED"),
    ]
    plain = mailbox.letters[0].get_body(("plain",))
    assert plain
    assert "Your authority has booked you for the joint audit" in plain.get_content()
    assert f"https://portal.test/audits/{audit_id}" in plain.get_content()


def test_a_server_that_takes_nothing_gets_it_again_and_one_letter_is_sent(
    mailbox: Mailbox, acting: Acting, audit_id: UUID
) -> None:
    book(acting, audit_id, FIRST)
    mailbox.refusal = "451 later"
    come_round()
    assert mailbox.letters == []
    assert db.session.scalars(select(AuditInvitation.state)).one() == "failed"
    mailbox.refusal = None
    come_round()
    assert len(mailbox.letters) == 1
    assert db.session.scalars(select(AuditInvitation.state)).one() == "sent"


def test_a_letter_that_nobody_knows_of_is_sent_again_as_the_same_entry(
    mailbox: Mailbox, acting: Acting, audit_id: UUID
) -> None:
    book(acting, audit_id, FIRST)
    mailbox.hang_up = True
    come_round()
    mailbox.hang_up = False
    come_round()
    assert len(mailbox.letters) == 1  # it may have arrived
    with db.transaction() as session:
        session.execute(text("UPDATE audit_invitation SET changed_at = now() - interval '2 hours'"))
    come_round()
    entries = [message(letter)[1].walk("VEVENT")[0] for letter in mailbox.letters]
    assert len({(str(one["UID"]), one["SEQUENCE"]) for one in entries}) == 1
    assert len(entries) == 2


def test_what_is_over_is_told_to_nobody(mailbox: Mailbox, acting: Acting, audit_id: UUID) -> None:
    book(acting, audit_id, FIRST)
    acting("system")
    with db.transaction() as session:
        session.execute(text("UPDATE audit_booking SET starts_on = starts_on - 40, ends_on = ends_on - 40"))
    come_round()
    assert mailbox.letters == []

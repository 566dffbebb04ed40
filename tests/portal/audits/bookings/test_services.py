"""Bookings: nobody is in two places, nobody learns of a hidden audit, and what moves is freed."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select, text

from portal import db
from portal.access.actor import Actor
from portal.audits import course, dates
from portal.audits import queries as audits
from portal.audits.bookings import queries, services
from portal.audits.bookings.models import AuditBooking
from portal.audits.models import JointAudit
from portal.audits.rules import Step
from portal.audits.services import answer
from portal.clock import today
from portal.errors import BadInput, Conflict, InvalidTransition
from tests.factories.audits import make_audit

Acting = Callable[[str], Actor]
FIRST = today() + timedelta(days=14)
AT_ONCE = 50


@pytest.fixture
def person(acting: Acting) -> UUID:
    """Somebody who works for Stockholm."""
    user_id = acting("stockholm-officer").user_id
    assert user_id
    return user_id


def planned(acting: Acting, authority_ids, days: tuple[date, date] = (FIRST, FIRST), **values) -> UUID:
    """An audit that Stockholm leads and Stavanger joined, with its exact days, at a site of its own."""
    acting("system")
    with db.transaction():
        audit = make_audit(
            owner_id=authority_ids["stockholm"],
            invited=[authority_ids["stavanger"]],
            starts_on=FIRST - timedelta(days=2),
            ends_on=FIRST + timedelta(days=9),
            **{"state": "planned", **values},
        )
        audit.participants[1].answer = "joined"
        audit_id = audit.id
    lead = acting("stockholm-officer")
    with db.transaction():
        dates.set_dates(lead, found(lead, audit_id), *days, dates.may_be_told(found(lead, audit_id)))
    return audit_id


def found(actor: Actor, audit_id: UUID) -> JointAudit:
    return audits.get_audit(actor, audit_id)


def test_a_person_is_in_one_place(acting: Acting, authority_ids, person: UUID) -> None:
    one, other = planned(acting, authority_ids), planned(acting, authority_ids)
    lead = acting("stockholm-officer")
    with db.transaction():
        services.book_person(lead, found(lead, one), person, FIRST, FIRST)
    with pytest.raises(services.Busy), db.transaction():
        services.book_person(lead, found(lead, other), person, FIRST, FIRST)
    (booked,) = queries.bookings_of(lead, found(lead, one))
    with db.transaction():
        services.release(lead, found(lead, one), booked.booking.id)
        services.book_person(lead, found(lead, other), person, FIRST, FIRST)
    with pytest.raises(Conflict), db.transaction():
        services.release(lead, found(lead, one), booked.booking.id)


def test_an_auditor_is_in_one_place_and_each_authority_has_its_own(acting: Acting, authority_ids) -> None:
    one, other = planned(acting, authority_ids), planned(acting, authority_ids)
    lead = acting("stockholm-officer")
    with db.transaction():
        services.book_auditor(lead, found(lead, one), "Prüfhaus Nord", FIRST, FIRST)
    with pytest.raises(services.Busy), db.transaction():
        services.book_auditor(lead, found(lead, other), "prüfhaus  nord", FIRST, FIRST)
    (auditor,) = queries.auditors(authority_ids["stockholm"])
    another = acting("stavanger-officer")
    assert queries.auditors(authority_ids["stockholm"]) == []  # row-level security, by itself
    with pytest.raises(BadInput), db.transaction():
        services.book_auditor(another, found(another, other), auditor.id, FIRST, FIRST)
    with db.transaction():  # of the same name, and nothing is told of the first
        services.book_auditor(another, found(another, other), "Prüfhaus Nord", FIRST, FIRST)


def test_only_our_own_people_are_booked(acting: Acting, authority_ids) -> None:
    audit_id = planned(acting, authority_ids)
    stranger = acting("stavanger-officer").user_id
    assert stranger
    lead = acting("stockholm-officer")
    with pytest.raises(BadInput), db.transaction():
        services.book_person(lead, found(lead, audit_id), stranger, FIRST, FIRST)
    with pytest.raises(BadInput), db.transaction():
        services.book_person(lead, found(lead, audit_id), lead.user_id, FIRST, FIRST + timedelta(days=1))  # type: ignore[arg-type]


def test_who_may_not_know_the_days_cannot_book(acting: Acting, authority_ids) -> None:
    audit_id = planned(acting, authority_ids, announcement="semi")
    acting("system")
    with db.transaction() as session:
        session.execute(text("UPDATE audit_date SET reader_ids = '{}'"))
    other = acting("stavanger-officer")
    with pytest.raises(BadInput) as wrong, db.transaction():
        services.book_person(other, found(other, audit_id), other.user_id, FIRST, FIRST)  # type: ignore[arg-type]
    assert "days" in str(wrong.value.message)


def test_what_others_book_only_the_lead_sees(acting: Acting, authority_ids, person: UUID) -> None:
    audit_id = planned(acting, authority_ids)
    other = acting("stavanger-officer")
    with db.transaction():
        services.book_auditor(other, found(other, audit_id), "Firm of Stavanger", FIRST, FIRST)
    lead = acting("stockholm-officer")
    with db.transaction():
        services.book_person(lead, found(lead, audit_id), person, FIRST, FIRST)
    names = {one.booking.authority_id: one.name for one in queries.bookings_of(lead, found(lead, audit_id))}
    assert names == {authority_ids["stavanger"]: "", authority_ids["stockholm"]: "stockholm officer"}
    other = acting("stavanger-officer")
    assert [one.name for one in queries.bookings_of(other, found(other, audit_id))] == ["Firm of Stavanger"]
    acting("oslo-officer")
    assert db.session.scalars(select(AuditBooking)).all() == []


def test_days_that_move_free_what_no_longer_fits(acting: Acting, authority_ids, person: UUID) -> None:
    audit_id = planned(acting, authority_ids, (FIRST, FIRST + timedelta(days=1)))
    other = acting("stavanger-officer")
    with db.transaction():
        services.book_person(other, found(other, audit_id), other.user_id, FIRST, FIRST)  # type: ignore[arg-type]
    lead = acting("stockholm-officer")
    second = FIRST + timedelta(days=1)
    with db.transaction():
        services.book_person(lead, found(lead, audit_id), person, second, second)
        dates.set_dates(lead, found(lead, audit_id), second, second, [])
    assert {
        one.booking.authority_id: one.booking.active for one in queries.bookings_of(lead, found(lead, audit_id))
    } == {
        authority_ids["stavanger"]: False,
        authority_ids["stockholm"]: True,
    }


def test_an_audit_that_is_off_frees_everybody(acting: Acting, authority_ids, person: UUID) -> None:
    one, other = planned(acting, authority_ids), planned(acting, authority_ids)
    lead = acting("stockholm-officer")
    with db.transaction():
        services.book_person(lead, found(lead, one), person, FIRST, FIRST)
        course.go_on(lead, found(lead, one), Step.POSTPONE, reason="Flood")
        services.book_person(lead, found(lead, other), person, FIRST, FIRST)
    with pytest.raises(InvalidTransition), db.transaction():
        services.book_person(lead, found(lead, one), person, FIRST, FIRST)


def test_who_leaves_takes_its_people_along(acting: Acting, authority_ids) -> None:
    audit_id = planned(acting, authority_ids, state="proposed")
    other = acting("stavanger-officer")
    with db.transaction():
        services.book_person(other, found(other, audit_id), other.user_id, FIRST, FIRST)  # type: ignore[arg-type]
        answer(other, found(other, audit_id), joins=False, note=None)
    assert [one.booking.active for one in queries.bookings_of(other, found(other, audit_id))] == [False]


@pytest.fixture
def many_connections(servers, database):
    engine = db.configure(servers.app_url(database), pool_size=AT_ONCE + 2)
    yield
    db.session.remove()
    engine.dispose()


def test_fifty_bookings_at_once_leave_no_overlap(many_connections, acting: Acting, authority_ids, person: UUID) -> None:
    days = (FIRST, FIRST + timedelta(days=4))
    audit_ids = [planned(acting, authority_ids, days) for _ in range(5)]
    lead = acting("stockholm-officer")
    db.session.remove()
    barrier = Barrier(AT_ONCE)

    def book(number: int) -> str:
        db.set_scope(authority_id=lead.authority_id)
        first = FIRST + timedelta(days=number % 4)
        barrier.wait()
        try:
            with db.transaction():
                audit = found(lead, audit_ids[number % 5])
                services.book_person(lead, audit, person, first, first + timedelta(days=number % 2))
        except services.Busy:
            return "busy"
        finally:
            db.session.remove()
        return "booked"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = Counter(pool.map(book, range(AT_ONCE)))
    acting("system")
    overlaps = text(
        "SELECT count(*) FROM audit_booking a JOIN audit_booking b ON a.user_id = b.user_id AND a.id < b.id"
        " AND daterange(a.starts_on, a.ends_on, '[]') && daterange(b.starts_on, b.ends_on, '[]')"
    )
    assert db.session.scalar(overlaps) == 0
    assert db.session.scalar(text("SELECT count(*) FROM audit_booking")) == outcomes["booked"]
    assert 2 <= outcomes["booked"] <= 4
    assert outcomes["booked"] + outcomes["busy"] == AT_ONCE

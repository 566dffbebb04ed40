"""The operators' page of waiting and parked events."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from portal import db
from portal.journal.models import JournalEntry
from portal.outbox.models import OutboxEvent


@pytest.fixture
def parked(acting) -> OutboxEvent:
    """An event that failed too often, and one that waits."""
    acting("system")
    with db.transaction() as session:
        event = OutboxEvent(
            name="audit.invited", payload={}, attempts=8, parked_at=db.now(), last_error="ValueError: no such audit"
        )
        session.add_all([event, OutboxEvent(name="audit.answered", payload={})])
    return event


def test_operators_see_why_an_event_was_parked(client_for, parked) -> None:
    page = client_for("operator").get("/operations").text
    assert "ValueError: no such audit" in page
    assert "1 event waits to be handled." in page


def test_nothing_parked_is_said(client_for) -> None:
    assert "No parked events" in client_for("operator").get("/operations").text


def test_a_parked_event_is_sent_again_once(client_for, acting, parked) -> None:
    client = client_for("operator")
    address = f"/operations/events/{parked.id}/release"
    assert "The event is sent again." in client.post(address, follow_redirects=True).text
    assert "is not parked any more" in client.post(address, follow_redirects=True).text
    assert "is not parked any more" in client.post(f"/operations/events/{uuid4()}/release", follow_redirects=True).text
    acting("system")
    event = db.session.get_one(OutboxEvent, parked.id)
    assert (event.parked_at, event.attempts) == (None, 0)
    released = [entry.details["released"] for entry in db.session.scalars(select(JournalEntry))]
    assert released == [1, 0, 0]


@pytest.mark.parametrize("persona", ["stockholm-coordinator", "stockholm-officer"])
def test_authorities_do_not_operate_the_network(client_for, parked, persona) -> None:
    client = client_for(persona)
    assert client.get("/operations").status_code == 403
    assert client.post(f"/operations/events/{parked.id}/release").status_code == 403

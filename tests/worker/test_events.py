"""Delivering events: counted before they are handled, the network outside the transaction, failures told in a line."""

from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from portal import db
from portal.outbox import services as outbox
from portal.outbox.events import Event
from portal.outbox.models import OutboxEvent
from worker import handlers
from worker.handlers import Fetching
from worker.tasks import events


@pytest.fixture
def event_id(database: str) -> str:
    """An event that waits."""
    with db.transaction():
        outbox.emit(Event.DIALOGUE_SHARED, n=1)
    return str(db.session.scalar(select(OutboxEvent.id)))


def handled_by(monkeypatch: pytest.MonkeyPatch, *functions: Any) -> None:
    monkeypatch.setitem(handlers.HANDLERS, Event.DIALOGUE_SHARED, functions)


def event() -> OutboxEvent:
    db.session.remove()
    return db.session.scalars(select(OutboxEvent)).one()


class Killed(BaseException):
    """What a killed process leaves behind: no handler of exceptions runs."""


def test_an_event_that_kills_its_worker_is_parked_in_the_end(event_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody notes the failure then, so the delivery itself must have been counted."""
    deaths = []

    def kills(_id: object, _payload: object) -> None:
        deaths.append(1)
        raise Killed

    handled_by(monkeypatch, kills)
    for _ in range(outbox.MAX_ATTEMPTS):
        with pytest.raises(Killed):
            events.deliver(event_id)
    events.deliver(event_id)
    events.deliver(event_id)
    found = event()
    assert (len(deaths), found.attempts) == (outbox.MAX_ATTEMPTS, outbox.MAX_ATTEMPTS)
    assert found.parked_at
    assert "worker ended" in (found.last_error or "")


def test_an_event_of_an_unknown_name_is_parked_in_the_end(event_id: str) -> None:
    with db.transaction():
        db.session.execute(text("UPDATE outbox_event SET name = 'of.tomorrow'"))
    for _ in range(outbox.MAX_ATTEMPTS):
        events.deliver(event_id)
    found = event()
    assert found.parked_at
    assert "of.tomorrow" in (found.last_error or "")


def test_the_network_comes_before_the_transaction(event_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def fetch(payload: dict[str, Any]) -> str:
        seen.append((payload, db.session().in_transaction()))
        return "list"

    handled_by(monkeypatch, Fetching(fetch, lambda _id, payload, fetched: seen.append(fetched)))
    events.deliver(event_id)
    assert seen == [({"n": "1"}, False), "list"]
    assert event().done_at


def test_what_a_handler_did_is_undone_when_it_fails_and_the_network_is_asked_again(
    event_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = []

    def fails(_id: object, _payload: object, **_: object) -> None:
        outbox.emit(Event.AUDIT_INVITED, audit_id="x")
        raise ValueError("first line\nDETAIL: Key (email)=(somebody) exists")

    handled_by(monkeypatch, Fetching(lambda _payload: fetched.append(1), fails))
    events.deliver(event_id)
    events.deliver(event_id)
    found = event()
    assert (len(fetched), found.attempts, found.done_at) == (2, 2, None)
    assert found.last_error == "ValueError: first line"


def test_a_delivery_while_another_handles_leaves_it_alone(event_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    handled_by(monkeypatch, lambda _id, _payload: calls.append(1))
    engine = db.session.get_bind()
    assert isinstance(engine, Engine)
    with engine.begin() as other:
        other.execute(text("SELECT * FROM outbox_event FOR UPDATE"))
        events.deliver(event_id)
    assert calls == []
    assert event().attempts == 0
    events.deliver(event_id)
    assert calls == [1]

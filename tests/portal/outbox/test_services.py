"""The outbox: committed with the data, delivered until done, parked when it keeps failing."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal import db
from portal.outbox import services as outbox
from portal.outbox.events import Event
from portal.outbox.models import OutboxEvent
from tests.events import deliver_all


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch, settings) -> list[str]:
    """The payloads that a stand-in handler saw."""
    from worker import handlers

    seen: list[str] = []
    monkeypatch.setitem(handlers.HANDLERS, Event.DIALOGUE_SHARED, (lambda _id, payload: seen.append(payload["n"]),))
    return seen


def emit(number: int) -> None:
    with db.transaction():
        outbox.emit(Event.DIALOGUE_SHARED, n=number)


def make_due() -> None:
    with db.transaction():
        db.session.execute(update(OutboxEvent).values(due_at=func.now() - timedelta(seconds=1)))


def test_an_event_is_handled_once_however_often_it_is_delivered(database, handled) -> None:
    from worker.tasks.events import deliver

    emit(1)
    event_id = db.session.scalar(select(OutboxEvent.id))
    for _ in range(5):
        deliver(str(event_id))
    assert handled == ["1"]


def test_an_event_of_a_failed_transaction_never_existed(database, handled) -> None:
    with pytest.raises(ZeroDivisionError), db.transaction():
        outbox.emit(Event.DIALOGUE_SHARED, n=1)
        raise ZeroDivisionError
    assert deliver_all() == 0


def test_what_was_dispatched_and_lost_comes_due_again(database, handled) -> None:
    """As after a flush of Redis: claimed by the relay, never heard of again."""
    emit(1)
    with db.transaction():
        assert len(outbox.claim_due()) == 1
    with db.transaction():
        assert outbox.claim_due() == []
    make_due()
    assert deliver_all() == 1
    assert handled == ["1"]


def test_a_failing_event_is_tried_again_and_then_parked(database, monkeypatch: pytest.MonkeyPatch, settings) -> None:
    from worker import handlers

    def fails(_id: object, _payload: object) -> None:
        raise ValueError("no such thing")

    monkeypatch.setitem(handlers.HANDLERS, Event.DIALOGUE_SHARED, (fails,))
    emit(1)
    for _ in range(outbox.MAX_ATTEMPTS + 2):
        make_due()
        deliver_all()
    event = db.session.scalars(select(OutboxEvent)).one()
    assert event.attempts == outbox.MAX_ATTEMPTS
    assert event.parked_at is not None
    assert event.last_error == "ValueError: no such thing"

    with db.transaction():
        assert outbox.release(event.id) == 1
    db.session.expire_all()
    assert event.parked_at is None


def test_the_failure_of_one_handler_undoes_the_others(database, monkeypatch: pytest.MonkeyPatch, settings) -> None:
    from worker import handlers

    def writes(_id: object, _payload: object) -> None:
        outbox.emit(Event.AUDIT_INVITED, audit_id="x")

    def fails(_id: object, _payload: object) -> None:
        raise ValueError("later handler")

    monkeypatch.setitem(handlers.HANDLERS, Event.DIALOGUE_SHARED, (writes, fails))
    emit(1)
    deliver_all()
    assert db.session.scalar(select(func.count()).select_from(OutboxEvent)) == 1

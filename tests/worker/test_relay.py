"""The relay: what is due is sent once, what could not be sent is due again, and it lives through every absence."""

import threading
from uuid import UUID

import psycopg
import pytest
from kombu.exceptions import OperationalError
from sqlalchemy import func, select

from portal import db
from portal.outbox import services as outbox
from portal.outbox.events import Event
from portal.outbox.models import OutboxEvent
from tests.processes import wait_for
from tests.servers import Servers
from worker import relay
from worker.tasks import events


@pytest.fixture
def sent(database: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was handed to the broker."""
    found: list[str] = []
    monkeypatch.setattr(events.deliver, "apply_async", lambda args: found.append(args[0]))
    monkeypatch.setattr(relay.time, "sleep", lambda _seconds: None)  # type: ignore[attr-defined]
    return found


def emit(count: int) -> set[str]:
    with db.transaction():
        for number in range(count):
            outbox.emit(Event.DIALOGUE_SHARED, n=number)
    return {str(found) for found in db.session.scalars(select(OutboxEvent.id))}


def test_each_due_event_is_sent_once(sent: list[str]) -> None:
    ids = emit(150)
    assert [relay.dispatch_due() for _ in range(3)] == [100, 50, 0]
    assert (len(sent), set(sent)) == (150, ids)


@pytest.mark.parametrize("error", [OperationalError("away"), ConnectionRefusedError("away")])
def test_what_the_broker_did_not_take_is_due_again_at_once(
    sent: list[str], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    ids = emit(10)

    def fails_at_the_fourth(args: list[str]) -> None:
        if len(sent) == 3:
            raise error
        sent.append(args[0])

    take = events.deliver.apply_async
    monkeypatch.setattr(events.deliver, "apply_async", fails_at_the_fourth)
    assert relay.dispatch_due() == 0
    monkeypatch.setattr(events.deliver, "apply_async", take)
    assert relay.dispatch_due() == 7
    assert (len(sent), set(sent)) == (10, ids)


def test_an_event_is_sent_as_soon_as_it_is_committed(
    sent: list[str], servers: Servers, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By NOTIFY: the loop would look by itself only after an hour. Its connection is cut once on the way."""
    monkeypatch.setattr(relay, "POLL_SECONDS", 3600.0)
    loop = relay.Relay(servers.app_url(database))
    thread = threading.Thread(target=loop.run)
    thread.start()
    try:
        wait_for(lambda: listeners(servers, database) == 1, "the relay", 10)
        emit(1)
        wait_for(lambda: len(sent) == 1, "the event", 10)
        with psycopg.connect(servers.superuser_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND query LIKE 'LISTEN%%'",
                (database,),
            )
        wait_for(lambda: listeners(servers, database) == 1, "the relay again", 10)
        emit(1)
        wait_for(lambda: len(sent) == 2, "the second event", 10)
    finally:
        loop.stop()
        emit(1)
        thread.join(20)
    assert not thread.is_alive()


def listeners(servers: Servers, database: str) -> int:
    with psycopg.connect(servers.superuser_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND query LIKE 'LISTEN%%'", (database,)
        ).fetchone()
    return int(row[0]) if row else 0


def test_two_relays_send_nothing_twice(sent: list[str]) -> None:
    emit(40)
    barrier = threading.Barrier(2)
    counts: list[int] = []

    def run() -> None:
        barrier.wait()
        counts.append(relay.dispatch_due())

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sum(counts) + relay.dispatch_due() == 40
    assert len(set(sent)) == len(sent) == 40
    db.session.remove()
    assert db.session.scalar(select(func.count()).select_from(OutboxEvent).where(OutboxEvent.attempts > 0)) == 0
    assert all(UUID(one) for one in sent)

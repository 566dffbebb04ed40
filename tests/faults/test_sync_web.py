"""A publisher that is slow, broken or hostile, with the whole worker: nothing changes, and the operator sees why."""

import gzip
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal import db
from portal.access.actor import Actor
from portal.clock import today
from portal.minerals.models import AssuranceObservation
from portal.minerals.queries import status_on
from portal.outbox.services import RESEND_AFTER
from portal.settings import get_settings
from portal.sources.models import SnapshotRow, SyncRun
from portal.sources.services import requests, starting
from tests import processes
from tests.factories.minerals import make_run_of, observe
from tests.factories.sources import feed, line
from tests.faults.drills import DAY, fresh, open_events, state_of
from tests.listserver import Handler, LocalServer, running
from tests.processes import wait_for

ROWS = 20
FACILITY = "CID900000"
GOOD = feed(line(number) for number in range(ROWS))
CHANGED = feed([line(0, "Active"), *(line(number) for number in range(1, ROWS))])
LONGEST = 90  # seconds: a fetch may take 40, and beat and relay have their own


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    """A web server that the settings of all processes allow, though it is on this machine."""
    with running() as server:
        monkeypatch.setenv("SOURCE_PRIVATE_HOSTS", f"127.0.0.1:{server.server_port}")
        monkeypatch.setenv("SOURCE_HOSTS", f"localhost:{server.server_port}")  # allowed by its name
        get_settings.cache_clear()
        yield server
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def operator(acting, publisher: LocalServer) -> Actor:
    """The source has the address of the publisher, and one good list of an earlier day was applied."""
    actor = acting("operator")
    with db.transaction():
        requests.change_settings(actor, "rmap", url=publisher.url, interval_hours=24, enabled=False)
        requests.upload_list(actor, "rmap", content=GOOD, filename="list.csv", as_of=DAY)
    return actor


def loris(handler: Handler) -> None:
    """Each letter of a header comes before the time-out of a single reading."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        time.sleep(0.5)
        handler.wfile.write(b"a")


def cut(handler: Handler) -> None:
    """Half of what was announced."""
    handler.send(200, GOOD[: len(GOOD) // 2], Content_Length=str(len(GOOD)))
    handler.connection.close()


# A megabyte that unpacks to a gigabyte: a thousand members, each of one megabyte (RFC 1952).
BOMB = gzip.compress(b"0" * 2**20) * 2**10


def bomb(handler: Handler) -> None:
    """Far more than it looks like, at once: to make it must not be what takes the time."""
    handler.send(200, BOMB, Content_Encoding="gzip")


def inside(handler: Handler) -> None:
    """On to a name that is allowed and leads into the private net: where it leads is looked at when it is used."""
    handler.send(302, Location=f"https://localhost:{handler.server.server_port}/list.csv")


DRILLS: dict[str, tuple[Callable[[Handler], None], str, str]] = {
    "a slow loris": (loris, "unreachable", "did not answer in full"),
    "500s": (lambda handler: handler.send(503, b"busy"), "unreachable", "after 3 attempts"),
    "a truncated body": (cut, "unreachable", "did not answer in full"),
    "a gzip bomb": (bomb, "compressed", "a compressed answer"),
    "a redirect to a private address": (
        lambda handler: handler.send(302, Location="http://169.254.169.254/latest/meta-data/"),
        "forbidden_address",
        "a place that sources are not read from",
    ),
    "an allowed name that leads to a private address": (
        inside,
        "forbidden_address",
        "a place that sources are not read from",
    ),
}


@pytest.mark.parametrize("drill", DRILLS)
def test_a_hostile_publisher(drill: str, operator, publisher, client_for, environment, logs) -> None:
    answer, reason, words = DRILLS[drill]
    publisher.answer = answer
    with processes.relay(environment, logs), processes.worker(environment, logs):
        wait_for(lambda: rows() == (ROWS, ROWS), "the first list", LONGEST)
        began = time.monotonic()
        run_id = fetch(operator)
        wait_for(lambda: state_of(run_id) == "failed", "the run to fail", LONGEST)
        wait_for(lambda: open_events() == 0, "the events", LONGEST)
    print(f"\n{drill}: refused after {time.monotonic() - began:.1f} s, asked {len(publisher.asked)} times")
    fresh()
    assert db.session.get_one(SyncRun, run_id).reason == reason
    assert rows() == (ROWS, ROWS)
    page = client_for("operator").get(f"/sources/runs/{run_id}").text
    assert words in page


def test_a_clock_that_was_ahead(operator, publisher, environment, logs) -> None:
    """What a worker with its clock two days ahead saw of a list does not hide what the list of a later day says."""
    publisher.answer = lambda handler: handler.send(200, CHANGED)
    with processes.relay(environment, logs), processes.worker(environment, logs):
        wait_for(lambda: rows() == (ROWS, ROWS), "the first list", LONGEST)
        with db.transaction():
            ahead = db.now() + timedelta(days=2)
            observe(make_run_of(DAY).id, FACILITY, "gold", "conformant", DAY, seen_at=ahead)
        run_id = fetch(operator)
        wait_for(lambda: state_of(run_id) == "applied", "the run", LONGEST)
        wait_for(lambda: open_events() == 0, "the events", LONGEST)
    fresh()
    assert status_on(FACILITY, "gold", today()).status == "active"
    seen = select(AssuranceObservation.seen_at).where(AssuranceObservation.run_id == run_id)
    assert db.session.scalars(seen).one() > ahead


def test_a_clock_that_is_behind(
    operator, publisher, client_for, environment, logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a machine takes for the list of two days ago never overwrites the one that was read since."""
    publisher.answer = lambda handler: handler.send(200, CHANGED)
    with processes.relay(environment, logs), processes.worker(environment, logs):
        wait_for(lambda: rows() == (ROWS, ROWS), "the first list", LONGEST)
        late = fetch(operator)
        wait_for(lambda: state_of(late) == "applied", "the run of today", LONGEST)
        publisher.answer = lambda handler: handler.send(200, GOOD)
        monkeypatch.setattr(starting, "today", lambda: today() - timedelta(days=2))
        behind = fetch(operator)
        wait_for(lambda: state_of(behind) == "failed", "the run of the clock that is behind", LONGEST)
        wait_for(lambda: open_events() == 0, "the events", LONGEST)
    fresh()
    assert db.session.get_one(SyncRun, behind).reason == "older_list"
    assert rows() == (ROWS, ROWS + 1)
    assert status_on(FACILITY, "gold", today()).status == "active"
    assert "This list speaks of" in client_for("operator").get(f"/sources/runs/{behind}").text


@pytest.mark.parametrize("when", ["while it fetches", "once it has fetched"])
def test_a_worker_is_killed_before_the_list_is_stored(when: str, operator, publisher, environment, logs) -> None:
    """Nothing of the first attempt is left; the second asks the publisher again and applies the list once."""
    arrived, goes_on = threading.Event(), threading.Event()

    def answer(handler: Handler) -> None:
        if when == "once it has fetched":
            handler.send(200, CHANGED)
        arrived.set()
        if when == "while it fetches":
            goes_on.wait(LONGEST)
            handler.send(200, CHANGED)

    with processes.relay(environment, logs):
        with processes.worker(environment, logs) as worker:
            wait_for(lambda: rows() == (ROWS, ROWS), "the first list", LONGEST)
            publisher.answer = answer
            run_id = fetch(operator)
            wait_for(arrived.is_set, "the worker to ask", LONGEST)
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        began = time.monotonic()
        goes_on.set()
        asked = len(publisher.asked)
        with processes.worker(environment, logs, "second-worker"):
            wait_for(lambda: state_of(run_id) == "applied", "the list", RESEND_AFTER.total_seconds() + LONGEST)
            wait_for(lambda: open_events() == 0, "the events", LONGEST)
    print(f"\nkill -9 {when}: applied after {time.monotonic() - began:.1f} s, asked {len(publisher.asked)} times")
    assert rows() == (ROWS, ROWS + 1)
    if when == "while it fetches":
        assert len(publisher.asked) == asked + 1


def fetch(operator: Actor) -> UUID:
    """The operator presses “fetch now”."""
    fresh()
    with db.transaction():
        return requests.fetch_now(operator, "rmap").id


def rows() -> tuple[int, int]:
    """Rows that are shown, and observations."""
    fresh()
    shown, observed = (
        db.session.scalar(select(func.count()).select_from(table)) for table in (SnapshotRow, AssuranceObservation)
    )
    return shown or 0, observed or 0

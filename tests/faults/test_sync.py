"""A list was uploaded and its operator told that it is saved. Whatever dies then, it is applied exactly once."""

import os
import signal
import time
from typing import cast
from uuid import UUID

import psutil
import redis

from portal import db
from portal.access.actor import system_actor
from portal.embedded.postgres import EmbeddedPostgres
from portal.embedded.valkey import EmbeddedValkey
from portal.outbox.events import Event
from portal.outbox.services import RESEND_AFTER, emit
from portal.sources.services import requests
from tests import processes
from tests.faults.drills import DAY, applied_once, big_list, open_events, state_of
from tests.processes import wait_for

WAIT = RESEND_AFTER.total_seconds() + 45


def said(what: str, since: float) -> None:
    """One line of the drill."""
    print(f"\n{what}: {time.monotonic() - since:.1f} s until everything was there, once")


def test_a_worker_is_killed_in_mid_task(uploaded, under_way, environment, logs) -> None:
    with processes.relay(environment, logs):
        with processes.worker(environment, logs) as worker:
            wait_for(under_way, "the worker to begin")
            os.killpg(worker.pid, signal.SIGKILL)
            began = time.monotonic()
            worker.wait()
            assert state_of(uploaded.id) == "queued"
        with processes.worker(environment, logs, "second-worker"):
            wait_for(lambda: state_of(uploaded.id) == "applied", "the list", WAIT)
            wait_for(lambda: open_events() == 0, "the events", WAIT)
    said("kill -9 of the worker", began)
    applied_once(uploaded.id)


def test_a_pool_child_is_killed_in_mid_task(uploaded, under_way, environment, logs) -> None:
    with processes.relay(environment, logs), processes.worker(environment, logs) as worker:
        wait_for(under_way, "the worker to begin")
        for child in psutil.Process(worker.pid).children():
            child.kill()
        began = time.monotonic()
        wait_for(lambda: state_of(uploaded.id) == "applied", "the list", WAIT)
        wait_for(lambda: open_events() == 0, "the events", WAIT)
    said("kill -9 of the pool's children", began)
    applied_once(uploaded.id)


def test_the_relay_is_killed_too(uploaded, under_way, environment, logs) -> None:
    with processes.relay(environment, logs) as relay, processes.worker(environment, logs) as worker:
        wait_for(under_way, "the worker to begin")
        for process in (relay, worker):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        began = time.monotonic()
    with processes.relay(environment, logs, "second-relay"), processes.worker(environment, logs, "second-worker"):
        wait_for(lambda: state_of(uploaded.id) == "applied", "the list", WAIT)
        wait_for(lambda: open_events() == 0, "the events", WAIT)
    said("kill -9 of relay and worker", began)
    applied_once(uploaded.id)


def test_postgresql_is_restarted_in_mid_task(uploaded, under_way, environment, logs, postgres) -> None:
    _in_mid_task(uploaded, under_way, environment, logs, postgres.restart)
    applied_once(uploaded.id)


def test_postgresql_crashes_in_mid_task(uploaded, under_way, environment, logs, postgres: EmbeddedPostgres) -> None:
    def crash() -> None:
        postgres.kill()
        postgres.start()

    _in_mid_task(uploaded, under_way, environment, logs, crash)
    applied_once(uploaded.id)


def _in_mid_task(uploaded, under_way, environment, logs, what) -> None:
    with processes.relay(environment, logs), processes.worker(environment, logs):
        wait_for(under_way, "the worker to begin")
        began = time.monotonic()
        what()
        wait_for(lambda: state_of(uploaded.id) == "applied", "the list", WAIT)
        wait_for(lambda: open_events() == 0, "the events", WAIT)
    said("PostgreSQL gone in mid-task", began)


def test_redis_forgets_everything(acting, environment, logs, servers) -> None:
    """FLUSHALL with 300 events in the queue and no worker yet; then the list comes on top."""
    acting("system")
    with db.transaction():
        for number in range(300):
            emit(Event.DECLARATION_ADDED, declaration_id=UUID(int=number))
        run = requests.upload_list(system_actor("drill"), "rmap", content=big_list(), filename="x.csv", as_of=DAY)
    queue = redis.Redis.from_url(servers.redis_url)
    with processes.relay(environment, logs):
        wait_for(lambda: len(cast(list[bytes], queue.lrange("portal", 0, -1))) >= 301, "the queue")
        queue.flushall()
        began = time.monotonic()
        with processes.worker(environment, logs):
            wait_for(lambda: open_events() == 0, "the events", 90 + 45)
    said("FLUSHALL with 301 queued", began)
    applied_once(run.id)


def test_redis_is_away_while_a_list_is_uploaded(acting, environment, logs, valkey: EmbeddedValkey) -> None:
    """An upload needs PostgreSQL alone; relay and worker live through the absence."""
    with processes.relay(environment, logs) as relay, processes.worker(environment, logs) as worker:
        wait_for(lambda: "relay listens" in (logs / "relay.log").read_text(), "the relay")
        valkey.stop()
        acting("system")
        with db.transaction():
            run = requests.upload_list(system_actor("drill"), "rmap", content=big_list(), filename="x.csv", as_of=DAY)
        wait_for(lambda: "broker is away" in (logs / "relay.log").read_text(), "the relay to notice", 30)
        assert (relay.poll(), worker.poll()) == (None, None)
        valkey.start()
        began = time.monotonic()
        wait_for(lambda: state_of(run.id) == "applied", "the list", WAIT)
        assert (relay.poll(), worker.poll()) == (None, None)
    said("Redis away during an upload", began)
    applied_once(run.id)


def test_a_worker_that_is_asked_to_stop_finishes_its_task(uploaded, under_way, environment, logs) -> None:
    with processes.relay(environment, logs), processes.worker(environment, logs) as worker:
        wait_for(under_way, "the worker to begin")
        began = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        worker.wait(60)
    assert state_of(uploaded.id) == "applied"
    said("a worker that was asked to stop", began)
    applied_once(uploaded.id)

"""The real relay and worker once in the ordinary run; the drills that take minutes are in tests/faults."""

from datetime import date
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import func, select, text

from portal import db
from portal.minerals.models import AssuranceObservation
from portal.outbox.models import OutboxEvent
from portal.sources.models import SyncRun
from portal.sources.services import requests
from tests import processes
from tests.factories.sources import feed, line
from tests.processes import wait_for
from tests.servers import Servers


def test_a_killed_child_leaves_a_list_that_is_applied_once(
    acting, servers: Servers, database: str, tmp_path: Path
) -> None:
    """The child dies while it waits for the source's lock; the next delivery carries the run out."""
    actor = acting("operator")
    with db.transaction():
        run = requests.upload_list(
            actor, "rmap", content=feed(line(n) for n in range(50)), filename="list.csv", as_of=date(2026, 9, 1)
        )
    environment = {"APP_DATABASE_URL": servers.app_url(database), "LOG_JSON": "true"}
    with psycopg.connect(servers.app_url(database)) as holder:
        holder.execute("SELECT pg_advisory_xact_lock(hashtextextended('source:rmap', 0))")
        with processes.relay(environment, tmp_path), processes.worker(environment, tmp_path) as worker:
            wait_for(waits_for_the_lock, "the worker to come to the lock")
            for child in psutil.Process(worker.pid).children():
                child.kill()
            assert state(run) == "queued"
            holder.rollback()
            wait_for(lambda: applied(run), "the list")
    db.session.remove()
    assert db.session.scalar(select(func.count()).select_from(AssuranceObservation)) == 50
    event = db.session.scalars(select(OutboxEvent)).one()
    assert event.done_at
    assert event.attempts >= 2  # more where the second child had it too before it was killed


def waits_for_the_lock() -> bool:
    db.session.remove()
    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    return bool(db.session.scalar(text(query)))


def applied(run: SyncRun) -> bool:
    """Is it, once the 45 seconds are taken as passed after which an event is sent again?"""
    db.session.remove()
    with db.transaction():
        db.session.execute(text("UPDATE outbox_event SET due_at = now() WHERE done_at IS NULL AND attempts = 1"))
    return state(run) == "applied"


def state(run: SyncRun) -> str:
    db.session.remove()
    return db.session.scalars(select(SyncRun.state).where(SyncRun.id == run.id)).one()

"""A sanctions list from the clock to the queue, fetched from a local server; and what appears in between."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select

from portal import db
from portal.access.actor import system_actor
from portal.sanctions.models import ListedParty, SanctionCandidate
from portal.sanctions.services import requests
from portal.settings import get_settings
from portal.sources import queries
from portal.sources.models import Source, SyncRun
from tests.events import deliver_all
from tests.factories.registry import make_supplier
from tests.factories.sanctions import CODE, entry, sanctions_file
from worker.connectors import sanctions as connector
from worker.connectors.guarded import Limits
from worker.tasks import schedules

LIST = [entry(number, f"Nordfjell Trading House {number}") for number in range(1, 11)]
QUICK = Limits(size=100_000, connect=1, read=0.5, total=2, attempts=2, longest_pause=0.05)


class Publisher(ThreadingHTTPServer):
    """Gives `content` with its ETag, or `status` alone."""

    daemon_threads = True
    content = sanctions_file(LIST)
    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str | None] = []

    @property
    def etag(self) -> str:
        """Changes with the content."""
        return f'"{len(self.content)}"'


class Handler(BaseHTTPRequestHandler):
    """One list."""

    server: Publisher

    def do_GET(self) -> None:
        """The list, or 304 where it is known."""
        known = self.headers.get("If-None-Match")
        self.server.asked.append(known)
        status = 304 if self.server.status == 200 and known == self.server.etag else self.server.status
        content = self.server.content if status == 200 else b""
        self.send_response(status)
        self.send_header("ETag", self.server.etag)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


@pytest.fixture
def publisher(acting, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    with Publisher() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        host = f"127.0.0.1:{server.server_port}"
        monkeypatch.setenv("SOURCE_PRIVATE_HOSTS", host)
        get_settings.cache_clear()
        monkeypatch.setattr(connector.fetch, "__defaults__", (QUICK,))
        acting("system")
        with db.transaction():
            actor = system_actor("test")
            requests.change_settings(actor, CODE, url=f"http://{host}/eu.csv", interval_hours=24, enabled=True)
        yield server
        server.shutdown()
        thread.join()
    get_settings.cache_clear()


def come_round() -> SyncRun:
    """A day passes, the clock knocks twice, everything is delivered; the newest run."""
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        db.session.get_one(Source, CODE).next_run_at = db.now() - timedelta(minutes=1)
    schedules.request_due_sanctions()
    schedules.request_due_sanctions()
    deliver_all()
    db.session.remove()
    return queries.runs_page(CODE).rows[0]


def names() -> list[str]:
    return list(db.session.scalars(select(SanctionCandidate.name).order_by(SanctionCandidate.name)))


def test_day_after_day(publisher: Publisher) -> None:
    with db.transaction():
        make_supplier("Nordfjell Trading House 3 AB", "SE")
    runs = [come_round(), come_round()]
    publisher.status = 503
    runs.append(come_round())
    publisher.status = 404
    runs.append(come_round())
    publisher.status, publisher.content = 200, sanctions_file([*LIST, entry(11, "Elvdal Mining Trust")])
    runs.append(come_round())
    assert [run.state for run in runs] == ["applied", "unchanged", "failed", "failed", "applied"]
    assert [run.reason for run in runs] == [None, None, "unreachable", "http_error", None]
    assert [run.http_status for run in runs] == [200, 304, None, None, 200]
    first, etag = publisher.asked[0], publisher.asked[1]
    assert (first, etag) == (None, f'"{len(sanctions_file(LIST))}"')
    assert len(db.session.scalars(select(ListedParty)).all()) == 11
    assert names() == ["Nordfjell Trading House 3 AB"]


def test_what_appears_between_two_lists_is_compared_within_a_minute(publisher: Publisher) -> None:
    come_round()
    with db.transaction():
        make_supplier("Nordfjell Trading House 5 AB", "SE")
    assert names() == []
    schedules.request_due_sanctions()
    deliver_all()
    db.session.remove()
    assert names() == ["Nordfjell Trading House 5 AB"]


def test_a_page_in_place_of_the_list_changes_nothing(publisher: Publisher) -> None:
    come_round()
    publisher.content = b"<html><body>Sign in</body></html>"
    run = come_round()
    assert (run.state, run.reason, run.sha256) == ("failed", "not_a_list", None)
    assert len(db.session.scalars(select(ListedParty).where(ListedParty.absent_on.is_(None))).all()) == 10

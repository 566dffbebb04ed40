"""TED's search from the clock to the inbox, asked at a local server that speaks its protocol."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import func, select

from portal import db
from portal.access.actor import system_actor
from portal.awards import services
from portal.awards.models import Award
from portal.clock import today
from portal.notifications.models import Notice
from portal.registry.identifiers import check
from portal.registry.models import Follow
from portal.settings import get_settings
from portal.sources import queries
from portal.sources.models import Source, SyncRun
from tests.events import deliver_all
from tests.factories.registry import make_supplier
from worker.connectors import awards as connector
from worker.connectors.guarded import Limits
from worker.tasks import schedules

QUICK = Limits(size=1_000_000, connect=1, read=0.5, total=2, attempts=2, longest_pause=0.05)
SEARCH = "/v3/notices/search"


def found(number: int, **values: Any) -> dict[str, Any]:
    """One notice as the search gives it."""
    return {
        "publication-number": f"{number}-2026",
        "notice-identifier": f"00000000-0000-4000-8000-{number:012}",
        "publication-date": f"{today() - timedelta(days=3):%Y-%m-%d}+01:00",
        "notice-title": {"eng": f"Laptops {number}", "swe": f"Datorer {number}"},
        "buyer-name": {"swe": ["Region Halland"]},
        "buyer-country": ["SWE"],
        "winner-name": {"swe": ["Halden Computing AB"]},
        "winner-identifier": ["556036-0793"],
        "winner-country": ["SWE"],
        "classification-cpv": ["30213100", "30213100"],
        "total-value": 1250000.5,
        "total-value-cur": ["SEK"],
        **values,
    }


class Ted(ThreadingHTTPServer):
    """Gives pages of `notices`, or `status` alone."""

    daemon_threads = True
    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.notices: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []


class Handler(BaseHTTPRequestHandler):
    """The search."""

    server: Ted

    def do_POST(self) -> None:
        """One page of the answer; TED refuses more than 250 notices a page."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        status = self.server.status if self.path == SEARCH and asked["limit"] <= 250 else 400
        start = (asked["page"] - 1) * asked["limit"]
        answer = {
            "notices": self.server.notices[start : start + asked["limit"]],
            "totalNoticeCount": len(self.server.notices),
            "iterationNextToken": None,
            "timedOut": False,
        }
        content = json.dumps(answer).encode() if status == 200 else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


@pytest.fixture
def ted(acting, actor_of, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ted]:
    with Ted() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        host = f"127.0.0.1:{server.server_port}"
        monkeypatch.setenv("SOURCE_PRIVATE_HOSTS", host)
        get_settings.cache_clear()
        monkeypatch.setattr(connector.search, "__defaults__", (QUICK,))
        stockholm = actor_of("stockholm-officer").authority_id
        acting("system")
        with db.transaction():
            supplier = make_supplier(identifiers=(check("se.orgnr", "556036-0793"),))
            db.session.add(Follow(authority_id=stockholm, supplier_id=supplier.id))
            url = f"http://{host}{SEARCH}"
            services.change_settings(system_actor("test"), "ted", url=url, interval_hours=24, enabled=True)
        yield server
        server.shutdown()
        thread.join()
    get_settings.cache_clear()


def come_round() -> SyncRun:
    """A day passes, the clock knocks twice, everything is delivered; the newest run."""
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        db.session.get_one(Source, "ted").next_run_at = db.now() - timedelta(minutes=1)
    schedules.request_due_syncs()
    schedules.request_due_syncs()
    deliver_all()
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    return queries.runs_page("ted").rows[0]


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_day_after_day(ted: Ted, client_for) -> None:
    runs = [come_round()]
    ted.notices = [found(1), found(2, **{"winner-identifier": ["556016-0680"]})]
    runs += [come_round(), come_round()]
    ted.status = 503
    runs.append(come_round())
    ted.status = 400
    runs.append(come_round())
    assert [run.state for run in runs] == ["unchanged", "applied", "unchanged", "failed", "failed"]
    assert [run.reason for run in runs] == [None, None, None, "unreachable", "http_error"]
    assert [run.counts.get("added") for run in runs] == [0, 2, 0, None, None]
    assert count(Award) == 2
    (notice,) = db.session.scalars(select(Notice)).all()
    assert (notice.kind, notice.params["awards"]) == ("award_seen", 1)
    page = client_for("stockholm-officer").get("/inbox").text
    assert "Halden Computing AB was awarded a contract by Region Halland" in page
    assert "30213100" in page
    assert "1,250,000.50" in page
    assert "was awarded" not in client_for("stavanger-officer").get("/inbox").text


def test_the_query_names_followed_numbers_and_a_day(ted: Ted) -> None:
    come_round()
    come_round()
    first, second = ted.asked
    assert first["query"].startswith('winner-identifier IN ("556036-0793" "5560360793") AND publication-date>=')
    assert first["query"].endswith(f"{today() - timedelta(days=92):%Y%m%d}")
    assert second["query"].endswith(f"{today() - timedelta(days=7):%Y%m%d}")
    assert first["limit"] == 250


def test_all_pages_are_read_and_old_awards_are_not_told(ted: Ted) -> None:
    ted.notices = [found(number) for number in range(1, 252)]
    ted.notices[0] |= {"publication-date": f"{today() - timedelta(days=200):%Y-%m-%d}"}
    run = come_round()
    assert ([asked["page"] for asked in ted.asked], run.counts["added"]) == ([1, 2], 251)
    assert count(Notice) == 250


def test_the_same_run_delivered_twice_tells_once(ted: Ted) -> None:
    ted.notices = [found(1)]
    run = come_round()
    with db.transaction():
        assert services.execute(system_actor("test"), run.id) is None
    assert (count(Award), count(Notice)) == (1, 1)

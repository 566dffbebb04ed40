"""TED's search from the clock to the inbox, asked at a local server that speaks its protocol."""

import json
import re
import threading
import time
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
from portal.contracts.notices.ted import FIELDS
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
from worker.connectors.guarded import fetch as fetch_guarded
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
    """Gives pages of `notices`, `by_number` those that the query names alone, or `status` with what it `says`.

    It takes `slowness` seconds for an answer, and gives up on queries with more than `most` numbers.
    """

    daemon_threads = True
    status = 200
    says = ""
    by_number = False
    slowness = 0.0
    most = 1_000
    fields = frozenset(FIELDS)

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
        time.sleep(self.server.slowness)
        status = self.server.status if self.path == SEARCH and asked["limit"] <= 250 else 400
        says = self.server.says
        if unknown := [name for name in asked["fields"] if name not in self.server.fields]:
            status, says = 400, json.dumps({"message": f"Parameter 'fields' contains unsupported value ({unknown[0]})"})
        numbers = re.findall('"([^"]+)"', asked["query"])
        named = [
            one
            for one in self.server.notices
            if not self.server.by_number or set(one["winner-identifier"]) & set(numbers)
        ]
        start = (asked["page"] - 1) * asked["limit"]
        slow = len(numbers) > self.server.most
        answer = {
            "notices": named[start : start + asked["limit"]][: 1 if slow else None],
            "totalNoticeCount": len(named),
            "iterationNextToken": None,
            "timedOut": slow,
        }
        content = (json.dumps(answer) if status == 200 else says).encode()
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
        monkeypatch.setattr(connector.search, "__defaults__", (QUICK, 3.0))
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
    assert first["fields"] == list(FIELDS)
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


def follow_more(actor_of, numbers: int) -> list[str]:
    """Have Stavanger follow suppliers with these many Norwegian numbers; the numbers in order."""
    stavanger = actor_of("stavanger-officer").authority_id
    made = []
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        for number in range(numbers):
            value = norwegian(number)
            supplier = make_supplier(f"Fjord {number}", identifiers=(check("no.orgnr", value),))
            db.session.add(Follow(authority_id=stavanger, supplier_id=supplier.id))
            made.append(value)
    return made


def norwegian(number: int) -> str:
    """The organisation number with this place in the order of those that are valid."""
    found = -1
    for start in range(91_000_000, 92_000_000):
        sum_of = sum(int(digit) * weight for digit, weight in zip(str(start), (3, 2, 7, 6, 5, 4, 3, 2), strict=True))
        last = (11 - sum_of % 11) % 11
        found += last < 10
        if found == number and last < 10:
            return f"{start}{last}"
    raise ValueError(number)


def is_due() -> bool:
    next_run_at = db.session.get_one(Source, "ted").next_run_at
    return next_run_at is not None and next_run_at <= db.now()


def numbers_of(asked: dict[str, Any]) -> set[str]:
    return set(re.findall('"([^" ]+)"', asked["query"]))


def test_who_is_followed_later_is_asked_for_as_far_back_as_the_first(ted: Ted, actor_of) -> None:
    come_round()
    (later,) = follow_more(actor_of, 1)
    come_round()
    since = {one: asked["query"][-8:] for asked in ted.asked[1:] for one in numbers_of(asked)}
    assert since[later] == f"{today() - timedelta(days=92):%Y%m%d}"
    assert since["5560360793"] == f"{today() - timedelta(days=7):%Y%m%d}"


def test_what_there_was_no_time_for_is_asked_next(ted: Ted, actor_of, client_for, monkeypatch) -> None:
    monkeypatch.setattr(connector, "BATCH", 1)
    monkeypatch.setattr(connector.search, "__defaults__", (QUICK, 1.0))
    followed = {*follow_more(actor_of, 5), "5560360793"}
    ted.slowness = 0.35
    run = come_round()
    assert run.state == "unchanged"
    assert 0 < run.counts["left"] < 6
    assert run.counts["asked"] + run.counts["left"] == 6
    page = client_for("operator").get("/awards/sources/ted").text
    assert "There was no time to ask for" in page
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    assert is_due()
    ted.slowness = 0.0
    before = len(ted.asked)
    rest = come_round()
    assert (rest.counts["asked"], rest.counts["left"]) == (6, 0)
    first_asked = [numbers_of(asked) & followed for asked in ted.asked[:before]]
    then = [numbers_of(asked) & followed for asked in ted.asked[before:]]
    finished = set().union(*first_asked[: run.counts["asked"]])
    assert not finished & set().union(*then[: run.counts["left"]])


def test_a_search_too_slow_for_one_question_fails_and_says_so(ted: Ted, monkeypatch) -> None:
    monkeypatch.setattr(connector.search, "__defaults__", (QUICK, 0.2))
    ted.slowness = 0.4
    run = come_round()
    assert (run.state, run.reason) == ("failed", "unreachable")
    db.set_scope(authority_id=None, system=True)
    assert not is_due()


def test_a_question_that_ted_does_not_finish_is_put_in_parts(ted: Ted, actor_of, client_for) -> None:
    followed = follow_more(actor_of, 4)
    ted.by_number, ted.most = True, 3
    ted.notices = [found(n, **{"winner-identifier": [number]}) for n, number in enumerate(followed, start=1)]
    run = come_round()
    assert (run.counts["added"], run.counts["asked"], run.counts["cut"], run.counts["left"]) == (4, 5, 0, 0)
    ted.most = 0
    run = come_round()
    assert (run.counts["asked"], run.counts["cut"]) == (0, 5)
    assert (
        "Of 5 numbers the source did not hand out all notices."
        in client_for("operator").get("/awards/sources/ted").text
    )


def test_a_question_with_many_notices_is_put_in_parts(ted: Ted, actor_of, monkeypatch) -> None:
    monkeypatch.setattr(connector, "PAGE", 2)
    monkeypatch.setattr(connector, "MANY", 3)
    (other,) = follow_more(actor_of, 1)
    ted.by_number = True
    ted.notices = [found(n, **{"winner-identifier": [other if n % 2 else "556036-0793"]}) for n in range(1, 11)]
    run = come_round()
    assert (run.counts["added"], run.counts["asked"], run.counts["cut"]) == (10, 2, 0)


def test_a_refused_field_is_named_and_can_be_left_out(ted: Ted, client_for, monkeypatch) -> None:
    ted.notices = [found(1)]
    ted.fields = frozenset(FIELDS) - {"total-value"}
    run = come_round()
    assert (run.state, run.reason) == ("failed", "question_refused")
    page = client_for("operator").get("/awards/sources/ted").text
    assert "contains unsupported value (total-value)" in page
    assert "TED_FIELDS_LEFT_OUT" in page
    monkeypatch.setenv("TED_FIELDS_LEFT_OUT", "total-value")
    get_settings.cache_clear()
    run = come_round()
    assert (run.state, run.counts["added"]) == ("applied", 1)
    assert "total-value" not in ted.asked[-1]["fields"]


def test_what_was_read_before_a_refusal_is_kept(ted: Ted, actor_of, monkeypatch) -> None:
    monkeypatch.setattr(connector, "BATCH", 1)
    (other,) = follow_more(actor_of, 1)
    ted.by_number = True
    ted.notices = [found(1)]
    asked_for = []

    def fail_later(*arguments: Any) -> Any:
        asked_for.append(arguments)
        if len(asked_for) > 1:
            ted.status = 500
        return fetch_guarded(*arguments)

    monkeypatch.setattr(connector, "fetch_guarded", fail_later)
    run = come_round()
    assert (run.state, run.reason, run.counts) == (
        "failed",
        "unreachable",
        {"added": 1, "left_out": 0, "asked": 1, "left": 1, "cut": 0},
    )
    assert other not in numbers_of(ted.asked[0])
    assert count(Award) == 1

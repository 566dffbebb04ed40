"""A source from the clock to the screen: beat asks, the outbox delivers, the list is fetched and applied once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from portal import db
from portal.access.actor import Actor, system_actor
from portal.minerals.models import AssuranceObservation
from portal.sources import queries
from portal.sources.catalogue import SOURCES
from portal.sources.models import Source, SyncRun
from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from portal.sources.services import requests
from portal.sources.services.runs import Fetched, execute
from tests.events import deliver_all
from tests.factories.sources import feed, line
from worker.tasks import schedules, sources

URL = "https://www.responsiblemineralsinitiative.org/list.csv"
LIST = [line(number) for number in range(1, 11)]


@pytest.fixture
def web(acting, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    """The source is switched on; `answers` are given one after the other, and what was asked is noted."""
    acting("system")
    with db.transaction():
        requests.change_settings(system_actor("test"), "rmap", url=URL, interval_hours=24, enabled=True)
    asked: list[tuple[str, str | None]] = []
    answers: list[Fetched | Refused] = [
        Fetched(feed(LIST), 200, '"v1"'),
        Fetched(None, 304, '"v1"'),
        Refused(Reason.UNREACHABLE, attempts=3),
        Fetched(feed([line(1, "Active"), *LIST[1:]]), 200, '"v2"'),
    ]

    def fetch(url: str, etag: str | None) -> Fetched:
        asked.append((url, etag))
        answer = answers.pop(0)
        if isinstance(answer, Refused):
            raise answer
        return answer

    monkeypatch.setitem(sources.CONNECTORS, "rmap", fetch)
    return asked


def come_round() -> SyncRun:
    """A day passes, the clock knocks, everything is delivered; the newest run."""
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        db.session.get_one(Source, "rmap").next_run_at = db.now() - timedelta(minutes=1)
    schedules.request_due_syncs()
    schedules.request_due_syncs()
    deliver_all()
    db.session.remove()
    return queries.runs_page("rmap").rows[0]


def test_day_after_day(web: list[tuple[str, str | None]]) -> None:
    runs = [come_round() for _ in range(4)]
    assert [run.state for run in runs] == ["applied", "unchanged", "failed", "applied"]
    assert [run.http_status for run in runs] == [200, 304, None, 200]
    assert [run.reason for run in runs] == [None, None, "unreachable", None]
    assert web == [(URL, None), (URL, '"v1"'), (URL, '"v1"'), (URL, '"v1"')]
    assert db.session.scalar(select(func.count()).select_from(AssuranceObservation)) == 11
    assert {run.trigger for run in runs} == {"schedule"}


def test_an_uploaded_run_asks_nothing_of_the_web(web: list[tuple[str, str | None]]) -> None:
    with db.transaction():
        actor = Actor(name="test", is_system=True)
        run = requests.upload_list(actor, "rmap", content=feed(LIST), filename="x.csv", as_of=db.now().date())
    deliver_all()
    db.session.remove()
    assert (queries.get_run(run.id).state, web) == ("applied", [])


def test_every_source_has_a_connector() -> None:
    assert set(sources.CONNECTORS) == set(SOURCES)


def test_two_workers_at_once_apply_a_run_once(acting) -> None:
    """Both hold the same run in their hands: one applies it, the other waits and finds it decided."""
    acting("system")
    with db.transaction():
        actor = system_actor("test")
        run_id = requests.upload_list(actor, "rmap", content=feed(LIST), filename="x.csv", as_of=db.now().date()).id
    db.session.remove()
    both, ends = Barrier(2), []

    def work() -> None:
        db.set_scope(authority_id=None, system=True)
        both.wait(10)
        try:
            with db.transaction():
                ends.append(execute(system_actor("test"), run_id, lambda _done, _total: None) is not None)
        finally:
            db.session.remove()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(ends) == [False, True]
    assert db.session.scalar(select(func.count()).select_from(AssuranceObservation)) == len(LIST)

"""From the button to the page: the outbox, the worker's task, a local GLEIF, and once a real Celery worker."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from portal import db
from portal.access.actor import system_actor
from portal.outbox.models import OutboxEvent
from portal.registry import queries as registry
from portal.registry.gleif import queries, services
from portal.registry.gleif.rules import Problem
from portal.registry.identifiers import Identifier
from portal.registry.identity import queries as identity
from portal.registry.models import Supplier
from portal.settings import get_settings
from tests import processes
from tests.events import deliver_all
from tests.factories.registry import make_supplier
from tests.gleif import GROUP, HALDEN, NEW, GleifServer, lei, running
from tests.processes import wait_for
from tests.servers import Servers
from worker.tasks import schedules


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, database: str) -> Iterator[GleifServer]:
    with running() as local:
        monkeypatch.setenv("SOURCE_PRIVATE_HOSTS", local.host)
        monkeypatch.setenv("GLEIF_URL", local.base)
        monkeypatch.setenv("GLEIF_PER_MINUTE", "6000")
        get_settings.cache_clear()
        yield local
    get_settings.cache_clear()


@pytest.fixture
def halden(acting) -> Supplier:
    acting("system")
    with db.transaction():
        return make_supplier("Halden Computing AB", identifiers=(Identifier("lei", HALDEN),))


def test_from_the_button_to_the_page(server: GleifServer, halden: Supplier, client_for) -> None:
    client = client_for("stockholm-officer")
    client.post(f"/suppliers/{halden.id}/lei/refresh")
    assert deliver_all() == 1
    page = client.get(f"/suppliers/{halden.id}").text
    tree = page[page.index('<ul class="family">') :]
    assert tree.index("Far Holding PLC") < tree.index("Halden Group AB") < tree.index("this company")
    assert "Stated by GLEIF" in tree
    assert "Datorhuset Halden AB" in page
    assert "HALDEN COMPUTING AKTIEBOLAG" in page
    assert "Up to date" in page


def test_a_lei_that_is_confirmed_is_fetched_at_once(server: GleifServer, acting, client_for) -> None:
    acting("system")
    with db.transaction():
        made = make_supplier("Fjell Nya AB", "SE")
    client = client_for("stockholm-officer")
    client.post(f"/suppliers/{made.id}/lei/search")
    deliver_all()
    acting("system")
    (proposal,) = queries.proposals_of(made.id)
    assert proposal.lei == NEW
    client.post(f"/lei-proposals/{proposal.id}/confirm")
    deliver_all()
    acting("system")
    record = queries.get_record(NEW)
    assert record
    assert record.data


def test_what_fails_is_told_on_the_page_and_done_for_the_outbox(
    server: GleifServer, halden, client_for, acting
) -> None:
    server.instead = lambda handler: handler.send(200, b"{")
    client = client_for("stockholm-officer")
    client.post(f"/suppliers/{halden.id}/lei/refresh")
    deliver_all()
    assert "answer could not be read" in client.get(f"/suppliers/{halden.id}").text
    acting("system")
    assert all(event.done_at for event in db.session.scalars(select(OutboxEvent)))


def test_switched_off_between_asking_and_answering(server, halden, client_for, monkeypatch) -> None:
    client = client_for("stockholm-officer")
    client.post(f"/suppliers/{halden.id}/lei/refresh")
    monkeypatch.setenv("GLEIF_URL", "")
    get_settings.cache_clear()
    deliver_all()
    page = client.get(f"/suppliers/{halden.id}").text
    assert "This installation does not ask GLEIF." in page
    assert "Refresh from GLEIF" not in page
    assert server.asked == []


def test_the_clock_has_old_records_fetched(server: GleifServer, halden: Supplier, acting) -> None:
    supplier_id = halden.id
    for _ in range(2):
        schedules.request_due_lei_records()
    assert deliver_all() == 1
    acting("system")
    assert {one.parent_label for one in identity.relations_of(supplier_id)} == {"Halden Group AB", "Far Holding PLC"}
    schedules.request_due_lei_records()
    assert deliver_all() == 0


def test_a_real_worker_fetches_a_record(
    server: GleifServer, halden: Supplier, servers: Servers, database: str, tmp_path: Path, acting
) -> None:
    supplier_id = halden.id
    environment = {"APP_DATABASE_URL": servers.app_url(database), "LOG_JSON": "true"}
    with processes.relay(environment, tmp_path), processes.worker(environment, tmp_path):
        with db.transaction():
            services.request_refresh(system_actor("test"), supplier_id)
        wait_for(lambda: answered(HALDEN), f"the record (logs in {tmp_path})")
        # The command line asks the same worker.
        for number, status in ((GROUP, 0), (lei("nobody"), 1)):
            done = command(environment, number)
            assert done.returncode == status, done.stderr
            assert json.loads(done.stdout)["lei"] == number
    acting("system")
    facts = registry.get_facts(supplier_id)
    assert {(one.scheme, one.value) for one in facts.identifiers} == {("lei", HALDEN), ("se.orgnr", "5560360793")}
    assert {name.name: name.kind for name in facts.names}["Datorhuset Halden AB"] == "former"
    group = queries.get_record(GROUP)
    assert group
    assert group.data
    assert group.data["direct_exception"] == "NATURAL_PERSONS"


def answered(number: str) -> bool:
    db.session.rollback()
    record = queries.get_record(number)
    return record is not None and not record.under_way


def command(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    """`portal suppliers lei … --json` as a person starts it, on the test's database."""
    return subprocess.run(
        [sys.executable, "-m", "portal.cli", "suppliers", "lei", *words, "--json"],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_the_command_shows_what_is_known_and_says_when_nobody_answers(
    server, halden, servers, database, acting
) -> None:
    environment = {"APP_DATABASE_URL": servers.app_url(database)}
    nobody = command(environment, HALDEN, "--wait", "0.1")
    assert nobody.returncode == 2
    assert json.loads(nobody.stdout)["problem"]["code"] == "no_worker"
    assert command(environment, "529900T8BM49AURSDO56").returncode == 2
    deliver_all()
    known = command(environment, HALDEN, "--wait", "0")
    assert known.returncode == 0
    assert json.loads(known.stdout)["record"]["legal_name"] == "HALDEN COMPUTING AKTIEBOLAG"
    acting("system")
    with db.transaction():
        services.take_record(system_actor("GLEIF"), NEW, services.Answer(problem=Problem.UNREACHABLE))
    assert command(environment, NEW, "--wait", "0.1").returncode == 2

"""`portal suppliers lookup`: exit 0 found, 1 nothing found, 2 could not look; JSON of a fixed shape."""

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from portal import db
from portal.access.actor import Actor
from portal.settings import Settings
from tests.factories.registry import make_identifier, make_name, make_supplier
from tests.servers import Servers

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def lookup(database_url: str, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "portal.cli", "suppliers", "lookup", *words],
        capture_output=True,
        text=True,
        env={**os.environ, "APP_DATABASE_URL": database_url},
        check=False,
    )


@pytest.fixture
def run(acting: Callable[[str], Actor], database: str, servers: Servers, settings: Settings) -> Run:
    """The command on a registry of two suppliers."""
    acting("system")
    with db.transaction():
        halden = make_supplier("Halden Computing AB", "SE")
        make_name(halden, "Datorhuset Halden AB", "former")
        make_identifier(halden, "se.orgnr", "5560360793")
        make_supplier("Haldenberg Datentechnik GmbH", "DE")
    return lambda *words: lookup(servers.app_url(database), *words)


def test_what_is_found_is_told_with_the_reason(run: Run) -> None:
    done = run("datorhuset")
    assert done.returncode == 0, done.stdout
    assert "Halden Computing AB  SE  Organisationsnummer 556036-0793" in done.stdout
    assert "former name: Datorhuset Halden AB" in done.stdout


def test_json_has_names_numbers_and_the_reason(run: Run) -> None:
    done = run("5560360793", "--json")
    assert done.returncode == 0, done.stdout
    (found,) = json.loads(done.stdout)["found"]
    assert found.keys() == {"id", "name", "country", "identifiers", "why", "score"}
    assert found["identifiers"] == {"se.orgnr": "5560360793"}
    assert found["why"] == {"kind": "se.orgnr", "text": "556036-0793"}


def test_nothing_found_is_exit_status_1(run: Run) -> None:
    done = run("umbrella")
    assert (done.returncode, done.stdout) == (1, "Nothing found.\n")
    assert json.loads(run("umbrella", "--json").stdout) == {"text": "umbrella", "found": []}


def test_country_and_limit_narrow(run: Run) -> None:
    names = [one["name"] for one in json.loads(run("halden", "--country", "de", "--json").stdout)["found"]]
    assert names == ["Haldenberg Datentechnik GmbH"]
    assert len(json.loads(run("halden", "--limit", "1", "--json").stdout)["found"]) == 1
    assert run("halden", "--limit", "0").returncode == 2


def test_no_database_is_exit_status_2(settings: Settings) -> None:
    done = lookup("postgresql://portal_app:x@127.0.0.1:9/none", "halden")
    assert done.returncode == 2
    assert "the database refuses or does not answer" in done.stderr
    assert "Traceback" not in done.stderr

"""`portal suppliers import`: exit 0 every row taken, 1 rows to look at, 2 not done; JSON of a fixed shape."""

import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from portal import db
from portal.registry.models import Supplier, SupplierImport, SupplierName


@pytest.fixture
def portal(servers, database, settings, tmp_path):
    """Run `portal suppliers import` on a list, against the database of this test."""

    def run(content: str | bytes, *options: str, name: str = "list.csv") -> "subprocess.CompletedProcess[str]":
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return subprocess.run(
            [sys.executable, "-m", "portal.cli", "suppliers", "import", str(path), *options],
            capture_output=True,
            text=True,
            env={**os.environ, "APP_DATABASE_URL": servers.app_url(database)},
            check=False,
        )

    return run


def count(acting, model: type) -> int:
    acting("system")
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_list_where_every_row_is_taken(portal, acting, authority_ids) -> None:
    done = portal("supplier,country\nHalden AB,SE\nNordvik AS,NO\n", "--as", "stockholm")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 suppliers, 0 sites" in done.stdout
    actor = acting("stockholm-officer")
    name = db.session.scalars(select(SupplierName).where(SupplierName.core == "halden")).one()
    assert (name.source, name.entered_by_id) == ("list.csv", actor.authority_id)
    assert db.session.scalars(select(SupplierImport.state)).one() == "applied"
    again = portal("supplier,country\nHalden AB,SE\nNordvik AS,NO\n", "--as", "stavanger")
    assert again.returncode == 0
    assert "2 matched" in again.stdout
    assert count(acting, Supplier) == 2


def test_rows_to_look_at_are_printed_and_counted_in_json(portal, acting) -> None:
    content = "who,land,nr\nHalden Computing AB,SE,556036-0794\nNordvik AS,NO,\nNordvk AS,NO,\n"
    options = ("--as", "stockholm", "--map", "who=name", "--map", "nr=national", "--source", "Ours", "--json")
    done = portal(content, *options)
    assert done.returncode == 1, done.stderr
    result = json.loads(done.stdout)
    assert set(result) == {"dry_run", "layout", "columns", "counts", "rows"}
    assert result["columns"] == {"who": "name", "land": "country", "nr": "national"}
    assert (result["counts"]["created"], result["counts"]["rejected"]) == (1, 1)
    bad, alike = result["rows"]
    assert (bad["row"], bad["cell"], bad["code"]) == (2, "C2", "identifier_checksum")
    assert (alike["row"], alike["outcome"], alike["code"]) == (4, "possible_duplicate", "alike_row")
    assert alike["supplier_id"]
    text = portal(content, "--as", "stockholm", "--map", "who=name", "--map", "nr=national")
    assert text.returncode == 1
    assert "rejected            C2        Halden Computing AB: " in text.stdout
    assert "possible_duplicate  row 4     Nordvk AS: " in text.stdout
    added = portal(content, *options[:6], "--add-duplicates")
    assert added.returncode == 1
    assert count(acting, Supplier) == 2


def test_a_dry_run_changes_nothing(portal, acting) -> None:
    done = portal("supplier\nHalden AB\n", "--as", "stockholm", "--dry-run")
    assert done.returncode == 0
    assert "1 suppliers, 0 sites, 0 numbers and 0 more names would be added" in done.stdout
    assert (count(acting, Supplier), count(acting, SupplierImport)) == (0, 0)


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("supplier\nHalden AB\n", ("--as", "atlantis"), "There is no authority “atlantis”. Known are: barcelona"),
        ("a,b\n1,2\n", ("--as", "stockholm"), "No column is chosen as the legal name"),
        ("a,b\n1,2\n", ("--as", "stockholm", "--map", "c=name"), "There is no column “c”. The columns are: a, b"),
        ("a,b\n1,2\n", ("--as", "stockholm", "--map", "a=nothing"), "There is no field “nothing”"),
        ("", ("--as", "stockholm"), "The file is empty"),
        ("a,b\n1,2\n", (), "--as"),
    ],
)
def test_what_could_not_run(portal, acting, content, options, said) -> None:
    done = portal(content, *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
    assert count(acting, SupplierImport) == 0


def test_what_could_not_run_in_json(portal) -> None:
    done = portal(b"\x89PNG\r\n\x1a\n" + bytes(99), "--as", "stockholm", "--json")
    assert done.returncode == 2
    assert "a PNG picture" in json.loads(done.stdout)["error"]["message"]


def test_without_the_file_or_the_server_nothing_runs(settings, tmp_path) -> None:
    path = tmp_path / "list.csv"
    command = [sys.executable, "-m", "portal.cli", "suppliers", "import", str(path), "--as", "stockholm"]
    # The address is always given: without one the command would work on the data of `make run`.
    environment = {**os.environ, "APP_DATABASE_URL": "postgresql://portal_app:x@127.0.0.1:1/none"}
    missing = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert missing.returncode == 2
    assert "list.csv" in missing.stderr
    path.write_text("supplier\nHalden AB\n")
    away = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert away.returncode == 2
    assert "the database refuses or does not answer" in away.stderr


def test_the_real_list(portal, acting, shared_data) -> None:
    content = (shared_data / "suppliers" / "apple-2018.csv").read_bytes()
    done = portal(content, "--as", "stockholm", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["counts"]["suppliers"] == 208
    again = portal(content, "--as", "stockholm", "--json")
    assert again.returncode == 0
    counts = json.loads(again.stdout)["counts"]
    assert (counts["matched"], counts["suppliers"], counts["sites"]) == (813, 0, 0)

"""`portal declarations check`: exit 0 nothing found, 1 findings, 2 not readable; JSON of a fixed shape."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from portal import db
from tests.factories.minerals import make_run_of, observe
from tests.portal.declarations.workbooks import Draft

KEYS = {
    "template",
    "revision",
    "language",
    "company",
    "scope",
    "effective_date",
    "answers",
    "smelters",
    "findings",
    "counts",
}


def check(path: Path, *options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the command in an environment without any server, unless one is named."""
    command = [sys.executable, "-m", "portal.cli", "declarations", "check", str(path), *options]
    return subprocess.run(
        command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", **environment}, check=False
    )


@pytest.mark.parametrize(("cells", "status"), [({}, 0), ({"D8": None}, 1)])
def test_exit_status_says_whether_there_are_findings(tmp_path, cells, status) -> None:
    path = tmp_path / "cmrt.xlsx"
    path.write_bytes(Draft(cells=cells).to_bytes())
    done = check(path, "--json")
    assert done.returncode == status, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert set(report) == KEYS
    serious = [finding for finding in report["findings"] if finding["severity"] != "info"]
    assert bool(serious) is bool(status)


def test_the_json_has_the_company_as_its_holder_sees_it(tmp_path) -> None:
    path = tmp_path / "cmrt.xlsx"
    path.write_bytes(Draft().to_bytes())
    report = json.loads(check(path, "--json").stdout)
    assert report["company"]["contact_name"] == "Ola Eksempel"
    assert set(report["answers"][0]) == {"question", "mineral", "answer", "comment", "cell"}
    assert set(report["scope"]) == {"code", "description"}
    assert set(report["smelters"][0]) == {
        "row",
        "mineral",
        "declared_name",
        "declared_id",
        "resolved_id",
        "standard_name",
        "status",
        "match",
        "confidence",
    }
    assert all(
        set(finding) == {"code", "severity", "sheet", "cell", "message", "remedy"} for finding in report["findings"]
    )


def test_the_lists_of_the_portal_are_used_where_its_database_is_named(tmp_path, database, servers, acting) -> None:
    acting("operator")
    with db.transaction():
        run = make_run_of(date(2026, 11, 1))
        observe(run.id, "CID900099", "gold", "removed", date(2026, 11, 1))
    path = tmp_path / "cmrt.xlsx"
    path.write_bytes(Draft(rows=[{"A": "CID900099"}]).to_bytes())
    alone = json.loads(check(path, "--json").stdout)["smelters"][0]
    assert (alone["status"], alone["resolved_id"]) == ("cid_unknown", None)

    done = check(path, "--json", DATABASE_URL=servers.app_url(database))
    report = json.loads(done.stdout)
    assert report["smelters"][0]["status"] == "resolved_other_version"
    assert "assurance_refused" in {finding["code"] for finding in report["findings"]}


def test_a_database_that_does_not_answer_is_told_and_the_file_is_checked_all_the_same(tmp_path) -> None:
    path = tmp_path / "cmrt.xlsx"
    path.write_bytes(Draft().to_bytes())
    done = check(path, "--json", DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert done.returncode == 0
    assert "only the lists of the file were used" in done.stderr
    assert json.loads(done.stdout)["template"] == "CMRT"


def test_what_is_no_declaration_is_one_clear_sentence(tmp_path) -> None:
    path = tmp_path / "notes.xlsx"
    path.write_text("just text")
    done = check(path)
    assert done.returncode == 2
    assert "not a spreadsheet" in done.stderr
    assert "Traceback" not in done.stderr
    as_json = check(path, "--json")
    assert as_json.returncode == 2
    assert json.loads(as_json.stdout)["error"]["remedy"]

"""`portal declarations check`: exit 0 nothing found, 1 findings, 2 not readable; JSON of a fixed shape."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

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


def check(path: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run the command in an environment without any server."""
    command = [sys.executable, "-m", "portal.cli", "declarations", "check", str(path), *options]
    return subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False)


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

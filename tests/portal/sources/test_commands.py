"""`portal sources sync`: the exit status says how it ended, the words say why."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from portal import commands, db
from portal.sources.commands import sources
from portal.sources.models import SyncRun
from tests.factories.sources import Line, feed, line

LIST = [line(number) for number in range(1, 11)]


@pytest.fixture
def sync(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`sync(lines, name, *options)`: the command on a file."""
    monkeypatch.setattr(commands, "start_process", lambda **_: None)  # the test's database stays bound

    def run(content: list[Line] | bytes, name: str = "rmap-2026-09-01.csv", *options: str) -> Result:
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else feed(content))
        return CliRunner().invoke(sources, ["sync", "rmap", "--file", str(file), *options])

    return run


def test_applied_then_unchanged(sync) -> None:
    first, again = sync(LIST), sync(LIST)
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "the list of 2026-09-01 is applied, 10 rows" in first.output
    assert "is the one that is shown already" in again.output


def test_held_is_one(sync) -> None:
    sync(LIST)
    held = sync(LIST[3:], "rmap-2026-10-01.csv")
    assert held.exit_code == 1
    assert "lacks 3 of 10 facilities. More than 20%" in held.output
    assert "removed         CID900001 gold      Smelter 1: Conformant" in held.output


def test_rows_that_were_not_taken_are_one(sync) -> None:
    result = sync([*LIST, line(30, audit_date="soon")])
    assert result.exit_code == 1
    assert "is applied" in result.output
    assert "row 12" in result.output


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "empty"), (b"<html>", "not a list"), (feed(LIST, ["x"] * 8), "columns")]
)
def test_unreadable_is_two(sync, content: bytes, words: str) -> None:
    result = sync(content)
    assert result.exit_code == 2
    assert words in result.output


def test_json_has_every_change(sync) -> None:
    sync(LIST)
    result = sync([line(1, "Active"), *LIST[1:]], "list.csv", "--as-of", "2026-10-01", "--json")
    report: dict[str, Any] = json.loads(result.output)
    assert (report["state"], report["as_of"], report["rows"]) == ("applied", "2026-10-01", 10)
    assert report["changes"]["status_changed"] == [
        {"facility_id": "CID900001", "metal": "gold", "name": "Smelter 1", "from": "Conformant", "to": "Active"}
    ]
    run = db.session.get(SyncRun, report["run"])
    assert run
    assert run.trigger == "command"


def test_a_day_in_the_future_cannot_be(sync) -> None:
    result = sync(LIST, "list.csv", "--as-of", "2999-01-01")
    assert result.exit_code != 0
    assert "future" in str(result.exception)


@pytest.mark.parametrize("words", [["lbma", "--file", "x"], ["rmap"], ["rmap", "--file", "/no/such/file"]])
def test_wrong_use_is_two(database: str, words: list[str]) -> None:
    assert CliRunner().invoke(sources, ["sync", *words]).exit_code == 2

"""Last year's and this year's file of one company, which nobody here wrote, and what is expected to differ."""

import json
from pathlib import Path

import pytest

from portal.declarations.check import check_file
from portal.declarations.compare.rules import compare_answers, compare_lines
from tests.portal.declarations.workbooks import AS_OF


@pytest.mark.parametrize("kind", ["sw", "xl"])
def test_year_over_year(shared_data: Path, kind: str) -> None:
    folder = shared_data / "declarations"
    expected = json.loads((folder / "yoy-nordvik.expected.json").read_text(encoding="utf-8"))

    def report(side: str):
        name = next(file for file in expected[side]["files"] if f".{kind}." in file)
        return check_file(folder / name, name, AS_OF)

    before, after = report("previous"), report("current")
    assert len(before.lines) == expected["previous"]["smelter_rows"]
    assert len(after.lines) == expected["current"]["smelter_rows"]
    added, removed, both, _ = compare_lines(before.lines, after.lines)

    def smelters(items):
        return {(one["cid"], one["metal"].lower(), one["row"]) for one in items}

    assert {(one.facility_id, one.metal, one.row) for one in added} == smelters(expected["added"])
    assert {(one.facility_id, one.metal, one.row) for one in removed} == smelters(expected["removed"])
    assert {(p.after.facility_id, p.before.name, p.after.name) for p in both if p.renamed} == {
        (one["cid"], one["from"], one["to"]) for one in expected["renamed"]
    }
    assert {p.after.facility_id for p in both if p.status_changed} == {
        one["cid"] for one in expected["listed_before_now_not_listed"]
    }
    assert len(both) - len(expected["renamed"]) == expected["unchanged"]
    changes = compare_answers(before.as_json()["answers"], after.as_json()["answers"])
    assert [(one.question, one.mineral, one.before, one.after) for one in changes] == [
        (one["question"], one.get("metal"), one["from"], one["to"]) for one in expected["answers_changed"]
    ]

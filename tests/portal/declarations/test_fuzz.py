"""Broken workbooks of every kind: an answer or one clear error, in time, with nothing written."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.declarations.check import report_on
from portal.declarations.reading.container import open_container, sniff
from portal.declarations.reading.result import Reading
from portal.declarations.reading.sandbox import read_in_child
from portal.declarations.reading.unreadable import Unreadable
from tests.portal.declarations.mutations import HEAVY, MUTATIONS, case
from tests.portal.declarations.workbooks import AS_OF, Draft, read_here

_BASE = Draft().to_bytes()
_CASES = 60  # `make bench B=fuzz` tries 2,000


@pytest.mark.parametrize("number", range(_CASES))
def test_mutated_workbooks_end_in_a_report_or_a_refusal(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    _, data = case(number)
    start = time.monotonic()
    refused = _refusal_or_report(data)

    assert refused is None or (refused.message and refused.remedy)
    assert time.monotonic() - start < 10
    assert list(tmp_path.iterdir()) == []


def test_the_same_number_is_the_same_file():
    assert case(7) == case(7)
    assert len({case(number)[0] for number in range(60)}) == len(MUTATIONS) + len(HEAVY)


def _refusal_or_report(data: bytes) -> Unreadable | None:
    try:
        report_on(read_in_child(data), AS_OF).as_json()
    except Unreadable as refused:
        return refused
    return None


@given(st.binary(max_size=400))
@settings(max_examples=60)
def test_arbitrary_bytes_are_refused(data: bytes):
    for candidate in (b"x" + data, b"PK\x03\x04" + data, _BASE[:200] + data):
        with pytest.raises(Unreadable):
            if sniff(candidate) == "zip":
                open_container(candidate)


_TEXT = st.one_of(
    st.none(),
    st.sampled_from(["Gold", "Tin", "Smelter not listed", "CID900001", "CID1", "Aurora Probe Refining", "%s", "A."]),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=30),
)
_VALUE = st.one_of(_TEXT, st.integers(-(2**40), 2**40), st.floats(allow_nan=False, allow_infinity=False), st.booleans())


@given(
    rows=st.lists(st.dictionaries(st.sampled_from("ABCDEFNOP"), _VALUE, max_size=6), max_size=6),
    cells=st.dictionaries(st.sampled_from(["D3", "D8", "D9", "D10", "D16", "D22", "D26", "D56", "D75", "G77"]), _VALUE),
)
@settings(max_examples=40)
def test_whatever_people_type_can_be_read_checked_and_sent(rows: list[dict[str, object]], cells: dict[str, object]):
    try:
        reading = read_here(Draft(rows=rows, cells=cells).to_bytes())
    except Unreadable as refused:
        if refused.code != "layout_mismatch":  # two or more words in the column of metals that are none
            raise
        return
    assert Reading.from_wire(_through_json(reading)) == reading
    report = report_on(reading, AS_OF)
    entries = report.as_json()
    assert [line["row"] for line in entries["smelters"]] == [row.row for row in reading.rows]
    assert all(entry["message"] and entry["remedy"] for entry in entries["findings"])


def _through_json(reading: Reading) -> dict[str, object]:
    wire: dict[str, object] = json.loads(json.dumps(reading.to_wire()))
    return wire

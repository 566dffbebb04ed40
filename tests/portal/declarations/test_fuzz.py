"""Broken workbooks of every kind: an answer or one clear error, in time, with nothing written."""

import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.declarations.check import report_on
from portal.declarations.reading.container import open_container, sniff
from portal.declarations.reading.result import Reading
from portal.declarations.reading.sandbox import read_in_child
from portal.declarations.reading.unreadable import Unreadable
from tests.portal.declarations.workbooks import AS_OF, Draft, parts_of, read_here, zipped

_BASE = Draft().to_bytes()
_XML_PARTS = sorted(name for name in parts_of(_BASE) if name.endswith((".xml", ".rels")))
_HOSTILE = (
    b"<",
    b"&#0;",
    b"&#xD800;",
    b"&undefined;",
    b"]]>",
    b"<![CDATA[<c r='A1'>]]>",
    b'r="A0"',
    b'r="ZZZZZZZ1"',
    b'r="1A"',
    b't="s"><v>99999999</v>',
    b't="d"><v>9999-99-99</v>',
    b"<v>1e999</v>",
    b"<v>-</v>",
    b'<row r="0">',
    b'<row r="-5">',
    b'<row r="99999999999999999999">',
    b"<f>1/0</f>",
    b'<sheet name="" sheetId="0" r:id="rId1"/>',
    b'Target="../../../../etc/passwd"',
    b'<mergeCell ref="A1:A0"/>',
    b'<dimension ref="A1:XFD1048576"/>',
    b"\xff\xfe",
)


def _flip_bytes(chance: random.Random) -> bytes:
    data = bytearray(_BASE)
    for _ in range(chance.randint(1, 20)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def _cut(chance: random.Random) -> bytes:
    return _BASE[: chance.randrange(len(_BASE))]


def _hostile_xml(chance: random.Random) -> bytes:
    parts = parts_of(_BASE)
    name = chance.choice(_XML_PARTS)
    content = parts[name]
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(content) + 1)
        content = content[:place] + chance.choice(_HOSTILE) + content[place + chance.choice((0, 0, 5)) :]
    return zipped(parts | {name: content})


def _lost_or_swapped_parts(chance: random.Random) -> bytes:
    parts = parts_of(_BASE)
    if chance.random() < 0.5:
        del parts[chance.choice(sorted(parts))]
    else:
        one, other = chance.sample(_XML_PARTS, 2)
        parts[one], parts[other] = parts[other], parts[one]
    return zipped(parts)


@pytest.mark.parametrize("mutate", [_flip_bytes, _cut, _hostile_xml, _lost_or_swapped_parts])
@pytest.mark.parametrize("seed", range(10))
def test_mutated_workbooks_end_in_a_report_or_a_refusal(
    mutate: Callable[[random.Random], bytes], seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    data = mutate(random.Random(f"{mutate.__name__}{seed}"))
    start = time.monotonic()
    refused = _refusal_or_report(data)
    assert refused is None or (refused.message and refused.remedy)
    assert time.monotonic() - start < 10
    assert list(tmp_path.iterdir()) == []


def _refusal_or_report(data: bytes) -> Unreadable | None:
    try:
        report_on(read_in_child(data), AS_OF).as_json()
    except Unreadable as refused:
        return refused
    return None


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
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
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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

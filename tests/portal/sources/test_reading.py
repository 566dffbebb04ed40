"""Reading a list: titles never positions, rows taken or kept aside with a reason, and files that are none."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies
from openpyxl import Workbook

from portal.sources.catalogue import COPPER_MARK, RMAP
from portal.sources.facilities import Reading, is_mojibake
from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from tests.factories.sources import Line, feed, line, read_list

TITLES = RMAP.columns.titles


def refusal(content: bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        read_list(content, RMAP)
    return refused.value


def workbook(rows: Sequence[tuple[Any, ...]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_row_becomes_a_facility() -> None:
    lines = [line(1, "Non-Conformant", "Öl & Söhne, GmbH", cross_recognised="LBMA RGG", cycle="3 years")]
    (row,) = read_list(feed(lines), RMAP).rows.values()
    assert row == (
        *("CID900001", "gold", "Öl & Söhne, GmbH", "SWEDEN", "Non-Conformant", "non_conformant"),
        *(date(2026, 1, 15), 3, "LBMA RGG"),
    )


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_dialects_of_csv(mark: bytes, delimiter: str, end: str) -> None:
    content = feed([line(1), line(2, "Active")]).decode().replace(",", delimiter).replace("\n", end)
    assert [row.raw_status for row in read_list(mark + content.encode(), RMAP).rows.values()] == [
        "Conformant",
        "Active",
    ]


def test_columns_are_found_by_title_wherever_they_stand() -> None:
    order = [7, 4, 2, 0, 6, 1, 5, 3]
    lines = [(*tuple(cells[i] for i in order), "more") for cells in (line(1), line(2, "Active"))]
    titles = [*(TITLES[i].upper() for i in order), "Comment"]
    assert read_list(feed(lines, titles), RMAP).rows == read_list(feed([line(1), line(2, "Active")]), RMAP).rows


def test_a_workbook_says_what_the_csv_says() -> None:
    rows = [TITLES, *((*cells[:5], datetime(2026, 1, 15), 1, None) for cells in (line(1), line(2)))]
    assert read_list(workbook(rows), RMAP).rows == read_list(feed([line(1), line(2)]), RMAP).rows


@pytest.mark.parametrize(
    ("cells", "reason", "column"),
    [
        ({"facility_id": "CID12"}, "bad_id", "Smelter ID"),
        ({"facility_id": "C\u0406D900001"}, "bad_id", "Smelter ID"),  # a Cyrillic letter
        ({"facility_id": ""}, "bad_id", "Smelter ID"),
        ({"metal": "Unobtainium"}, "unknown_metal", "Metal"),
        ({"name": " \u200b "}, "missing", "Standard Smelter Name"),
        ({"status": ""}, "missing", "Status"),
        ({"audit_date": "31/12/2025"}, "bad_date", "Last Audit Date"),
        ({"audit_date": "2025-02-30"}, "bad_date", "Last Audit Date"),
        ({"cycle": "often"}, "bad_cycle", "Audit Cycle"),
        ({"cycle": "99 years"}, "bad_cycle", "Audit Cycle"),
        ({"name": "x" * 301}, "too_long", "Standard Smelter Name"),
    ],
)
def test_a_bad_row_is_kept_aside_with_its_place(cells: dict[str, str], reason: str, column: str) -> None:
    good = [line(number) for number in range(10, 30)]
    reading = read_list(feed([*good, line(1, **cells)]), RMAP)
    assert len(reading.rows) == 20
    (reject,) = reading.rejects
    assert (reject.row, reject.reason, reject.column) == (22, reason, column)
    readable = column not in ("Smelter ID", "Metal")
    assert ((reject.facility_id, reject.metal) == ("CID900001", "gold")) is readable


def test_a_cut_off_row_is_kept_aside() -> None:
    reading = read_list(feed([line(1)]) + b"CID900002,Go", RMAP)
    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(3, "short_row")]


def test_invisible_and_direction_reversing_characters_are_taken_out() -> None:
    reading = read_list(feed([line(1, name="Smel\u200bter\u202e One\u2066"), line(2, name="Two\u00a0 words")]), RMAP)
    assert [row.name for row in reading.rows.values()] == ["Smelter One", "Two words"]


def test_the_same_row_twice_counts_once() -> None:
    reading = read_list(feed([line(1), line(2), line(1)]), RMAP)
    assert len(reading.rows) == 2
    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(4, "repeated")]


def test_a_site_with_several_metals_is_a_facility_for_each() -> None:
    lines = [
        ("KUP-0001", "Copper; Molybdenum", "North Smelter", "CHILE", "Awarded", "2026-02-01", "3 years", ""),
        ("KUP-0002", "Copper; Kryptonite", "South Smelter", "CHILE", "In process", "", "", "ISO"),
    ]
    reading = read_list(feed(lines, COPPER_MARK.columns.titles), COPPER_MARK)
    assert {(row.facility_id, row.metal, row.status) for row in reading.rows.values()} == {
        ("KUP-0001", "copper", "conformant"),
        ("KUP-0001", "molybdenum", "conformant"),
        ("KUP-0002", "copper", "active"),
    }
    assert [(one.row, one.reason, one.text) for one in reading.rejects] == [(3, "unknown_metal", "Copper; Kryptonite")]


def test_a_status_that_says_cross_recognised_is_conformant_by_another_scheme() -> None:
    lines = [
        line(1, "Cross-recognised"),
        line(2, "Conformant (Cross-recognized)", cross_recognised="LBMA RGG"),
        line(3, "Eligible"),
        line(4, "Extended Plan"),
    ]
    rows = read_list(feed(lines), RMAP).rows.values()
    assert [(row.status, row.cross_recognised) for row in rows] == [
        ("conformant", "Cross-recognised"),
        ("conformant", "LBMA RGG"),
        ("eligible", None),
        ("extended_cap", None),
    ]


def test_a_list_is_read_as_a_stream() -> None:
    """Nothing beyond the row asked for is read, so a contradiction at the end is found at the end."""
    rows = iter(Reading(feed([line(1), line(2), line(1, "Active")]), RMAP))
    assert [next(rows).facility_id, next(rows).facility_id] == ["CID900001", "CID900002"]
    with pytest.raises(Refused, match="duplicate_ids"):
        next(rows)


def test_one_id_with_two_metals_is_two_facilities() -> None:
    assert len(read_list(feed([line(1, metal="Gold"), line(1, metal="Tin")]), RMAP).rows) == 2


def test_contradictions_are_refused_whole() -> None:
    found = refusal(feed([line(1), line(2), line(1, "Active")]))
    assert found.reason == Reason.DUPLICATE_IDS
    assert found.params["conflicting"] == [
        {"facility_id": "CID900001", "metal": "gold", "statuses": ["Conformant", "Active"]}
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"\xef\xbb\xbf \r\n\n", Reason.EMPTY),
        (feed([]), Reason.NO_ROWS),
        (b"<!DOCTYPE html><title>Sign in</title>", Reason.NOT_A_LIST),
        (b"\n  <html>", Reason.NOT_A_LIST),
        (b"%PDF-1.7\n\x00\x01", Reason.NOT_A_LIST),
        (b"PK\x05\x06" + b"\0" * 18, Reason.NOT_A_LIST),
        (b"PK\x03\x04 cut off", Reason.DAMAGED_FILE),
        (feed([line(1)]).decode().encode("utf-16"), Reason.WRONG_ENCODING),
        (feed([line(1, name="Müller")]).decode().encode("latin-1"), Reason.WRONG_ENCODING),
        (feed([line(1, name="Müller".encode().decode("cp1252"))]), Reason.MOJIBAKE),
        (feed([line(1)], ["CID", *TITLES[1:]]), Reason.UNEXPECTED_COLUMNS),
        (feed([line(1)], [*TITLES[:7], "Status"]), Reason.UNEXPECTED_COLUMNS),
        (feed([line(1)]) + b'CID900002,Gold,"never closed\n', Reason.DAMAGED_FILE),
        (feed([line(1, metal="Water")]), Reason.NO_GOOD_ROWS),
        (workbook([("Notes",), ("Nothing",)]), Reason.UNEXPECTED_COLUMNS),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_that_are_no_list(content: bytes, reason: Reason) -> None:
    assert refusal(content).reason == reason


def test_a_file_beyond_all_size_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.sources.tabular.MAX_BYTES", 100)
    assert refusal(feed([line(1), line(2)])).reason == Reason.TOO_LARGE
    monkeypatch.undo()
    monkeypatch.setattr("portal.sources.tabular.MAX_ROWS", 1)
    assert refusal(feed([line(1), line(2)])).reason == Reason.TOO_LARGE


def test_a_cell_at_the_far_end_of_a_sheet_is_refused() -> None:
    book = Workbook()
    book.worksheets[0].append(TITLES)
    book.worksheets[0]["XFD1048576"] = "far"
    stream = io.BytesIO()
    book.save(stream)
    assert refusal(stream.getvalue()).reason == Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("text", "spoilt"),
    [
        ("Müller", False),
        ("Metalúrgica Met-Mex Peñoles S.A. De C.V.", False),
        ("OOO “Technolom” 2", False),
        ("流明电子", False),
        ("Завод", False),
        ("São João à", False),
        ("MÃ¼ller", True),
        ("JoyerÃ\xada", True),
        ("OOO â\x80\x9cTechnolomâ\x80\x9d", True),
        ("plain", False),
    ],
)
def test_spoilt_letters_are_told_from_foreign_ones(text: str, spoilt: bool) -> None:
    assert is_mojibake(text) is spoilt


def test_one_spoilt_name_among_many_is_kept_aside() -> None:
    lines: list[Line] = [line(number) for number in range(100)] + [line(1, name="MÃ¼ller", facility_id="CID999999")]
    reading = read_list(feed(lines), RMAP)
    assert [(reject.reason, reject.facility_id) for reject in reading.rejects] == [("damaged_name", "CID999999")]


@settings(max_examples=300)
@given(strategies.binary(max_size=400).filter(lambda data: not data.startswith(b"PK\x03\x04")))
def test_whatever_the_bytes_are_they_are_read_or_refused(data: bytes) -> None:
    for content in (data, feed([line(1)]) + data):
        try:
            read_list(content, RMAP)
        except Refused:
            continue


@pytest.mark.parametrize(
    "name", ["portal/sources/tabular.py", "portal/sources/facilities.py", "portal/sources/guard.py"]
)
def test_reading_is_pure(name: str) -> None:
    """Uploads, the worker and the command line all read with it, so it knows neither a database nor the network."""
    source = (Path(__file__).resolve().parents[3] / name).read_text()
    assert not any(word in source for word in ("portal.db", "sqlalchemy", "httpx", "flask", "celery"))

"""Filled declarations and hostile files that nobody on this project wrote, with what is expected of each.

The files are not part of the project: `SHARED_DATA` says where they are (their README says what the words mean).
"""

import csv
import json
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from portal.declarations.check import Report, check_file, report_on
from portal.declarations.reading.unreadable import Unreadable
from portal.declarations.rules import Facility, Severity
from tests.portal.declarations.workbooks import read_here

_ROOT = Path(os.environ.get("SHARED_DATA") or Path(__file__).parents[4] / "shared" / "data")
_FOLDER = _ROOT / "declarations"
_AS_OF = date(2026, 11, 22)

pytestmark = pytest.mark.skipif(
    not _FOLDER.is_dir(), reason="the shared declarations are not here; set SHARED_DATA to their folder"
)

_BLANK = sorted((_ROOT / "templates").glob("[CEA]MRT-*.xlsx")) if _FOLDER.is_dir() else []
_FILLED = sorted(
    path.name.removesuffix(".expected.json")
    for pattern in ("cmrt-*", "emrt-*", "amrt-*", "inj-*")
    for path in _FOLDER.glob(f"{pattern}.expected.json")
)
_REFUSED = {  # file -> code
    "neg-200k-smelters.xlsx": "too_many_rows",
    "neg-column-inserted.sw.xlsx": "layout_mismatch",
    "neg-column-inserted.xl.xlsx": "layout_mismatch",
    "neg-csv-named.xlsx": "not_a_spreadsheet",
    "neg-docx-renamed.xlsx": "not_a_spreadsheet",
    "neg-empty.xlsx": "empty_file",
    "neg-encrypted-ole.xlsx": "encrypted",
    "neg-jpeg-named.xls": "not_a_spreadsheet",
    "neg-macro-named.xlsx": "macro_content",
    "neg-macro.xlsm": "macro_content",
    "neg-smelter-list-removed.xlsx": "sheet_missing",
    "neg-truncated.xlsx": "damaged_zip",
    "neg-xxe.xlsx": "doctype_forbidden",
    "neg-zip-bomb.xlsx": "too_large_uncompressed",
    "legacy-cmrt-3.01.xls": "unsupported_revision",
}


@cache
def expected(name: str) -> dict[str, Any]:
    """What a file's companion says."""
    content: dict[str, Any] = json.loads((_FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))
    return content


@cache
def reference() -> dict[str, Facility]:
    """The ids of all look-up releases."""
    with (_ROOT / "smelters" / "lookup-all-versions.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["cid"]: Facility(row["cid"], row["metal"], row["standard_name"], row["country"])
            for row in csv.DictReader(file)
            if row["cid"]
        }


@cache
def report(name: str) -> Report:
    """Our report on a filled declaration."""
    return check_file(_FOLDER / f"{name}.xlsx", f"{name}.xlsx", _AS_OF, reference())


@pytest.mark.parametrize("name", _FILLED)
def test_fields(name: str):
    want, got = expected(name), report(name).as_json()

    assert (got["template"], got["revision"], got["language"]) == (
        want["template"],
        want["revision"],
        want["ui_language"],
    )
    assert got["scope"] == {key: want["scope"][key] for key in ("code", "description")}
    for field in ("name", "unique_id", "unique_id_authority", "address"):
        assert got["company"][field] == want["company"][field]["raw"]
    for field, filled in got["company"]["filled"].items():
        assert filled == (want["company"][field]["raw"] is not None)
    assert got["effective_date"] == want["company"]["effective_date"]["raw"]
    assert [product._asdict() for product in report(name).reading.products] == want["products"]


@pytest.mark.parametrize("name", _FILLED)
def test_answers(name: str):
    want = {
        (question, mineral): (entry["value"], entry["comment"], entry["cell"])
        for question, answer in expected(name)["answers"].items()
        for mineral, entry in ([(None, answer)] if "cell" in answer else answer.items())
    }
    got = {
        (entry["question"], entry["mineral"]): (entry["answer"], entry["comment"], entry["cell"])
        for entry in report(name).as_json()["answers"]
    }

    assert got == want


@pytest.mark.parametrize("name", _FILLED)
def test_smelter_rows(name: str):
    keys = {
        "row": "row",
        "mineral": "metal",
        "declared_name": "declared_name",
        "declared_id": "declared_cid",
        "resolved_id": "expected_cid",
        "standard_name": "expected_standard_name",
        "status": "status",
    }
    want = [{ours: line[theirs] for ours, theirs in keys.items()} for line in expected(name)["smelters"]]
    got = [{ours: line[ours] for ours in keys} for line in report(name).as_json()["smelters"]]

    assert got == want
    counts = report(name).counts()
    assert counts["smelter_rows"] == expected(name)["smelter_rows"]
    assert counts["by_mineral"] == {k: v for k, v in expected(name)["smelter_rows_by_metal"].items() if v}
    assert counts["by_status"] == expected(name)["status_counts"]
    assert counts["distinct_resolved"] == expected(name)["distinct_resolved_cids"]


@pytest.mark.parametrize("name", _FILLED)
def test_candidates(name: str):
    """Shown to a person, never accepted; an id that contradicts its metal is one as well."""
    for ours, theirs in zip(report(name).lines, expected(name)["smelters"], strict=True):
        if theirs["candidate"]:
            assert [facility.cid for facility in ours.candidates] == [theirs["candidate"]]


@pytest.mark.parametrize("name", _FILLED)
def test_findings_at_their_cells(name: str):
    want = Counter(
        (check["check"], check["severity"], check["cell"])
        for check in expected(name)["checks_must_fail"] + expected(name)["checks_info"]
    )
    got = Counter(
        (f.code, str(f.severity), ",".join(f"{f.sheet}!{cell}" for cell in (f.cell or "").split(",")))
        for f in report(name).findings
        if f.code != "effective_date_old"  # a notice of ours: most of these declarations are of the year before
    )

    assert got == want
    assert report(name).missing_fields == len(expected(name)["template_checker"]["failing"])


def test_smelters_of_two_years_compare_as_expected():
    want = json.loads((_FOLDER / "yoy-nordvik.expected.json").read_text(encoding="utf-8"))
    before, after = (
        {line.resolved_id or line.declared_id for line in report(Path(want[when]["files"][0]).stem).lines}
        for when in ("previous", "current")
    )

    assert {entry["cid"] for entry in want["added"]} == after - before
    assert {entry["cid"] for entry in want["removed"]} == before - after
    assert len(before & after) == want["unchanged"] + len(want["renamed"])


def test_every_negative_has_a_code():
    files = {path.name for path in _FOLDER.glob("neg-*") if path.suffix != ".json"}

    assert files == {name for name in _REFUSED if name.startswith("neg-")}


@pytest.mark.parametrize(("file", "code"), _REFUSED.items())
def test_hostile_files_are_refused_in_time_with_one_clear_error(file: str, code: str):
    start = time.monotonic()
    with pytest.raises(Unreadable) as caught:
        check_file(_FOLDER / file, file, _AS_OF, reference())

    assert caught.value.code == code
    assert caught.value.message.endswith(".")
    assert caught.value.remedy
    assert time.monotonic() - start < 10


def test_the_missing_sheet_and_the_old_revision_are_named():
    for file, words in (
        ("neg-smelter-list-removed.xlsx", ("Smelter List", "CMRT 6.5")),
        ("legacy-cmrt-3.01.xls", ("CMRT revision 3.01", "6.6")),
        ("neg-200k-smelters.xlsx", ("20000", "2,500")),
    ):
        with pytest.raises(Unreadable) as caught:
            check_file(_FOLDER / file, file, _AS_OF)
        for word in words:
            assert word in str(caught.value)


@pytest.fixture
def listener() -> Iterator[list[object]]:
    """Connections to the discard port, where the hostile file points; none may come."""
    seen: list[object] = []
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", 9))
        except OSError:
            pytest.skip("port 9 cannot be listened to here")
        server.listen()
        server.settimeout(2)

        def accept() -> None:
            with suppress(OSError):
                seen.append(server.accept()[1])

        thread = threading.Thread(target=accept)
        thread.start()
        yield seen
        thread.join()


def test_external_entities_are_neither_read_nor_fetched(listener: list[object]):
    canary = Path("/tmp/decl-xxe-canary.txt")  # noqa: S108 - the hostile file names this very path
    canary.write_text("CANARY-7f3a")
    try:
        with pytest.raises(Unreadable) as caught:
            check_file(_FOLDER / "neg-xxe.xlsx", "neg-xxe.xlsx", _AS_OF)
    finally:
        canary.unlink()

    assert "CANARY" not in repr(caught.value) + str(caught.value) + repr(caught.value.params)
    assert listener == []


@pytest.mark.parametrize("path", _BLANK, ids=lambda path: path.name)
def test_blank_templates_lack_what_their_own_checker_counts(path: Path):
    """The total that the spreadsheet program saved in the sheet Checker, against ours."""
    if path.name.startswith("EMRT-1"):
        with pytest.raises(Unreadable, match=r"EMRT revision 1\.2"):
            check_file(path, path.name, _AS_OF)
        return
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Checker").to_python(skip_empty_area=False)
    blank = report_on(read_here(path.read_bytes()), _AS_OF)

    assert blank.missing_fields == max(row[7] for row in rows[40:] if isinstance(row[7], float))
    assert [f.code for f in blank.findings if f.severity is not Severity.ERROR] == []
    assert blank.lines == ()
    assert blank.reading.products == ()


def test_personal_data_stays_out_of_the_report():
    name = "cmrt-6.5-company-full.xl"
    company = expected(name)["company"]
    contacts = [company[field]["raw"] for field in ("contact_name", "contact_email", "authorizer_name")]
    typed = [line["typed"] for line in expected(name)["smelters"]]
    persons = [cells[column] for cells in typed for column in "KL" if column in cells]
    text = json.dumps(report(name).as_json(), ensure_ascii=False) + repr(report(name))

    assert persons
    assert [word for word in contacts + persons if word in text] == []

"""Files as nobody sent them yet: the filled templates, saved by other programs and filled in by other hands.

What a program changes in the file must change nothing in the report. What a hand changes must be read for what it says.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pytest

from portal.declarations.check import Report, report_on
from tests.portal.declarations.expected import JUDGED_ON
from tests.portal.declarations.filling import Cells, fill, part_of
from tests.portal.declarations.savings import SAVINGS, dated, renumbered
from tests.portal.declarations.test_filled_templates import _CASES, _LISTS, blank, serious
from tests.portal.declarations.workbooks import parts_of, read_here

pytestmark = pytest.mark.usefixtures("shared_data")

_BY_NAME = {case[0]: case for case in _CASES}
_LATEST = ("CMRT-6.5-en", "EMRT-2.1-zh", "AMRT-1.3-zh")
_CMRT = _LATEST[0]


def filled(name: str, *, also: Cells | None = None, rows: Cells | None = None) -> bytes:
    """The complete declaration on a template, some cells of the form or of the smelter list written otherwise."""
    _, cells, kind, _ = _BY_NAME[name]
    return fill(
        blank(name), {"Declaration": {**cells, **(also or {})}, "Smelter List": {**_LISTS[kind], **(rows or {})}}
    )


def report(data: bytes) -> Report:
    """What is said of a file."""
    return report_on(read_here(data), JUDGED_ON)


@cache
def plain(name: str) -> dict[str, Any]:
    """What is said of the complete declaration as it is."""
    return report(filled(name)).as_json(contact=True)


_SAVED = [(_LATEST[place % 3], saved) for place, saved in enumerate(SAVINGS)] + [
    (_CMRT, saved) for saved in SAVINGS[1:4]
]


@pytest.mark.parametrize(("name", "saved"), _SAVED, ids=[f"{name} {saved.__name__}" for name, saved in _SAVED])
def test_how_a_file_was_saved_changes_nothing(name: str, saved: Callable[[bytes], bytes]):
    data = saved(filled(name))

    assert data != filled(name)
    assert report(data).as_json(contact=True) == plain(name)


@pytest.mark.parametrize(
    ("cell", "from_1904"),
    [
        ('<c r="{r}" s="{s}"><v>46296</v></c>', False),  # the template's own date format
        ('<c r="{r}"><v>46296</v></c>', False),  # no format
        ('<c r="{r}"><v>44834</v></c>', True),
        ('<c r="{r}" s="{s}"><v>44834</v></c>', True),
        ('<c r="{r}" t="d"><v>2026-10-01T00:00:00</v></c>', False),
        *(
            (f'<c r="{{r}}" t="inlineStr"><is><t>{text}</t></is></c>', False)
            for text in ("1-Oct-2026", "October 1, 2026", "2026年10月1日", " 2026-10-01 ", "２０２６-10-01")
        ),
    ],
)
def test_a_date_is_read_however_it_is_stored(cell: str, from_1904: bool):
    style = _style_of_date()
    data = dated(filled(_CMRT), "D22", cell.format(r="D22", s=style), from_1904=from_1904)

    assert read_here(data).effective_date == date(2026, 10, 1)


@cache
def _style_of_date() -> str:
    parts = parts_of(blank(_CMRT))
    found = re.search(r'<c r="D22" s="(\d+)"', parts[part_of(parts, "Declaration")].decode())
    assert found
    return found[1]


@pytest.mark.parametrize(
    "answer", ["yes", " YES ", "Ｙｅｓ", "是", "はい", "예", "Oui", "Ja", "Sim", "Sí", "Evet", "Yes\u00a0"]
)
def test_an_answer_counts_in_any_language_of_the_templates(answer: str):
    got = report(filled(_CMRT, also={"D26": answer, "D75": answer}))

    assert (got.reading.answer("Q1", "Tantalum"), got.reading.answer("A")) == ("Yes", "Yes")
    assert serious(got) == []


@pytest.mark.parametrize("said", ["Greater than 90 %", "大于 90%", "Supérieur à 90 %", "grösser als 90%"])
def test_a_share_counts_in_any_language_of_the_templates(said: str):
    assert read_here(filled(_CMRT, also={"D56": said})).answer("Q6", "Tantalum") == "Greater than 90%"


@pytest.mark.parametrize(
    ("metal", "english"),
    [
        ("金", "Gold"),
        ("Étain ", "Tin"),
        ("WOLFRAM", "Tungsten"),
        ("Guld", "Gold"),
        ("Ｇｏｌｄ", "Gold"),
        ("Ta", "Tantalum"),
    ],
)
def test_a_metal_counts_in_any_language_of_the_templates(metal: str, english: str):
    got = report(filled(_CMRT, rows={"B9": metal, "C9": "Smelter not yet identified"}))

    assert [line.metal for line in got.lines if line.row == 9] == [english]
    assert serious(got) == []


def test_metals_of_another_language_are_no_moved_columns():
    rows = dict(zip(("B9", "B10", "B11", "B12"), ("钽", "锡", "金", "钨"), strict=True))
    names = dict.fromkeys(("C9", "C10", "C11", "C12"), "Smelter not yet identified")

    assert len(report(filled(_CMRT, rows={**rows, **names})).lines) == len(plain(_CMRT)["smelters"]) + 4


@pytest.mark.parametrize("typed", ["cid000035", " CID000035 ", "ＣＩＤ000035", "CID000035\u200b"])
def test_an_id_is_known_however_it_is_typed(typed: str):
    got = report(filled(_CMRT, rows={"A5": typed}))

    assert (got.lines[0].row, got.lines[0].resolved_id) == (5, "CID000035")
    assert serious(got) == []


@pytest.mark.parametrize("moved", [{8: 40}, {5: 11, 6: 1204}, {8: 2504}])
def test_blank_rows_between_smelters_are_passed_over(moved: dict[int, int]):
    got = report(renumbered(filled(_CMRT), "Smelter List", moved))
    want = [{**one, "row": moved.get(one["row"], one["row"])} for one in plain(_CMRT)["smelters"]]

    assert got.as_json()["smelters"] == sorted(want, key=lambda one: one["row"])
    assert serious(got) == []


def test_rows_below_the_table_are_read_and_said():
    got = report(renumbered(filled(_CMRT), "Smelter List", {8: 2600}))

    assert got.lines[-1].row == 2600
    assert ("rows_beyond_template", "A2505") in [(f.code, f.cell) for f in got.findings]
    assert serious(got) == []


# What the rows and answers are changed to -> the one finding more, and its cell
_ALONE: list[tuple[str, Cells, Cells, str, str]] = [
    ("duplicate", {}, {"A9": "CID000035"}, "duplicate_smelter", "5:5,9:9"),
    ("malformed", {}, {"A9": "CID00035"}, "cid_malformed", "A9"),
    ("unknown", {}, {"A9": "CID999999"}, "cid_unknown", "A9"),
    ("metal", {}, {"A9": "CID000058", "B9": "Tin"}, "cid_metal_mismatch", "A9"),
    ("name", {}, {"B9": "Tin", "C9": "No Such Smelter"}, "name_not_in_lookup", "C9"),
    ("country", {}, {"A9": "CID000058", "E9": "PERU"}, "country_differs", "E9"),
    ("recycled", {"D52": "Yes"}, {"P5": "Nein"}, "q5_yes_but_not_recycled", "D52"),
    ("mine", {"D52": "Yes"}, {"N5": "Carolina Pit in Northern China"}, "q5_yes_but_not_recycled", "D52"),
    ("covered", {}, {"O5": "Rwanda, not DRC"}, "q3_no_but_covered_country", "D40"),
    ("shares", {"D58": "None"}, {}, "q6_none_but_q7_yes", "D64"),
    ("old", {"D22": "2025-10-01"}, {}, "effective_date_old", "D22"),
    ("future", {"D22": "2026-12-24"}, {}, "effective_date_future", "D22"),
    ("no day", {"D22": "03/04/2026"}, {}, "effective_date_invalid", "D22"),
    ("scope", {"D9": "Company"}, {}, "scope_invalid", "D9"),
    ("answer", {"D26": "perhaps"}, {}, "answer_invalid", "D26"),
    ("address", {"G77": "ask us"}, {}, "policy_url_invalid", "G77"),
]


@pytest.mark.parametrize(("also", "rows", "code", "cell"), [one[1:] for one in _ALONE], ids=[one[0] for one in _ALONE])
def test_each_contradiction_is_found_alone(also: Cells, rows: Cells, code: str, cell: str):
    before = {(f["code"], f["cell"]) for f in plain(_CMRT)["findings"]}
    after = {(f.code, f.cell) for f in report(filled(_CMRT, also=also, rows=rows)).findings}

    assert (code, cell) in after - before
    assert {other for other, _ in after - before} <= {code, "answer_missing", "scope_description_missing"}


@pytest.mark.parametrize(
    ("also", "rows"),
    [
        ({}, {"O5": "Not from DRC or adjoining countries"}),
        ({}, {"O5": "DRC conflict-free"}),
        ({"D52": "Yes"}, {"P5": "是", "N5": "Recycled, n/a"}),
        ({}, {"A9": "CID000058", "E9": "Brasil"}),
        ({"D9": "Ａ．Company"}, {}),
        ({"D22": "30/09/2026"}, {}),
    ],
)
def test_what_says_the_same_in_other_words_is_no_finding(also: Cells, rows: Cells):
    before = {(f["code"], f["cell"]) for f in plain(_CMRT)["findings"]}

    assert {(f.code, f.cell) for f in report(filled(_CMRT, also=also, rows=rows)).findings} <= before

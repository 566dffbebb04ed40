"""Every blank template filled in by the addresses of TEMPLATES.md: complete, then with one answer taken away.

The addresses stand here a second time on purpose: layouts.toml cannot vouch for itself.
"""

from functools import cache
from typing import Any

import pytest

from portal.declarations.check import Report, report_on
from portal.declarations.reading.unreadable import Unreadable
from tests.portal.declarations.expected import JUDGED_ON, ROOT
from tests.portal.declarations.filling import Cells, fill
from tests.portal.declarations.workbooks import read_here

pytestmark = pytest.mark.usefixtures("shared_data")


def _company(cells: str) -> Cells:
    """Name, scope, contact, e-mail, phone, authorizer, e-mail, date at these addresses."""
    texts = ("Example AS", "A. Company", "A Person", "a@example.com", "+00", "B Person", "b@example.com", "2026-10-01")
    return dict(zip(cells.split(), texts, strict=True))


def _block(first: int, *answers: str) -> Cells:
    return {f"D{row}": answer for row, answer in enumerate(answers, first)}


_CMRT = {
    **_company("D8 D9 D15 D16 D17 D18 D20 D22"),
    **_block(26, *["Yes"] * 4),
    **_block(32, *["Yes"] * 4),
    **_block(38, *["No"] * 4),
    **_block(44, *["No"] * 4),
    **_block(50, *["No"] * 4),
    **_block(56, *["100%"] * 4),
    **_block(62, *["Yes"] * 4),
    **_block(68, *["Yes"] * 4),
    **{f"D{row}": "Yes" for row in (75, 77, 79, 81, 85, 87)},
    **{"D83": "No", "D89": "No", "G77": "https://example.com/policy"},
}
_EMRT_2 = {
    **_company("D8 D9 D19 D20 D21 D22 D24 D26"),
    **{"D12": "Nickel", "E12": "Cobalt", "G12": "(Delete Graphite)", "D13": None, "E13": "Mica", "G13": None},
    **_block(30, "Yes", "Yes", "Not declaring"),
    **_block(42, "Yes", "Yes"),
    **_block(54, "No", "No"),
    **_block(66, "No", "No"),
    **_block(78, "Did not survey", "Greater than 90%"),
    **_block(90, "Yes", "Yes"),
    **_block(102, "Yes", "Unknown"),
    **_block(120, "Yes", "Yes, when more processors are validated"),
    **{f"D{row}": "Yes" for row in (115, 117, 131, 135, 137)},
    **{"D133": "No", "G117": "https://example.com/policy"},
}
_EMRT_1 = {
    **_company("D8 D9 D15 D16 D17 D18 D20 D22"),
    **_block(26, "Yes", "Yes"),
    **_block(32, "Yes", "Yes"),
    **_block(38, "DRC only", "India and/or Madagascar only"),
    **_block(44, "No"),
    **_block(50, "1", "Greater than 90%"),
    **_block(56, "Yes", "Yes"),
    **_block(62, "Yes", "Yes"),
    **_block(74, "Yes", "Yes, when more processors are validated"),
    **{f"D{row}": "Yes" for row in (69, 71, 77, 81, 83)},
    **{"D79": "Yes, Using Other Format (Describe)", "G79": "Own form", "G71": "https://example.com/policy"},
}
_AMRT_121 = {
    **_company("D8 D9 D17 D18 D19 D20 D22 D24"),
    **dict.fromkeys(["H12", "I12", "D13", "E13", "G13", "H13", "I13"]),
    **{"D12": "Zinc", "E12": "Silver", "G12": "Lead"},
    **_block(28, "Unknown", "Yes", "Yes"),
}
_AMRT_13 = {
    **_company("D8 D9 D20 D21 D22 D23 D25 D27"),
    **{"D12": "Zinc", "E12": "Other [specify below]", "G12": "Silver", "E15": "Gallium"},
    **_block(31, "Yes", "Yes", "Not declaring"),
}
_LISTS: dict[str, Cells] = {  # one smelter for each mineral that is in use
    "CMRT": {
        "A5": "CID000035",
        "A6": "CID000292",
        "B7": "Tantalum",
        "C7": "Smelter not yet identified",
        "A8": "CID000105",
    },
    "EMRT-1.2": {"A5": "CID003927", "B6": "Mica", "C6": "Smelter not listed", "D6": "Mica Works", "E6": "INDIA"},
    "EMRT-2": {"B5": "Cobalt", "C5": "Smelter not yet identified", "B6": "Mica", "C6": "Smelter not yet identified"},
    "AMRT-1.21": {
        "A5": "Silver",
        "B5": "Silver Works",
        "C5": "NORWAY",
        "A6": "Zinc",
        "B6": "Zinc Works",
        "C6": "SPAIN",
    },
    "AMRT-1.3": {"B5": "Gallium", "C5": "Smelter not listed", "D5": "Ga Works", "E5": "CHINA", "B6": "Silver"}
    | {"C6": "Smelter not yet identified"},
}
# template, cells of the declaration, list, gap -> code and cell of the only finding
_CASES: list[tuple[str, Cells, str, dict[str, tuple[str, str]]]] = [
    ("CMRT-6.01-zh", {**_CMRT, **_block(56, *["1"] * 4)}, "CMRT", {"D39": ("answer_missing", "D39")}),
    ("CMRT-6.31-zh", _CMRT, "CMRT", {"D56": ("answer_missing", "D56"), "D20": ("authorizer_email_missing", "D20")}),
    ("CMRT-6.4-en", _CMRT, "CMRT", {"D71": ("answer_missing", "D71"), "G77": ("policy_url_missing", "G77")}),
    ("CMRT-6.5-en", _CMRT, "CMRT", {"D89": ("answer_missing", "D89"), "D22": ("effective_date_missing", "D22")}),
    ("EMRT-1.2-zh", _EMRT_1, "EMRT-1.2", {"D44": ("answer_missing", "D44"), "G79": ("format_not_described", "G79")}),
    ("EMRT-2.0-en", _EMRT_2, "EMRT-2", {"D79": ("answer_missing", "D79"), "D120": ("answer_missing", "D120")}),
    ("EMRT-2.1-zh", _EMRT_2, "EMRT-2", {"D43": ("answer_missing", "D43"), "D19": ("contact_name_missing", "D19")}),
    (
        "AMRT-1.21-en",
        _AMRT_121,
        "AMRT-1.21",
        {"D29": ("answer_missing", "D29"), "D22": ("authorizer_email_missing", "D22")},
    ),
    ("AMRT-1.3-zh", _AMRT_13, "AMRT-1.3", {"D32": ("answer_missing", "D32"), "E15": ("other_mineral_missing", "E15")}),
]


@cache
def blank(name: str) -> bytes:
    """A published template without answers."""
    return (ROOT / "templates" / f"{name}.xlsx").read_bytes()


def filled(name: str, cells: Cells, rows: str, **also: Any) -> Report:
    """The report on a filled copy."""
    return report_on(
        read_here(fill(blank(name), {"Declaration": cells, "Smelter List": _LISTS[rows], **also})), JUDGED_ON
    )


def serious(report: Report) -> list[tuple[str, str | None]]:
    """Errors, the part that the template's own Checker speaks of."""
    return [(f.code, f.cell) for f in report.findings if f.severity == "error"]


@pytest.mark.parametrize(("name", "cells", "rows"), [case[:3] for case in _CASES], ids=[case[0] for case in _CASES])
def test_a_complete_declaration_lacks_nothing(name: str, cells: Cells, rows: str):
    report = filled(name, cells, rows)

    assert serious(report) == []
    assert report.missing_fields == 0
    assert f"{report.reading.kind}-{report.reading.revision}" == name.rsplit("-", 1)[0]
    typed = {address: text for address, text in cells.items() if address.startswith("D") and int(address[1:]) > 27}
    got = {a.cell: a.answer for a in report.reading.answers if a.answer}
    assert {cell: {"100%": "1"}.get(text or "", text) for cell, text in got.items() if cell in typed} == {
        cell: {"100%": "1"}.get(text or "", _canonical(text)) for cell, text in typed.items() if cell in got
    }
    assert {line.reported.row for line in report.lines if line.reported} == {int(cell[1:]) for cell in _LISTS[rows]}


def _canonical(text: str | None) -> str | None:
    """The template writes this answer in two ways."""
    return "Yes, using other format (describe)" if text == "Yes, Using Other Format (Describe)" else text


@pytest.mark.parametrize(
    ("name", "cells", "rows", "gap", "finding"),
    [(*case[:3], gap, finding) for case in _CASES for gap, finding in case[3].items()],
    ids=[f"{case[0]} {gap}" for case in _CASES for gap in case[3]],
)
def test_one_gap_is_one_finding_at_its_cell(name: str, cells: Cells, rows: str, gap: str, finding: tuple[str, str]):
    report = filled(name, {**cells, gap: None}, rows)

    assert finding in serious(report)
    assert report.missing_fields == (2 if gap == "E15" else 1)  # unnamed, the next mineral moves into its answers


@pytest.mark.parametrize(("name", "cells", "rows"), [case[:3] for case in _CASES], ids=[case[0] for case in _CASES])
def test_a_mineral_in_use_needs_a_smelter(name: str, cells: Cells, rows: str):
    one_less = {**_LISTS[rows], **{cell: None for cell in _LISTS[rows] if cell.endswith("5")}}
    report = report_on(read_here(fill(blank(name), {"Declaration": cells, "Smelter List": one_less})), JUDGED_ON)

    assert [code for code, _ in serious(report)] == ["no_smelter_for_metal"]


@pytest.mark.parametrize(
    ("name", "claim", "revision", "notice"),
    [
        ("EMRT-2.1-zh", "Revision 2.2\nApril 2026", "2.2", "revision_newer"),
        ("CMRT-6.5-en", "Revision 6.6\nApril 24, 2026", "6.6", "revision_newer"),
        ("AMRT-1.3-zh", "Revision 1.4\nApril 2026", "1.4", "revision_newer"),
        ("CMRT-6.5-en", "Revision 6.4\nApril 26, 2024", "6.5", "revision_mismatch"),
        ("EMRT-1.2-zh", "Revision 2.1\nOctober 17, 2025", "1.2", "revision_mismatch"),
        ("EMRT-2.0-en", "Version 1.3\nApril 26, 2024", "2.0", "revision_mismatch"),
        ("AMRT-1.3-zh", "Revision 1.21\nMay 16, 2025", "1.3", "revision_mismatch"),
        ("AMRT-1.21-en", "Revision 1.3\nOctober 17, 2025", "1.21", "revision_mismatch"),
        ("CMRT-6.4-en", None, "6.4", None),
    ],
)
def test_cell_and_structure_establish_the_revision_together(
    name: str, claim: str | None, revision: str, notice: str | None
):
    cells = {"Declaration": {"J3": claim}, "Smelter List": {"O3" if name == "AMRT-1.21-en" else "Q3": claim}}
    reading = read_here(fill(blank(name), cells))

    assert (reading.revision, str(reading.kind)) == (revision, name[:4])
    assert [n.code for n in reading.notices if n.code.startswith("revision")] == ([notice] if notice else [])


def test_a_newer_revision_with_another_structure_is_refused_by_name():
    cells = {"Declaration": {"J3": "Revision 2.2\nApril 2026", "B147": "Yes"}, "Smelter List": {"Q3": "Revision 2.2\n"}}
    with pytest.raises(Unreadable, match=r"EMRT revision 2\.2") as caught:
        read_here(fill(blank("EMRT-2.1-zh"), cells))

    assert caught.value.code == "unsupported_revision"

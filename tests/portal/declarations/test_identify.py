"""Which template a workbook is: revision cell, structure and look-up sheet heard together."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from openpyxl import Workbook

from portal.declarations.reading import identify
from portal.declarations.reading.unreadable import Unreadable
from portal.declarations.reading.versions import known_versions, layout
from portal.declarations.rules import LookupRow, TemplateKind
from tests.portal.declarations.workbooks import LOOKUP, Draft, read_here

_COBALT = (
    ("Cobalt", "Kobolt Works", "Kobolt Works", "FINLAND", "CID900101"),
    ("Mica", "Mica Trial", "Mica Trial", "INDIA", "CID900102"),
)


def refused(draft: Draft) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read_here(draft.to_bytes())
    return caught.value


def codes(draft: Draft) -> list[str]:
    return [notice.code for notice in draft.read().notices]


def test_every_version_has_a_layout_and_its_own_fingerprint():
    entries = [entry for kind in TemplateKind for entry in known_versions(kind).values()]

    assert {entry["layout"] for entry in entries} == {layout(entry["layout"]).name for entry in entries}
    marks = [entry["fingerprint"] for entry in entries if "fingerprint" in entry]
    assert len(marks) == len(set(marks))


@pytest.mark.parametrize("revision", list(known_versions(TemplateKind.CMRT)))
def test_every_known_revision_is_read(revision: str):
    reading = Draft(cells={"J3": f"Revision {revision}\nsome day"}).read()

    assert reading.revision == revision
    assert reading.answer("Q8", "Tungsten") == "Yes"


@pytest.mark.parametrize("revision", ["6.6", "6.61", "6.32"])
def test_an_unknown_revision_of_the_same_structure_is_read_with_a_notice(revision: str):
    draft = Draft(cells={"J3": f"Revision {revision}\nApril 2026"})

    assert draft.read().revision == revision
    assert "revision_newer" in codes(draft)


@pytest.mark.parametrize("revision", ["2.03", "3.01", "4.20", "5.12"])
def test_old_revisions_are_refused_by_name_with_the_current_one(revision: str):
    error = refused(Draft(cells={"J3": f"Revision {revision}\nMay 30, 2014"}))

    assert error.code == "unsupported_revision"
    assert f"CMRT revision {revision}" in error.message
    assert "6.6" in error.message
    assert error.remedy


@pytest.mark.parametrize("revision", ["6.6", "7.0"])
def test_an_unknown_revision_is_read_only_if_every_fixed_text_stands_in_its_place(revision: str):
    def one_text_gone(book: Workbook) -> None:
        book["Smelter Look-up"]["J4"] = None

    cells = {"J3": f"Revision {revision}\nApril 2027"}

    assert Draft(cells=cells).read().revision == revision
    error = refused(Draft(cells=cells, change=one_text_gone))
    assert error.code == "unsupported_revision"
    assert f"CMRT revision {revision}" in error.message


@pytest.mark.parametrize("sheet", ["Smelter List", "Product List", "Smelter Look-up"])
def test_a_missing_sheet_is_named(sheet: str):
    error = refused(Draft(without=[sheet]))

    assert error.code == "sheet_missing"
    assert f"“{sheet}”" in error.message
    assert "CMRT 6.5" in error.message


def test_a_workbook_without_a_declaration_is_no_declaration():
    assert refused(Draft(without=["Declaration"])).code == "not_a_declaration"


def _inserted(sheet: str, method: str, place: int) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        getattr(book[sheet], method)(place)

    return change


@pytest.mark.parametrize(
    ("sheet", "method", "place"),
    [
        ("Smelter List", "insert_cols", 2),
        ("Smelter List", "delete_cols", 4),
        ("Smelter List", "insert_rows", 2),
        ("Declaration", "insert_rows", 24),
        ("Declaration", "insert_rows", 60),
        ("Declaration", "delete_rows", 11),
        ("Declaration", "insert_cols", 3),
    ],
)
def test_moved_rows_and_columns_are_refused(sheet: str, method: str, place: int):
    error = refused(Draft(change=_inserted(sheet, method, place)))

    assert error.code == "layout_mismatch"
    assert error.place == sheet
    assert "CMRT 6.5" in error.message


def test_a_moved_column_is_seen_without_any_fixed_text():
    def numbered(book: Workbook) -> None:
        book["Smelter List"].insert_cols(2)
        for number in range(5, 10):
            book["Smelter List"][f"B{number}"] = f"V-000{number}"

    error = refused(Draft(anchors=False, change=numbered))

    assert error.code == "layout_mismatch"
    assert "V-0005" in error.message


def test_a_form_without_the_fixed_texts_is_read_if_nothing_contradicts_it():
    assert len(Draft(anchors=False).read().rows) == 5


def test_one_foreign_metal_is_a_row_with_a_fault_not_another_layout():
    rows = ({"B": "Copper", "C": "Somebody"}, {"B": "Gold", "C": "Baltic Sample Gold"})

    assert [row.metal for row in Draft(rows=rows).read().rows] == ["Copper", "Gold"]


def test_the_revision_cells_of_two_sheets_disagree():
    def other(book: Workbook) -> None:
        book["Smelter List"]["Q3"] = "Revision 6.1\n2021"

    assert "revision_cells_differ" in codes(Draft(change=other))


def test_the_look_up_shows_that_the_revision_cell_was_edited(monkeypatch: pytest.MonkeyPatch):
    mark = identify.fingerprint(Draft().read().lookup)
    monkeypatch.setitem(known_versions(TemplateKind.CMRT)["6.1"], "fingerprint", mark)

    reading = Draft(cells={"J3": "Revision 6.5\nApril 25, 2025"}).read()

    assert reading.revision == "6.1"
    (notice,) = (notice for notice in reading.notices if notice.code == "revision_mismatch")
    assert notice.params == {"claimed": "6.5", "found": "6.1"}


def test_the_look_up_names_the_revision_where_the_cells_are_empty(monkeypatch: pytest.MonkeyPatch):
    assert refused(Draft(cells={"J3": None})).code == "revision_missing"

    mark = identify.fingerprint(Draft().read().lookup)
    monkeypatch.setitem(known_versions(TemplateKind.CMRT)["6.4"], "fingerprint", mark)
    assert Draft(cells={"J3": None}).read().revision == "6.4"


def test_a_look_up_that_was_not_published_so_is_noticed():
    assert "lookup_altered" in codes(Draft())


def test_the_fingerprint_is_of_the_content_not_of_its_order_or_spelling():
    rows = [
        LookupRow("Gold", "A  Works", "A Works", None, "CID900001"),
        LookupRow("Tin", "B", "B", "PERU", "CID900002"),
    ]
    same = [LookupRow("Tin", "b", "other", None, "CID900002"), LookupRow("Gold", "a works", "x", None, "CID900001")]

    assert identify.fingerprint(rows) == identify.fingerprint(same)
    assert identify.fingerprint(rows) != identify.fingerprint(rows[:1])


def _sheets(*names: str) -> dict[str, Any]:
    return {"also": names, "lookup": _COBALT, "rows": ()}


@pytest.mark.parametrize(
    ("draft", "kind", "revision"),
    [
        (Draft(cells={"J3": "Version 1.02\n2021"}, **_sheets()), "EMRT", "1.02"),
        (Draft(cells={"J3": "Revision 1.1\n2023"}, **_sheets("Mine List", "Minerals Scope")), "AMRT", "1.1"),
        (Draft(cells={"J3": "Revision 2.2\n2020"}, rows=(), lookup=_COBALT[:1]), "CRT", "2.2"),
    ],
)
def test_other_templates_are_recognised_and_refused_by_name(draft: Draft, kind: str, revision: str):
    error = refused(draft)

    assert error.code in ("unsupported_revision", "template_not_supported")
    assert f"{kind} revision {revision}" in error.message


@pytest.mark.parametrize(
    ("text", "revision"),
    [
        ("Revision 6.5\nApril 25, 2025", "6.5"),
        ("Version 1.2\nMay 12, 2023", "1.2"),
        ("revision   6.31", "6.31"),
        ("6.5", None),
        ("Revision", None),
        ("", None),
        (None, None),
    ],
)
def test_what_a_revision_cell_says(text: str | None, revision: str | None):
    assert identify.revision_in(text) == revision


def _emrt(cells: dict[str, Any], rows: Sequence[dict[str, str]] = (), revision: str = "2.1") -> Draft:
    """A form at the cells of EMRT 2.x: minerals, company four rows lower, answers in alphabetical order."""
    base: dict[str, Any] = dict.fromkeys([*(f"D{n}" for n in range(26, 90)), "D12", "D13", "D14"])
    company = {f"D{n}": "text" for n in (19, 21, 22)} | {"D20": "a@example.org", "D24": "b@example.org"}
    cells = {**base, **company, "J3": f"Revision {revision}\n2025", "D26": "2026-01-02", **cells}
    return Draft(cells=cells, rows=rows, lookup=_COBALT, also=("Mine List",), anchors=False)


def test_emrt_rows_are_the_chosen_minerals_in_alphabetical_order():
    cells = {"D12": "Mica", "E12": "(Delete Copper)", "G13": "Cobalt", "D30": "Yes", "D31": "No", "D42": "Unknown"}
    reading = _emrt(cells, rows=[{"A": "CID900101"}]).read()

    assert (reading.kind, reading.revision) == ("EMRT", "2.1")
    assert reading.minerals == ("Cobalt", "Mica")
    assert (reading.answer("Q1", "Cobalt"), reading.answer("Q1", "Mica")) == ("Yes", "No")
    assert reading.answer("Q2", "Cobalt") == "Unknown"
    assert {(a.mineral, a.cell) for a in reading.answers if a.question == "C"} == {("Cobalt", "D120"), ("Mica", "D121")}


def test_the_structure_overrules_the_revision_cell_where_the_layouts_differ():
    """A form of EMRT 1 that calls itself 2.1: its fixed texts are those of 1, and none of 2."""

    def as_emrt_1(book: Workbook) -> None:
        sheet, smelters = book["Declaration"], book["Smelter List"]
        sheet["B92"], sheet["B93"] = "Unknown", "Not applicable for this declaration"
        sheet["B98"] = sheet["B104"] = None
        smelters["X4"], smelters["R4"] = "Smelter Not Listed", "Standard Smelter Name"
        smelters["W3"] = smelters["Z3"] = None

    draft = Draft(cells={"J3": "Revision 2.1\n2025"}, rows=[{"A": "CID900101"}], lookup=_COBALT, change=as_emrt_1)
    reading = draft.read()

    assert (reading.kind, reading.revision, reading.layout_name) == ("EMRT", "1.3", "emrt-1")
    assert "revision_mismatch" in [notice.code for notice in reading.notices]
    assert [(a.mineral, a.cell) for a in reading.answers if a.question == "Q4"] == [("Cobalt", "D44")]


def test_a_sheet_of_another_family_does_not_make_it_that_family():
    assert Draft(also=("Mine List", "Minerals Scope")).read().kind == "CMRT"


def test_the_look_up_of_the_drafts_is_not_a_published_one():
    assert all(entry[4] == "" or entry[4].startswith("CID9000") for entry in LOOKUP)

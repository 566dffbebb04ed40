"""Findings letters: the supplier's language, where each fault stands, a tagged PDF with its fonts, a plain workbook."""

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from portal import db
from portal.declarations.letters.content import letter_of
from portal.declarations.letters.making import make_letter, pdf_of, xlsx_of
from portal.declarations.letters.pdf import MOST
from portal.declarations.letters.rules import LANGUAGES
from portal.declarations.models import Declaration, DeclarationFinding
from portal.documents.coverage import showable
from tests.factories.declarations import make_declaration
from tests.factories.registry import make_supplier

FINDINGS: tuple[Any, ...] = (
    ("company_name_missing", "error", "Declaration", "D8", {}),
    ("scope_invalid", "error", "Declaration", "D9", {"value": '#read("/etc/passwd") <b> *x*'}),
    ("cid_unverified", "warning", "Smelter List", "F17", {"row": 17, "value": "CID999999"}),
)


def declaration(findings=FINDINGS[:2], **values) -> Declaration:
    fields = {
        "template": "CMRT",
        "revision": "6.5",
        "company_name": "Nordvik Displays AS",
        "effective_date": date(2026, 6, 30),
        "received_on": date(2026, 7, 15),
        "counts": {"errors": 2, "smelter_rows": 10, "resolved": 7},
        "rules_version": "2026.1",
        **values,
    }
    rows = [
        DeclarationFinding(position=place, code=code, severity=severity, sheet=sheet, cell=cell, params=params)
        for place, (code, severity, sheet, cell, params) in enumerate(findings)
    ]
    return Declaration(**fields, findings=rows)


def letter(app, language="en", **values):
    with app.test_request_context():
        return letter_of(
            declaration(**values),
            supplier="Nordvik Displays AS",
            sender="City of Stavanger",
            language=language,
            due_on=date(2026, 12, 1),
        )


def made(app, **values):
    with app.test_request_context():
        return pdf_of(letter(app, **values))


def reader(pdf: bytes) -> Any:
    return PdfReader(io.BytesIO(pdf))


def sheet_of(workbook: bytes) -> Any:
    return load_workbook(io.BytesIO(workbook)).active


def text_of(pdf: bytes) -> str:
    """The text as a reader gets it, with one space where the lines break."""
    return " ".join(" ".join(page.extract_text() for page in reader(pdf).pages).split())


def test_each_language_has_words_of_its_own(app) -> None:
    company = {language: letter(app, language).must[0].what for language in LANGUAGES}
    assert company["en"] == "The company name is missing."
    assert len(set(company.values())) == len(LANGUAGES)
    assert "1 de diciembre de 2026" in " ".join(letter(app, "es").opening)


def test_the_pdf_is_tagged_titled_and_brings_its_fonts(app) -> None:
    pdf = reader(made(app, language="sv"))
    root = pdf.root_object
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "sv"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert pdf.metadata
    assert "CMRT 6.5" in str(pdf.metadata.title)
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_object().get_data()
    kinds = tags(root["/StructTreeRoot"])
    assert {"/P", "/H1", "/Table", "/TR", "/TH", "/TD"} <= kinds
    for font in fonts(pdf):
        assert any(f"/FontFile{number}" in font for number in ("", "2", "3")), font


def tags(node: Any, found: set[str] | None = None) -> set[str]:
    found = set() if found is None else found
    node = node.get_object()
    if isinstance(node, dict):
        if "/S" in node:
            found.add(str(node["/S"]))
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            if not isinstance(child, int):
                tags(child, found)
    return found


def fonts(pdf: Any) -> list[Any]:
    return [
        kid.get_object()["/FontDescriptor"].get_object()
        for page in pdf.pages
        for font in page["/Resources"]["/Font"].values()
        for kid in font.get_object().get("/DescendantFonts", [])
    ]


def test_what_where_why_and_how_stand_in_it(app) -> None:
    text = text_of(made(app))
    for words in ("Declaration, D8", "The company name is missing.", "City of Stavanger", "1 December 2026"):
        assert words in text
    assert "Fill in this cell" in text


def test_what_a_supplier_wrote_is_never_markup(app) -> None:
    text = text_of(made(app))
    assert '#read("/etc/passwd") <b> *x*' in text
    assert "root:" not in text


def test_names_of_all_the_world_are_shown(app) -> None:
    name = "Ålesund Æø Peñarroya Łódź Кольская 流明电子 日本製錬 한국제련"
    text = text_of(made(app, company_name=name)).replace(" ", "")
    assert name.replace(" ", "") in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("流明 å ñ", "流明 å ñ"),
        ("مصهر", "mshr"),
        ("a\u0000b\tc", "ab c"),
        ("\ue000", "?" if "\ue000".isprintable() else ""),
    ],
)
def test_a_character_without_a_glyph_becomes_latin(text, shown) -> None:
    assert showable(text) == shown


def test_a_pdf_is_made_whatever_the_name(app) -> None:
    assert made(app, company_name="\u202eمصهر😀\x00 ไทย \ud7ff\u0301").startswith(b"%PDF")


def test_a_very_long_letter_says_that_the_workbook_has_the_rest(app) -> None:
    many: list[Any] = [("company_name_missing", "error", "Declaration", f"D{row}", {}) for row in range(MOST + 25)]
    content = letter(app, findings=many)
    with app.test_request_context():
        assert "25 more corrections stand in the workbook" in text_of(pdf_of(content))
        sheet = sheet_of(xlsx_of(content))
    assert sheet.max_row == MOST + 26


def test_the_workbook_has_one_correction_a_row_and_no_formula(app) -> None:
    findings = [("scope_invalid", "error", "Declaration", "D9", {"value": "=1+1"}), FINDINGS[0]]
    with app.test_request_context():
        sheet = sheet_of(xlsx_of(letter(app, "nb", findings=findings)))
    assert [cell.value for cell in sheet[3]][1:3] == ["Declaration", "D8"]
    assert all(cell.data_type != "f" for row in sheet for cell in row)


def test_notes_are_not_for_the_supplier_and_nothing_found_is_said(app) -> None:
    content = letter(app, findings=[("template_superseded", "info", None, None, {"revision": "6.4", "current": "6.5"})])
    assert content.corrections == []
    assert "nothing that must be corrected" in content.opening[0]


def test_a_likeness_to_a_sanctions_list_is_never_told_to_the_supplier(app) -> None:
    words = {"row": 5, "name": "Kalvik Gold", "cid": "CID900001", "party": "Kalvik", "program": "EU", "since": "?"}
    candidate = ("sanctions_candidate", "warning", "Smelter List", "A5", words)
    written = letter(app, findings=(*FINDINGS, candidate))
    assert [one.cell for one in written.corrections] == ["D8", "D9", "F17"]


def test_it_is_downloaded_in_the_suppliers_language(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        one = make_declaration(
            owner_id=authority_ids["stavanger"], supplier_id=make_supplier("Fjell Data AS", "NO").id, audience="members"
        )
        db.session.add(
            DeclarationFinding(
                declaration_id=one.id,
                check_id=one.check_id,
                position=0,
                rules_version="test",
                code="company_name_missing",
                severity="error",
                sheet="Declaration",
                cell="D8",
                params={},
            )
        )
    client = client_for("oslo-officer")
    page = client.get(f"/declarations/{one.id}/letter").text
    assert 'lang="nb"' in page
    assert "Declaration, D8" in page
    pdf = client.get(f"/declarations/{one.id}/letter.pdf?language=sv")
    assert pdf.mimetype == "application/pdf"
    assert reader(pdf.data).root_object["/Lang"] == "sv"
    assert "attachment" in pdf.headers["Content-Disposition"]
    assert "City of Oslo" in text_of(pdf.data)
    assert client.get(f"/declarations/{one.id}/letter.xlsx").data.startswith(b"PK")


def test_both_files_have_names(app) -> None:
    with app.test_request_context():
        files = make_letter(declaration(), supplier="Nordvik", sender="Oslo", language="ca")
    assert (files.pdf_name, files.xlsx_name) == ("CMRT-2026-07-15-ca.pdf", "CMRT-2026-07-15-ca.xlsx")

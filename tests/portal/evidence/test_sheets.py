"""Filled-in workbooks are read cell by cell as they stand there, and hostile ones are refused in words."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter
from openpyxl import Workbook

from portal.errors import BadInput
from portal.evidence.sheets import BOUNDS, address, formula_problems, read_sheets
from portal.web.formbook import Formbook
from tests.portal.registry.imports.workbook import with_part

TEXTS = ["=1+1", "+49", "@x", "-", "_x0041_", "a\x0bb", " lead ", "x\r\ny", "\nz", "𝄞 漢", "'q", "\u202ex", "\t=1"]
NUMBERS = [0, -3, 12.5, 0.1, 0.30000000000000004, 1e-9, 123456789012345, 1e14 + 0.5]
DAYS = [date(2026, 3, 12), date(1900, 3, 1), date(1900, 2, 28), date(1, 1, 1), date(9999, 12, 31)]


@pytest.fixture(autouse=True)
def _context(app):
    with app.test_request_context():
        yield


def test_what_is_written_is_read_exactly() -> None:
    with Formbook() as book:
        sheet = book.sheet("Answers")
        for row, values in enumerate([*zip(TEXTS), *zip(NUMBERS), *zip(DAYS)]):
            sheet.write(row, 1, values[0])
    found = read_sheets(book.content)["Answers"]
    assert [found.cell(row, 1) for row in range(len(TEXTS))] == TEXTS
    numbers = [found.cell(row, 1) for row in range(len(TEXTS), len(TEXTS) + len(NUMBERS))]
    assert [float(str(number)) for number in numbers] == NUMBERS
    days = [str(found.cell(len(TEXTS) + len(NUMBERS) + row, 1)) for row in range(len(DAYS))]
    assert days == [day.isoformat() for day in DAYS]
    assert found.cell(0, 0) is None
    assert found.cell(99, 9) is None
    assert found.formulas == frozenset()


def test_texts_that_look_like_formulas_are_quoted_texts() -> None:
    with Formbook() as book:
        book.sheet("A").write(0, 0, '=HYPERLINK("http://x.example","y")')
    with zipfile.ZipFile(io.BytesIO(book.content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")


def test_formulas_are_told_from_values() -> None:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        sheet = book.add_worksheet("A")
        sheet.write_formula("B2", "=1+1", None, 2)
        sheet.write_number("B3", 2)
    found = read_sheets(packed.getvalue())["A"]
    assert found.formulas == {"B2"}
    assert [one.place for one in formula_problems(found)] == ["A!B2"]


def test_addresses() -> None:
    assert [address(0, 0), address(6, 2), address(9, 25), address(9, 26), address(0, 701)] == [
        "A1",
        "C7",
        "Z10",
        "AA10",
        "ZZ1",
    ]


def made(*cells: tuple[str, object]) -> bytes:
    book = Workbook()
    for place, value in cells:
        book.active[place] = value  # type: ignore[index,assignment]
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (BOUNDS.part + 1))
    return packed.getvalue()


def entity() -> bytes:
    return with_part(made(("A1", "x")), "xl/workbook.xml", lambda xml: f"<!DOCTYPE x [<!ENTITY a 'b'>]>{xml}")


def many_rows() -> bytes:
    rows = "<row/>" * 10_000
    return with_part(
        made(("A1", "x")), "xl/worksheets/sheet1.xml", lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData>")
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty"),
        (b"%PDF-1.7", "a PDF document"),
        (b"PK\x03\x04cut off", "damaged or incomplete"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old binary workbook"),
        (b"PK\x03\x04" + b"\0" * (BOUNDS.file + 1), "MB; 5 are taken at most"),
        (bomb(), "unpacks to more"),
        (entity(), "XML document type"),
        (made(("A1", "x"), ("XFD1048576", "y")), "Sheet!XFD1048576: The sheet uses a cell far outside"),
        (made(("A1", "x"), ("A10000", "y")), "Sheet!A10000: The sheet uses a cell far outside"),
        (many_rows(), "Sheet: The sheet has more than 9999 rows"),
    ],
)
def test_hostile_and_broken_files_are_refused_in_words(content: bytes, message: str) -> None:
    with pytest.raises(BadInput, match=message) as raised:
        read_sheets(content)
    assert raised.value.field == "file"
    assert raised.value.remedy

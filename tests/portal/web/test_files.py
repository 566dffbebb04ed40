"""Downloads as CSV and XLSX: formulas are defused, types are right, and files are whole."""

import csv
import io
from datetime import date, datetime
from itertools import chain, repeat
from uuid import UUID

import openpyxl
import pytest

from portal.web import xlsxfile
from portal.web.csvfile import csv_pieces, neutral
from portal.web.xlsxfile import write_xlsx

FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\ufeff=1",
    "  =HYPERLINK(1)",
    "\u200b\ufeff @A1",
    "\xa0=1",
    "＝1+1",
)
HARMLESS = ("Halden AB", "a=b", "3M", "'s-Hertogenbosch", "", "–", "Ærø A/S", "0012")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text_in_csv(text: str) -> None:
    assert neutral(text) == f"'{text}"
    assert list(csv.reader(io.StringIO("".join(csv_pieces([[text]])).removeprefix("\ufeff"), newline=""))) == [
        [f"'{text}"]
    ]


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert neutral(text) == text


def test_csv_is_marked_utf8_and_numbers_stay_numbers() -> None:
    text = "".join(csv_pieces([["Näme", "n"], [None, -5], [date(2026, 1, 2), 0]]))
    assert text == "\ufeffNäme,n\r\n,-5\r\n2026-01-02,0\r\n"


def test_csv_comes_in_pieces() -> None:
    taken = 0

    def rows():
        nonlocal taken
        while taken < 100_000:
            taken += 1
            yield ["x" * 100]

    pieces = csv_pieces(rows())
    next(pieces)
    assert taken < 1_000


def workbook(rows) -> openpyxl.Workbook:
    file = io.BytesIO()
    write_xlsx(rows, file, sheet="Suppliers")
    return openpyxl.load_workbook(file)


def test_xlsx_types() -> None:
    record = UUID(int=7)
    line = ["Halden", date(2026, 1, 2), -5, "00123", None, record, "x" * 40_000]
    sheet = workbook([["a", "b", "c", "d", "e", "f", "g"], line]).active
    assert sheet is not None
    cells = list(sheet[2])
    assert [cell.data_type for cell in cells] == ["s", "d", "n", "s", "n", "s", "s"]
    assert cells[1].value == datetime(2026, 1, 2)
    assert cells[1].number_format == "yyyy-mm-dd"
    assert (cells[2].value, cells[3].value, cells[3].number_format, cells[4].value) == (-5, "00123", "@", None)
    assert cells[5].value == str(record)
    assert len(str(cells[6].value)) == 32_767
    assert str(cells[6].value).endswith("…")
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:G2"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text_in_xlsx_and_stays_so_when_edited(text: str) -> None:
    sheet = workbook([["a"], [text]]).active
    assert sheet is not None
    cell = sheet["A2"]
    assert cell.data_type == "s"
    assert cell.value.removeprefix("_x000D_").strip() == text.strip()
    assert cell.quotePrefix


def test_more_rows_than_a_sheet_has_go_on_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsxfile, "MAX_ROWS", 4)
    book = workbook(chain([["n"]], ([number] for number in range(7))))
    values = [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book]
    assert values == [["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6]]
    assert book.sheetnames == ["Suppliers", "Suppliers 2", "Suppliers 3"]


def test_an_empty_list_is_a_header() -> None:
    sheet = workbook(chain([["a", "b"]], repeat([], 0))).active
    assert sheet is not None
    assert list(sheet.iter_rows(values_only=True)) == [("a", "b")]

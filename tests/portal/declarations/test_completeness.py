"""Completeness by the template's own rules, recomputed."""

from typing import Any

import pytest

from portal.declarations.check import Report, report_on
from portal.declarations.rules import Severity
from tests.portal.declarations.workbooks import ANSWERS, AS_OF, COMPANY, ROWS, Draft


def report(**changes: Any) -> Report:
    return report_on(Draft(**changes).read(), AS_OF)


def places(result: Report, code: str) -> list[str]:
    return [f"{f.sheet}!{f.cell}" for f in result.findings if f.code == code]


def errors(result: Report) -> set[tuple[str, str | None]]:
    return {(f.code, f.cell) for f in result.findings if f.severity is Severity.ERROR}


def test_a_complete_declaration_has_no_errors_and_no_warnings():
    result = report()

    assert [f for f in result.findings if f.severity is not Severity.INFO] == []
    assert result.missing_fields == 0


def test_an_empty_form_lacks_what_the_checker_counts():
    """RMI CMRT 6.5: the Checker of the blank template shows 52."""
    emptied = {address: None for address in {**COMPANY, **ANSWERS} if address != "J3"}
    result = report(cells=emptied, rows=())

    assert result.missing_fields == 52
    assert len(places(result, "answer_missing")) == 8 * 4 + 8
    assert len(places(result, "no_smelter_for_metal")) == 4


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("D8", None, "company_name_missing"),
        ("D8", "   ", "company_name_missing"),
        ("D9", None, "scope_missing"),
        ("D15", None, "contact_name_missing"),
        ("D16", None, "contact_email_missing"),
        ("D16", "n/a", "contact_email_invalid"),
        ("D17", None, "contact_phone_missing"),
        ("D18", None, "authorizer_name_missing"),
        ("D20", None, "authorizer_email_missing"),
        ("D20", "at example.com", "authorizer_email_invalid"),
        ("D22", None, "effective_date_missing"),
        ("D26", None, "answer_missing"),
        ("D59", None, "answer_missing"),
        ("D75", None, "answer_missing"),
        ("D89", None, "answer_missing"),
        ("G77", None, "policy_url_missing"),
    ],
)
def test_each_required_cell(cell: str, value: object, code: str):
    assert (code, cell) in errors(report(cells={cell: value}))


@pytest.mark.parametrize("cell", ["D10", "D12", "D13", "D14", "D19", "D21", "G26"])
def test_cells_that_may_stay_empty(cell: str):
    assert report(cells={cell: None}).missing_fields == 0


def test_the_description_is_needed_only_with_a_scope_of_ones_own():
    own = "C. User defined [Specify in 'Description of scope']"

    assert ("scope_description_missing", "D10") in errors(report(cells={"D9": own}))
    assert report(cells={"D9": own, "D10": "Connectors"}).missing_fields == 0
    assert ("scope_description_missing", "D10") in errors(report(cells={"D9": "All of it"}))


def test_a_scope_of_products_needs_products():
    products = "B. Product (or List of Products)"

    assert places(report(cells={"D9": products}), "products_missing") == ["Product List!B6"]
    assert places(report(cells={"D9": products}, products=({"C": "a name only"},)), "products_missing")
    assert report(cells={"D9": products}, products=({"B": "42"},)).missing_fields == 0


def test_no_to_question_1_ends_the_questions_for_that_metal():
    cells = {"D27": "No"} | {f"D{first + 1}": None for first in (32, 38, 44, 50, 56, 62, 68)}
    without_tin = [row for row in ROWS if row.get("B") != "Tin"]

    assert report(cells=cells, rows=without_tin).missing_fields == 0


def test_no_to_question_2_ends_the_questions_for_that_metal():
    cells = {"D33": "No"} | {f"D{first + 1}": None for first in (38, 44, 50, 56, 62, 68)}
    without_tin = [row for row in ROWS if row.get("B") != "Tin"]

    assert report(cells=cells, rows=without_tin).missing_fields == 0


def test_with_no_metal_in_scope_the_company_questions_fall_away():
    cells: dict[str, Any] = dict.fromkeys(ANSWERS) | {f"D{row}": "No" for row in range(26, 30)}

    assert report(cells=cells, rows=()).missing_fields == 0


def test_answers_after_an_open_question_do_not_count():
    """Checker B19: question 2 shows only after a Yes to question 1, although it is filled."""
    result = report(cells={"D26": None})
    missing = {f.cell: dict(f.params) for f in result.findings if f.code == "answer_missing"}

    assert set(missing) == {"D26", "D32", "D38", "D44", "D50", "D56", "D62", "D68"}
    assert "cascade" not in missing["D26"]
    assert missing["D44"]["cascade"] is True
    assert result.missing_fields == 8
    messages = {f["cell"]: f["message"] for f in result.as_json()["findings"]}
    assert messages["D44"] == "Question Q4 (Tantalum) is answered, but question 1 or 2 before it is not."


def test_every_metal_in_scope_needs_a_row_that_names_something():
    rows = [*ROWS[:3], {"B": "Tantalum"}, ROWS[4]]
    result = report(rows=rows)

    assert places(result, "no_smelter_for_metal") == ["Smelter List!B:B"]
    assert result.findings[0].params["metal"] == "Tantalum"
    unknown = {"B": "Tantalum", "C": "Smelter not yet identified"}
    assert report(rows=[*rows, unknown]).missing_fields == 0


def test_smelters_that_are_not_listed_need_name_and_country():
    rows = [
        *ROWS,
        {"B": "Gold", "C": "Smelter not listed", "D": "New Works"},
        {"B": "Gold", "C": "Smelter Not Listed", "E": "NORWAY"},
        {"B": "Gold", "C": "Smelter not listed"},
    ]
    result = report(rows=rows)

    assert places(result, "not_listed_incomplete") == [f"Smelter List!{cell}" for cell in ("E10", "D11", "D12", "E12")]
    assert result.missing_fields == 1  # the Checker has one line for all of them

"""What only the receiver sees: contradictions, dates, ids, repeated rows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from portal.declarations.check import Report, report_on
from portal.declarations.checks.consistency import is_web_address
from portal.declarations.rules import Finding
from tests.portal.declarations.workbooks import AS_OF, ROWS, Draft


def found(code: str, as_of: date = AS_OF, **changes: Any) -> list[Finding]:
    return [f for f in report(as_of, **changes).findings if f.code == code]


def report(as_of: date = AS_OF, **changes: Any) -> Report:
    return report_on(Draft(**changes).read(), as_of)


def more(*rows: Mapping[str, str]) -> Sequence[Mapping[str, str]]:
    return [*ROWS, *rows]


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 11, 22), None),
        (date(2026, 11, 23), "effective_date_future"),
        (date(2025, 11, 22), None),
        (date(2025, 11, 20), "effective_date_old"),
        ("sometime", "effective_date_invalid"),
    ],
)
def test_the_date_is_judged_against_as_of(day: object, code: str | None):
    codes = {f.code for f in report(cells={"D22": day}).findings if f.cell == "D22"}

    assert codes == ({code} if code else set())


def test_answers_outside_the_lists_are_named():
    (finding,) = found("answer_invalid", cells={"D39": "Perhaps"})

    assert (finding.cell, finding.params["value"], finding.params["label"]) == ("D39", "Perhaps", "Q3 (Tin)")
    assert not found("answer_invalid", cells={"D39": " yes "})


def test_a_scope_outside_the_list_is_named():
    (finding,) = found("scope_invalid", cells={"D9": "Everything", "D10": "all"})

    assert (finding.cell, finding.params["value"]) == ("D9", "Everything")


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        ({"A": "CID90001"}, "cid_malformed", "A10"),
        ({"A": "CID999999"}, "cid_unknown", "A10"),
        ({"A": "CID900001", "B": "Tin"}, "cid_metal_mismatch", "A10"),
        ({"A": "CID900001", "C": "Baltic Sample Gold"}, "cid_name_conflict", "A10"),
        ({"B": "Gold", "C": "Nobody"}, "name_not_in_lookup", "C10"),
        ({"B": "Gold", "C": "Twin Name Works"}, "ambiguous_alias", "C10"),
        ({"C": "Baltic Sample Gold"}, "metal_missing", "B10"),
        ({"B": "Gold"}, "smelter_incomplete", "C10"),
        ({"B": "Copper", "C": "Nobody"}, "metal_invalid", "B10"),
        ({"B": "Gold", "C": "Smelter not yet identified"}, "smelter_not_identified", "C10"),
        ({"B": "Gold", "C": "Smelter not listed", "D": "New", "E": "X"}, "smelter_not_listed", "C10"),
        (
            {"B": "Gold", "C": "Smelter not listed", "D": "Baltic Sample Gold", "E": "SWEDEN"},
            "not_listed_but_in_lookup",
            "D10",
        ),
        ({"B": "Gold", "C": "Smelter not listed", "D": "N", "E": "X", "F": "CID999999"}, "cid_unverified", "F10"),
        ({"B": "Gold", "C": "Smelter not listed", "D": "N", "E": "X", "F": "CID99"}, "cid_malformed", "F10"),
        ({"B": "Gold", "C": "Twin Name Works (North)", "E": "PORTUGAL"}, "country_differs", "E10"),
    ],
)
def test_each_fault_of_a_row_is_found_at_its_cell(row: Mapping[str, str], code: str, cell: str):
    (finding,) = found(code, rows=more(row))

    assert (finding.sheet, finding.cell, finding.params["row"]) == ("Smelter List", cell, 10)


def test_the_same_country_in_other_letters_is_no_difference():
    assert not found("country_differs", rows=more({"B": "Gold", "C": "Twin Name Works (North)", "E": "Spain"}))


def test_repeated_rows_are_one_finding_however_often():
    (finding,) = found("duplicate_smelter", rows=more({"A": "CID900001"}, {"B": "Gold", "C": "Aurora Pröbe AS"}))

    assert finding.cell == "5:5,10:10,11:11"
    assert (finding.params["metal"], finding.params["cid"], finding.params["extra_rows"]) == ("Gold", "CID900001", 2)


def test_many_repeated_rows_name_the_first_ones_only():
    (finding,) = found("duplicate_smelter", rows=[{"A": "CID900001"}] * 400)

    assert finding.params["extra_rows"] == 399
    assert len(finding.cell or "") < 200
    assert str(finding.params["rows"]).endswith("…")


def test_unlisted_smelters_repeat_by_name_and_unidentified_ones_never():
    unlisted = {"B": "Gold", "C": "Smelter not listed", "D": "New Works", "E": "NORWAY"}
    unknown = {"B": "Gold", "C": "Smelter not yet identified", "D": "Unknown"}

    assert len(found("duplicate_smelter", rows=more(unlisted, {**unlisted, "D": " new  WORKS"}))) == 1
    assert not found("duplicate_smelter", rows=more(unknown, unknown))


def test_all_identified_but_some_are_not():
    (finding,) = found("q7_yes_but_not_identified", rows=more({"B": "Gold", "C": "Smelter not yet identified"}))

    assert (finding.cell, finding.params["metal"], finding.params["rows"]) == ("D64", "Gold", "10")
    unanswered = {"D64": "No"}
    rows = more({"B": "Gold", "C": "Smelter not yet identified"})
    assert not found("q7_yes_but_not_identified", cells=unanswered, rows=rows)


def test_nobody_answered_but_all_is_known():
    (finding,) = found("q6_none_but_q7_yes", cells={"D57": "None"})

    assert finding.cell == "D63"


@pytest.mark.parametrize("country", ["RWANDA", "Congo, Democratic Republic of the", "Peru; Tanzania", "D.R. Congo"])
def test_no_covered_countries_but_a_row_names_one(country: str):
    (finding,) = found("q3_no_but_covered_country", rows=more({"A": "CID900002", "O": country}))

    assert finding.cell == "D40"
    assert not found("q3_no_but_covered_country", cells={"D40": "Yes"}, rows=more({"A": "CID900002", "O": country}))


@pytest.mark.parametrize("row", [{"P": "No"}, {"N": "Hill Mine"}])
def test_all_recycled_but_a_row_says_otherwise(row: Mapping[str, str]):
    (finding,) = found("q5_yes_but_not_recycled", cells={"D52": "Yes"}, rows=more({"A": "CID900002", **row}))

    assert finding.cell == "D52"


@pytest.mark.parametrize("mine", ["Recycled", "scrap", "RCOI confirmed as per RMI", "Unknown", "n/a"])
def test_words_that_name_no_mine(mine: str):
    rows = more({"A": "CID900002", "N": mine, "P": "Yes"})

    assert not found("q5_yes_but_not_recycled", cells={"D52": "Yes"}, rows=rows)


def test_smelters_for_a_metal_that_is_not_used():
    (finding,) = found("smelter_for_metal_not_declared", cells={"D29": "No"})

    assert (finding.cell, finding.params["metal"], finding.params["rows"]) == ("D29", "Tungsten", "9")


def test_the_checker_of_the_template_breaks_on_an_unknown_id():
    unlisted = {"B": "Gold", "C": "Smelter not listed", "D": "New", "E": "NORWAY"}

    assert found("checker_formula_error", rows=more({"A": "CID999999"}, unlisted))
    assert not found("checker_formula_error", rows=more({"A": "CID999999"}))
    assert not found("checker_formula_error", rows=more({"A": "CID999999", "B": "Gold", "C": "Me"}, unlisted))


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/policy",
        "http://example.com",
        "www.example.com",
        "example.com/minerals",
        "See https://example.com/policy (English)",
        "example.com:8443/x",
    ],
)
def test_addresses_that_can_be_shown_as_links(text: str):
    assert is_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "javascript://example.com/%0aalert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.com/x",
        "on our website",
        "https://",
        "https://[",
        "yes",
        "see our policy",
    ],
)
def test_addresses_that_cannot(text: str):
    assert not is_web_address(text)
    if text:
        assert [f.cell for f in found("policy_url_invalid", cells={"G77": text})] == ["G77"]


def test_findings_come_by_weight_and_are_bounded():
    rows = [{"A": f"CID7{number:05}"} for number in range(700)]
    result = report(rows=rows)

    weights = [str(f.severity) for f in result.findings]
    assert weights == sorted(weights, key=["error", "warning", "info"].index)
    assert sum(1 for f in result.findings if f.code == "cid_unknown") == 500
    (rest,) = (f for f in result.findings if f.code == "more_of_the_same")
    assert rest.params == {"code": "cid_unknown", "count": 200}
    assert len(result.lines) == 700

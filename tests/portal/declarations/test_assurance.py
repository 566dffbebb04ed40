"""What lists outside the file say of its smelters: then and today, areas, candidates, the contract's product."""

from datetime import date, timedelta

import pytest

from portal import db
from portal.declarations.check import Surroundings, report_on
from portal.declarations.checks.assurance import Listed, Standing, pairs_of, places_of
from portal.declarations.rules import Finding
from portal.declarations.services import surroundings
from tests.factories.cahra import document, read_areas
from tests.portal.declarations.workbooks import AS_OF, Draft

GOLD, TIN = ("CID900001", "gold"), ("CID900011", "tin")


def found(known: Surroundings, **changes: object) -> list[Finding]:
    """The findings that need a list outside the file."""
    report = report_on(Draft(**changes).read(), AS_OF, ask=lambda _reading, _lines: known)  # type: ignore[arg-type]
    codes = ("assurance", "sanctions", "mine_in", "smelter_in", "cahra", "scope_too")
    return [f for f in report.findings if f.code.startswith(codes)]


def test_nothing_is_said_where_no_list_was_read():
    assert found(Surroundings()) == []
    assert found(Surroundings(today={GOLD: Standing("not_checked"), TIN: Standing("unknown_label")})) == []


def test_the_lists_are_asked_for_facility_and_metal_and_for_places_as_written():
    reading = Draft(rows=[{"A": "CID900001", "O": "DRC"}, {"B": "Gold", "C": "Nobody"}]).read()

    assert pairs_of(report_on(reading, AS_OF).lines) == {GOLD}
    assert places_of(reading) == {"DRC"}


@pytest.mark.parametrize(
    ("then", "today", "code"),
    [
        (Standing("conformant"), Standing("removed"), "assurance_lost"),
        (Standing("active"), Standing("not_listed"), "assurance_lost"),
        (Standing("eligible"), Standing("non_conformant"), "assurance_refused"),
        (None, Standing("suspended"), "assurance_refused"),
        (Standing("not_listed"), Standing("not_listed"), "assurance_not_listed"),
        (Standing("conformant"), Standing("conformant", past_due=True), "assurance_past_due"),
        (Standing("conformant"), Standing("conformant"), None),
        (Standing("conformant"), Standing("active"), None),
        (Standing("conformant"), Standing("not_checked"), None),
    ],
)
def test_a_status_speaks_of_one_facility_and_metal(then: Standing | None, today: Standing, code: str | None):
    known = Surroundings(then={GOLD: then} if then else {}, today={GOLD: today})

    assert [(f.code, f.sheet, f.cell) for f in found(known)] == ([(code, "Smelter List", "A5")] if code else [])


def test_the_same_id_under_another_metal_says_nothing():
    assert found(Surroundings(today={("CID900001", "tin"): Standing("removed")})) == []


def test_a_sanctions_candidate_is_a_question_with_its_list():
    (one,) = found(Surroundings(listed={"CID900002": Listed("BALTIC SAMPLE", "EU-COD", "2025-03-17")}))

    assert (one.code, str(one.severity), one.cell) == ("sanctions_candidate", "warning", "A6")
    assert one.params["since"] == "2025-03-17"


def test_areas_of_mines_and_smelters_and_the_answer_that_denies_them():
    rows = [{"A": "CID900001", "O": "MYANMAR"}, {"A": "CID900011", "E": "MYANMAR"}]
    findings = found(Surroundings(areas={"MYANMAR": "Myanmar"}), rows=rows)

    assert {(f.code, f.sheet, f.cell) for f in findings} == {
        ("mine_in_cahra", "Smelter List", "O5"),
        ("smelter_in_cahra", "Smelter List", "E6"),
        ("cahra_no_but_named", "Declaration", "D46"),
    }


def test_the_list_of_areas_of_the_effective_date_is_asked(acting):
    acting("system")
    draft = Draft(rows=[{"A": "CID900001", "O": "MYANMAR"}]).read()
    assert draft.effective_date
    with db.transaction():
        read_areas(document({"MM": None}), draft.effective_date - timedelta(days=1))
        read_areas(document({"CO": None}), draft.effective_date + timedelta(days=1))
    report = report_on(draft, AS_OF, ask=surroundings)

    assert [(f.code, f.cell) for f in report.findings if "cahra" in f.code] == [
        ("mine_in_cahra", "O5"),
        ("cahra_no_but_named", "D46"),
    ]


def test_a_company_scope_is_too_wide_for_the_product_of_a_contract():
    known = Surroundings(product="laptops")

    assert [(f.code, f.cell) for f in found(known)] == [("scope_too_wide", "D9")]
    assert found(known, cells={"D9": "B. Product (or List of Products)"}) == []


@pytest.mark.parametrize(
    ("revision", "code"),
    [("6.6", None), ("6.5", "template_superseded"), ("6.01", "template_superseded")],
)
def test_a_superseded_template_is_named_with_the_current_one(revision: str, code: str | None):
    report = report_on(Draft(cells={"J3": f"Revision {revision}\nsome day"}).read(), date(2026, 11, 22))
    old = [f for f in report.findings if f.code.startswith("template_")]

    assert [f.code for f in old] == ([code] if code else [])
    assert all(f.params["current"] == "6.6" for f in old)

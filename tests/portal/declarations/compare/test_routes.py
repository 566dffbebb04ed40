"""Comparing through the screens: last year's by default, another one by address, nothing that is not shared."""

import io
from datetime import date
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from portal import db
from tests.factories.declarations import make_declaration
from tests.factories.registry import make_supplier

ANSWER = {"question": "Q6", "mineral": "Tin", "comment": None, "cell": "D57"}


@pytest.fixture
def three(acting, authority_ids):
    """Declarations of one supplier: this year's, last year's and one before, of Stavanger; a private one of Oslo."""
    acting("system")
    with db.transaction():
        supplier_id = make_supplier("Nordvik Displays AS", "NO").id

        def make(year, smelters, slug="stavanger", audience="members", answer="100%", **values):
            return make_declaration(
                owner_id=authority_ids[slug],
                supplier_id=supplier_id,
                audience=audience,
                effective_date=date(year, 6, 30),
                smelters=smelters,
                answers=[{**ANSWER, "answer": answer}],
                **values,
            ).id

        tin = [(f"CID00000{number}", "tin") for number in range(1, 5)]
        return {
            "now": make(2026, (tin[0], tin[1])),
            "last": make(2025, (tin[1], tin[2]), answer="None"),
            "before": make(2024, (tin[3],)),
            "hidden": make(2025, (tin[3],), slug="oslo", audience="owner", company_name="Hidden Oslo"),
            "emrt": make(2025, (), template="EMRT"),
        }


def test_last_years_is_the_default(client_for, three) -> None:
    page = client_for("stockholm-reader").get(f"/declarations/{three['now']}/compare").text
    removed = page.split('id="h-rem"')[1].split('id="h-add"')[0]
    added = page.split('id="h-add"')[1].split('id="h-sta"')[0]
    assert "CID000003" in removed
    assert "CID000001" in added
    assert "CID000002" not in removed + added
    assert "D57" in page
    assert "None" in page


def test_any_other_by_address_and_the_earlier_one_is_before(client_for, three) -> None:
    client = client_for("stockholm-reader")
    page = client.get(f"/declarations/{three['before']}/compare?with={three['now']}").text
    assert "CID000004" in page.split('id="h-rem"')[1].split('id="h-add"')[0]


@pytest.mark.parametrize("other", ["hidden", "emrt", "now"])
def test_what_is_hidden_of_another_kind_or_itself_is_not_found(client_for, three, other) -> None:
    client = client_for("stavanger-officer")
    for ending in ("", ".xlsx"):
        address = f"/declarations/{three['now']}/compare{ending}?with="
        assert client.get(f"{address}{three[other]}").status_code == 404
        assert client.get(f"{address}{uuid4()}").status_code == 404
        assert client.get(f"{address}nonsense").status_code == 404


def test_a_hidden_one_is_not_offered(client_for, three) -> None:
    page = client_for("stavanger-officer").get(f"/declarations/{three['now']}/compare").text
    assert str(three["hidden"]) not in page
    assert str(three["before"]) in page


def test_the_only_one_says_so(client_for, three) -> None:
    page = client_for("stavanger-officer").get(f"/declarations/{three['emrt']}/compare").text
    assert "only declaration" in page
    assert client_for("stavanger-officer").get(f"/declarations/{three['emrt']}/compare.xlsx").status_code == 200


def test_the_workbook_has_a_row_for_each_difference(client_for, three) -> None:
    content = client_for("stavanger-officer").get(f"/declarations/{three['now']}/compare.xlsx").data
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet]
    found = {(row[0], row[2]) for row in rows[1:]}
    assert {("Added", "CID000001"), ("No longer named", "CID000003"), ("Answer", "Q6")} <= found

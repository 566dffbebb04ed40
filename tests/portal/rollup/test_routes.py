"""The roll-up through the screens: filters in the address, links to the rows, files that hide no unknowns."""

import io

import pytest
from openpyxl import load_workbook

from portal import db
from portal.declarations.models import SmelterLine
from tests.factories.contracts import make_contract
from tests.factories.declarations import make_declaration
from tests.factories.registry import make_supplier
from tests.factories.sources import make_run


@pytest.fixture
def world(acting, authority_ids):
    """Stockholm buys from one supplier that declared and one that did not; the declaration is Oslo's."""
    acting("system")
    with db.transaction():
        ours = authority_ids["stockholm"]
        declared, silent = make_supplier("Halden AB", "SE"), make_supplier("Silent AS", "NO")
        contract = make_contract(owner_id=ours, supplier_id=declared.id, number="RS-1")
        make_contract(owner_id=ours, supplier_id=silent.id)
        one = make_declaration(
            owner_id=authority_ids["oslo"],
            supplier_id=declared.id,
            audience="members",
            smelters=(("CID000001", "tin"), ("CID000002", "gold")),
        )
        for row in range(14):
            db.session.add(SmelterLine(declaration_id=one.id, row=500 + row, metal="tin", status="not_identified"))
        make_run()
        return {"contract": contract.id, "declaration": one.id}


def test_the_page_shows_unknowns_beside_the_totals_and_links_to_their_rows(client_for, world) -> None:
    client = client_for("stockholm-reader")
    page = client.get("/reach").text
    assert "and 14 rows not recognised" in page
    assert "Silent AS" in page
    assert "14 rows" in page
    assert "/reach/rows?unknown=not_identified" in page
    rows = client.get("/reach/rows?unknown=not_identified").text
    assert rows.count("Not yet identified by the supplier") >= 14
    assert client.get("/reach/rows?facility=CID000001&metal=tin").text.count("/declarations/") >= 1


def test_filters_stand_in_the_address(client_for, world) -> None:
    client = client_for("stockholm-reader")
    page = client.get("/reach?metal=gold").text.split('id="smelters"')[1]
    assert "CID000002" in page
    assert "CID000001" not in page
    assert "No smelter fits" in client.get("/reach?status=conformant").text
    assert "CID000001" in client.get(f"/reach?contract={world['contract']}").text
    assert "CID000001" in client.get("/reach?scope=members").text
    assert client.get("/reach?contract=nonsense").status_code == 404
    assert client.get("/reach?authority=XXX").status_code == 404


def test_a_contract_of_another_authority_is_not_found(client_for, world) -> None:
    client = client_for("oslo-officer")
    for address in ("/reach", "/reach/rows", "/reach.xlsx", "/reach.csv"):
        assert client.get(f"{address}?contract={world['contract']}").status_code == 404


def test_files_hold_the_smelters_and_what_is_unknown(client_for, world) -> None:
    client = client_for("stockholm-reader")
    sheet = load_workbook(io.BytesIO(client.get("/reach.xlsx").data)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet]
    assert {row[1] for row in rows} >= {"CID000001", "CID000002"}
    assert ["Not recognised: Not yet identified by the supplier", 14] in [[row[2], row[7]] for row in rows]
    assert "No declaration seen of Silent AS" in [row[2] for row in rows]
    text = client.get("/reach.csv?metal=gold").text
    assert "CID000002" in text
    assert "CID000001" not in text
    assert "Not recognised" in text

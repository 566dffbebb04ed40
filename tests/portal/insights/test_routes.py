"""Insights through the screens: each number is a link to its rows, and files say the same."""

import io
import re

import pypdf
import pytest
from openpyxl import load_workbook

from portal import db
from portal.clock import today
from portal.declarations.models import SmelterLine
from tests.factories.assessments import make_assessment
from tests.factories.contracts import make_contract
from tests.factories.declarations import make_declaration
from tests.factories.findings import make_finding
from tests.factories.registry import make_supplier
from tests.factories.sources import make_run
from tests.statements import counted_statements


@pytest.fixture
def world(acting, authority_ids):
    """Stockholm buys of an assessed supplier and of one that Oslo buys from as well and nobody has assessed."""
    acting("system")
    ours, theirs = authority_ids["stockholm"], authority_ids["oslo"]
    with db.transaction():
        known, silent = make_supplier("Halden AB", "SE"), make_supplier("=Silent AS", "NO")
        make_assessment(owner_id=ours, supplier_id=known.id, as_of=today())
        make_contract(owner_id=ours, supplier_id=known.id, value_minor=100_000_00, currency="SEK", number="RS-1")
        make_contract(owner_id=ours, supplier_id=silent.id, number="RS-2")
        make_contract(owner_id=theirs, supplier_id=silent.id, audience="members", number="OS-1")
        make_finding(owner_id=ours, supplier=known, title="No channel")
        one = make_declaration(
            owner_id=ours, supplier_id=known.id, smelters=(("CID000001", "tin"), ("CID000002", "gold"))
        )
        db.session.add(SmelterLine(declaration_id=one.id, row=500, metal="tin", status="not_identified"))
        make_run()


def test_each_number_leads_to_its_rows(client_for, world) -> None:
    client = client_for("stockholm-reader")
    page = client.get("/insights").text
    assert "100% of the value rests on an assessment" in page
    assert "No value given" in page
    assert "1 supplier has none" in page
    links = re.findall(r'href="(/(?:insights/|reach)[^"]*)">(\d+)<span class="sr">', page)
    assert len(links) >= 9
    for place, number in links:
        rows = client.get(place.replace("&amp;", "&")).text
        if place.startswith("/insights/"):
            assert len(re.findall(r'<th scope="row">', rows)) == int(number), place
    assert "RS-1" in client.get("/insights/contracts?age=current&currency=SEK").text
    assert "OS-1" not in client.get("/insights/contracts?age=none").text
    assert "OS-1" in client.get("/insights/contracts?age=none&scope=members").text
    assert "OS-1" in client.get("/insights/contracts?authority=OSL&age=none").text


def test_bars_stand_beside_their_tables_and_need_no_script(client_for, world) -> None:
    page = client_for("stockholm-reader").get("/insights").text
    main = page.split("<main")[1].split("</main>")[0]
    assert main.count('<svg class="bar" role="img" aria-label=') >= 4
    assert "<script" not in main
    assert "style=" not in main


def test_another_member_sees_what_is_shared_alone(client_for, world) -> None:
    client = client_for("oslo-officer")
    for place in ("/insights", "/insights?scope=members", "/insights.xlsx?scope=members"):
        answer = client.get(place)
        assert b"Halden" not in answer.data
        assert b"RS-1" not in answer.data
    assert "Halden" not in client.get("/insights/suppliers?scope=members").text
    assert "No channel" not in client.get("/insights/findings?scope=members").text


def test_the_files_say_the_same_and_hide_no_unknown(client_for, world) -> None:
    client = client_for("stockholm-reader")
    sheet = load_workbook(io.BytesIO(client.get("/insights.xlsx").data)).active
    assert sheet is not None
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    assert ("Contract value covered by an assessment", "SEK", "At most a year old", 1, 100000, "SEK") in rows
    assert any(row[1] == "No value given" and row[3] == 1 for row in rows)
    assert any(row[2] == "Rows not recognised" and row[3] == 1 for row in rows)
    assert any(row[1] == "=Silent AS" and row[2] == "No declaration is shared with us" for row in rows)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    answer = client.get("/insights.pdf?scope=members")
    assert answer.mimetype == "application/pdf"
    assert b"/StructTreeRoot" in answer.data
    assert b"pdfuaid" in answer.data
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
    for told in ("Insights: all members", "100,000 SEK", "No value given", "=Silent AS", "1 supplier has none"):
        assert told in text


def test_an_empty_network_is_told_so(client_for, acting) -> None:
    client = client_for("stavanger-officer")
    page = client.get("/insights").text
    for told in ("No running contract that we see", "There is no finding that we see", "0 suppliers have none"):
        assert told in page
    assert client.get("/insights.pdf").status_code == 200


@pytest.mark.parametrize(
    "place",
    [
        "/insights?authority=XXX",
        "/insights/contracts?age=old",
        "/insights/contracts?currency=XYZ",
        "/insights/contracts?supplier=nonsense",
        "/insights/suppliers?age=1",
        "/insights/findings?severity=bad",
        "/insights/findings?standing=bad",
    ],
)
def test_words_that_there_are_not_are_not_found(client_for, acting, place: str) -> None:
    assert client_for("stockholm-reader").get(place).status_code == 404


def test_the_page_needs_few_statements(client_for, world) -> None:
    client = client_for("stockholm-reader")
    client.get("/insights")
    with counted_statements() as seen:
        client.get("/insights?scope=members")
    assert len(seen) <= 19, "\n".join(seen)

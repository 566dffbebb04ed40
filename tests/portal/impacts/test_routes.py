"""The pages of the matrix, and where its rows stand beside other things."""

import csv
import io

from portal import db
from portal.impacts import queries
from tests.factories.contracts import make_contract
from tests.factories.impacts import make_impact

FORM = {
    "mineral": "gallium",
    "use": "Radio chips",
    "product_groups": ["phones"],
    "countries_text": "China; Sydkorea",
    "place": "China <b>",
    "impact": "Exposure",
    "verification": "recalled",
    "reason": "Written down at a meeting.",
}


def test_members_read_and_narrow_by_address(client_for, database) -> None:
    client = client_for("stockholm-reader")
    page = client.get("/impacts").text
    assert "never for a supplier or a product" in page
    assert "Unverified" in page
    assert "Add a row" not in page
    narrowed = client.get("/impacts?country=MM&mineral=tin").text
    assert "Revenue of armed groups" in narrowed
    assert "Rubaya" not in narrowed
    rows = list(csv.reader(io.StringIO(client.get("/impacts.csv?mineral=cobalt").data.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["mineral", "cobalt", "cobalt"]
    assert rows[2][6] == "recalled"
    assert client.get("/impacts?country=%27&mineral=none").status_code == 200


def test_an_operator_adds_changes_and_undoes(client_for, acting) -> None:
    client = client_for("operator")
    answer = client.post("/impacts/new", data=FORM)
    assert answer.status_code == 302
    acting("operator")
    (impact,) = [row for row in queries.list_impacts() if row.use == "Radio chips"]
    assert (impact.countries, impact.product_groups) == (["CN", "KR"], ["phones"])
    address = f"/impacts/{impact.id}"
    changed = {**FORM, "impact": "Exposure of workers", "version": "1"}
    assert client.post(f"{address}/edit", data=changed).status_code == 302
    page = client.get(address).text
    assert "<del" in page
    assert "China &lt;b&gt;" in page
    stale = client.post(f"{address}/edit", data={**FORM, "impact": "Mine", "version": "1"})
    assert stale.status_code == 409
    assert "Exposure of workers" in stale.text
    assert "Mine" in stale.text
    assert client.post(f"{address}/restore", data={"number": "1", "reason": "Undone."}).status_code == 302
    assert client.post(f"{address}/withdraw", data={"reason": ""}).status_code == 400
    assert client.post(f"{address}/withdraw", data={"number": "1", "reason": "Out."}).status_code == 302
    db.session.rollback()
    assert "1 row taken out" in client.get("/impacts").text


def test_mistakes_are_said_beside_their_field(client_for, database) -> None:
    client = client_for("operator")
    for wrong, words in (
        ({"countries_text": "Atlantis"}, "is no country"),
        ({"source_url": "javascript:alert(1)"}, "beginning with https://"),
        ({"verification": "verified"}, "A verified row needs its source"),
        ({"reason": ""}, "Say in a sentence why it is so"),
    ):
        assert words in client.post("/impacts/new", data={**FORM, **wrong}).text


def test_a_contract_shows_the_rows_of_its_product_group(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        make_impact(product_groups=("phones",), place="Only for phones")
        phones = make_contract(owner_id=authority_ids["oslo"], product_group="phones")
        cables = make_contract(owner_id=authority_ids["oslo"], product_group="cables", number="2")
        both = make_contract(owner_id=authority_ids["oslo"], product_group="cables", more_groups=["phones"])
    client = client_for("oslo-officer")
    assert "Only for phones" in client.get(f"/contracts/{phones.id}").text
    assert "Only for phones" in client.get(f"/contracts/{both.id}").text
    text = client.get(f"/contracts/{cables.id}").text
    assert "Only for phones" not in text
    assert "Fibre optics" in text

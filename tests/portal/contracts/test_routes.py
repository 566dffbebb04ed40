"""The pages of contracts, through the screens and without JavaScript."""

from sqlalchemy import select

from portal import db
from portal.contracts.models import Contract
from tests.factories.contracts import make_contract
from tests.factories.registry import make_supplier

FORM = {
    "number": "2026-118",
    "title": "Laptops",
    "product_group": "computers",
    "starts_on": "1.4.2026",
    "ends_on": "31.03.2030",
    "value_minor": "1 250 000",
    "currency": "NOK",
    "audience": "owner",
}


def supplier_id(acting):
    acting("system")
    with db.transaction():
        return make_supplier().id


def test_add_and_change(client_for, acting) -> None:
    supplier = supplier_id(acting)
    client = client_for("stavanger-officer")
    page = client.post(f"/suppliers/{supplier}/contracts/new", data=FORM, follow_redirects=True)
    assert "Contract 2026-118 is saved." in page.text
    assert "NOK" in page.text
    assert "<dt>Product group</dt>" in page.text

    acting("stavanger-officer")
    contract = db.session.scalars(select(Contract)).one()
    assert contract.value_minor == 125_000_000
    address = f"/contracts/{contract.id}/edit"
    assert 'value="01.04.2026"' in client.get(address).text
    data = {**FORM, "title": "Laptops and screens", "more_groups": ["phones"], "version": "1"}
    changed = client.post(address, data=data, follow_redirects=True)
    assert "Mobile phones" in changed.text
    assert "Laptops and screens" in changed.text
    assert "Laptops and screens" in client.get("/contracts").text


def test_the_second_of_two_editors_sees_both_texts(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        contract = make_contract(owner_id=authority_ids["stavanger"], title="First text")
        contract.title = "Saved by the first"
    client = client_for("stavanger-officer")
    mine = {**FORM, "title": "Written by the second", "more_groups": ["phones", "cables"], "version": "1"}
    late = client.post(f"/contracts/{contract.id}/edit", data=mine)
    assert late.status_code == 409
    assert "Saved by the first" in late.text
    assert "Written by the second" in late.text
    assert "phones, cables" in late.text
    assert 'name="version" type="hidden" value="2"' in late.text


def test_errors_stand_at_their_fields_and_keep_what_was_typed(client_for, acting) -> None:
    supplier = supplier_id(acting)
    page = client_for("stavanger-officer").post(
        f"/suppliers/{supplier}/contracts/new", data={**FORM, "starts_on": "yesterday", "number": " "}
    )
    assert page.status_code == 200
    assert "“yesterday” is not a date" in page.text
    assert "Write the contract’s number." in page.text
    assert 'value="yesterday"' in page.text
    assert 'aria-invalid="true"' in page.text


def test_options_are_added_with_the_contract_and_later(client_for, acting) -> None:
    supplier = supplier_id(acting)
    client = client_for("stavanger-officer")
    address = f"/suppliers/{supplier}/contracts/new"
    half = client.post(address, data={**FORM, "count": "2"})
    assert "or neither" in half.text
    wrong = client.post(address, data={**FORM, "count": "two", "months": "12"})
    assert "“two” is not a whole number" in wrong.text
    page = client.post(address, data={**FORM, "count": "2", "months": "12"}, follow_redirects=True)
    assert "Options to extend" in page.text
    assert "2032-03-31" in page.text

    acting("stavanger-officer")
    contract = db.session.scalars(select(Contract)).one()
    where = f"/contracts/{contract.id}"
    assert "2032-03-31" in client.get(f"{where}/clauses").text
    more = client.post(f"{where}/options", data={"options-count": "1", "options-months": "6"}, follow_redirects=True)
    assert "2032-09-30" in more.text
    assert client.post(f"{where}/options", data={"options-count": "0", "options-months": "6"}).status_code == 400


def test_a_framework_shows_what_is_called_off_and_the_call_off_its_framework(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        worth = {"value_minor": 100_000_00, "currency": "NOK"}
        framework = make_contract(
            owner_id=authority_ids["oslo"], audience="members", kind="framework", number="FW 7", **worth
        ).id
    supplier = supplier_id(acting)
    client = client_for("stavanger-officer")
    address = f"/suppliers/{supplier}/contracts/new"
    assert "FW 7, Laptops and docking stations" in client.get(address).text
    assert "Say under which framework" in client.post(address, data={**FORM, "kind": "call_off"}).text
    form = {**FORM, "kind": "call_off", "framework_id": str(framework), "value_minor": "30 000"}
    page = client.post(address, data=form, follow_redirects=True)
    assert "Call-off" in page.text
    assert f'href="/contracts/{framework}"' in page.text
    shown = client.get(f"/contracts/{framework}").text
    assert "Called off: 30,000 NOK" in shown
    assert "70,000 NOK of 100,000 NOK is left" in shown
    assert "2026-118" in shown
    assert "2026-118" not in client_for("oslo-officer").get(f"/contracts/{framework}").text


def test_the_list_is_narrowed_in_its_address_and_leaves_as_csv(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        for kind, number, title in (("framework", "FW 1", "Screens"), ("contract", "C 1", "=1+1")):
            owner_id = authority_ids["oslo"]
            make_contract(owner_id=owner_id, kind=kind, number=number, title=title, more_groups=["cables"])
    client = client_for("oslo-officer")
    page = client.get("/contracts?kind=framework&product_group=cables&state=running&q=screens").text
    assert "FW 1" in page
    assert "C 1" not in page
    assert "/contracts.csv?kind=framework" in page
    assert "No contract fits these filters" in client.get("/contracts?state=ended").text
    assert "C 1" in client.get("/contracts?kind=x&state=y&product_group=z&q=1").text
    rows = client.get("/contracts.csv?q=c").text.splitlines()
    assert rows[0].startswith("\ufeffContract number,What is bought,Kind")
    assert any("'=1+1" in row and "Cables and accessories" in row for row in rows)

"""The pages of suppliers and their facts, through the screens and without JavaScript."""

import re

import pytest

from portal import db
from portal.registry import queries, services
from portal.registry.identifiers import Identifier
from tests.factories.registry import make_identifier, make_name, make_site, make_supplier

SOURCE = {"source": "contract 2026-118", "source_date": "1.3.2026"}
NEW = {"legal_name": "Nordvik Displays AS", "country": "NO", **SOURCE}


@pytest.fixture
def supplier(acting):
    acting("system")
    with db.transaction():
        made = make_supplier("Halden Computing AB", identifiers=(Identifier("se.orgnr", "5560360793"),))
    db.session.remove()
    return made


def test_the_page_for_a_new_supplier_takes_the_name_that_was_looked_for(client_for, database) -> None:
    page = client_for("stockholm-officer").get("/suppliers/new?name=Håldén")
    assert 'value="Håldén"' in page.text


def test_add_a_supplier(client_for, acting) -> None:
    client = client_for("stockholm-officer")
    values = {"lei": "2138 00KUD8LAJWSQ9D15", "vat": "995525828", "national": "988 077 917", "city": "Horten"}
    done = client.post("/suppliers/new", data={**NEW, **values})
    assert done.status_code == 302
    acting("system")
    found = queries.get_facts(done.location.rsplit("/", 1)[-1])
    assert {(one.scheme, one.value) for one in found.identifiers} == {
        ("lei", "213800KUD8LAJWSQ9D15"),
        ("vat", "NO995525828MVA"),
        ("no.orgnr", "988077917"),
    }
    assert found.sites[0].city == "Horten"


def test_what_is_wrong_stands_at_its_field(client_for, database) -> None:
    values = {**NEW, "legal_name": " ", "lei": "213800KUD8LAJWSQ9D16", "national": "988077918", "source_date": "x"}
    page = client_for("stockholm-officer").post("/suppliers/new", data=values)
    for said in ("Write the legal name", "wrong check digit", "Organisasjonsnummer 988077918", "is not a date"):
        assert said in page.text, said
    assert page.text.count('aria-invalid="true"') == 4
    assert 'value="988077918"' in page.text


def test_a_number_that_another_supplier_has_is_refused_with_a_link_to_it(client_for, supplier) -> None:
    values = {**NEW, "country": "SE", "national": "556036-0793", "confirmed": "y"}
    page = client_for("stockholm-officer").post("/suppliers/new", data=values)
    assert page.status_code == 409
    assert "belongs to “Halden Computing AB”" in page.text
    assert f"/suppliers/{supplier.id}" in page.text


def test_a_name_that_may_exist_is_shown_first_and_added_when_a_person_says_so(client_for, supplier) -> None:
    client = client_for("stockholm-officer")
    values = {**NEW, "legal_name": "Halden Computing AS", "country": "SE"}
    page = client.post("/suppliers/new", data=values)
    assert page.status_code == 409
    assert "This may already exist" in page.text
    assert "Same name but for the legal form: Halden Computing AS" in page.text
    assert "Legal form differs: AS, AB" in page.text
    assert f'href="/suppliers/{supplier.id}"' in page.text
    assert client.post("/suppliers/new", data={**values, "confirmed": "y"}).status_code == 302


@pytest.mark.parametrize(
    ("kind", "values", "shown"),
    [
        ("names", {"name": "Datorhuset Halden", "kind": "former", "valid_to": "31.5.2019"}, "Datorhuset Halden"),
        ("identifiers", {"number": "SE556036079301", "scheme": ""}, "SE 556036079301"),
        ("identifiers", {"number": "213800kud8lajwsq9d15", "scheme": "lei"}, "213800KUD8LAJWSQ9D15"),
        ("sites", {"address": "Verkstadsgatan 12", "city": "Borås", "country": "SE"}, "Verkstadsgatan 12"),
    ],
)
def test_add_a_fact(client_for, supplier, kind, values, shown) -> None:
    client = client_for("barcelona-officer")
    address = f"/suppliers/{supplier.id}/{kind}/new"
    assert client.get(address).status_code == 200
    page = client.post(address, data={**values, **SOURCE}, follow_redirects=True)
    assert page.request.path == f"/suppliers/{supplier.id}/edit"
    assert shown in page.text
    assert "Entered by Barcelona City Council" in page.text
    assert "contract 2026-118" in page.text


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("names", {"name": "Halden Computing AB", "kind": "legal"}, "has this name already"),
        ("names", {"name": "\u202eHalden", "kind": "trading"}, "reverses the direction"),
        ("identifiers", {"number": "556036-0793", "scheme": ""}, "belongs to “Halden Computing AB”"),
        ("identifiers", {"number": "556036-0794", "scheme": "se.orgnr"}, "wrong check digit"),
        ("identifiers", {"number": "hello", "scheme": ""}, "no number of a company"),
        ("sites", {"address": "1 Main Street, Halden"}, "has a site at this address"),
        ("sites", {"address": " "}, "Write the address"),
    ],
)
def test_a_fact_that_is_refused(client_for, supplier, kind, values, said) -> None:
    page = client_for("stockholm-officer").post(f"/suppliers/{supplier.id}/{kind}/new", data={**values, **SOURCE})
    assert said in page.text
    assert 'role="alert"' in page.text


def test_withdraw_facts(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        made = make_supplier("Halden AB")
        facts = [
            ("supplier-names", make_name(made, "Halden Handel").id, "Halden Handel"),
            ("supplier-identifiers", make_identifier(made).id, "556036-0793"),
            ("sites", make_site(made, "Sidogatan 3").id, "Sidogatan 3"),
        ]
    client = client_for("stockholm-officer")
    for path, fact_id, shown in facts:
        assert shown in client.get(f"/suppliers/{made.id}/edit").text
        page = client.post(f"/{path}/{fact_id}/withdraw", follow_redirects=True)
        assert page.status_code == 200
        assert shown not in page.text
        assert client.post(f"/{path}/{fact_id}/withdraw").status_code == 404
    legal = queries.get_facts(made.id).names[0]
    assert client.post(f"/supplier-names/{legal.id}/withdraw").status_code == 409


def version_of(page) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page.text)
    assert found
    return found[1]


def test_the_second_to_change_the_country_sees_the_first(client_for, supplier) -> None:
    client = client_for("stockholm-officer")
    address = f"/suppliers/{supplier.id}/country"
    before = version_of(client.get(address))
    saved = client.post(address, data={"country": "NO", "version": before}, follow_redirects=True)
    assert "Norway" in saved.text
    late = client.post(address, data={"country": "DK", "version": before})
    assert late.status_code == 409
    assert "The country is now: Norway" in late.text
    again = client.post(address, data={"country": "DK", "version": version_of(late)}, follow_redirects=True)
    assert "Denmark" in again.text


def test_choose_a_parent(client_for, acting, supplier) -> None:
    acting("system")
    with db.transaction():
        group = make_supplier("Halden Group AB")
    client = client_for("stockholm-officer")
    address = f"/suppliers/{supplier.id}/parent"
    found = client.get(f"{address}?q=halden")
    assert "Halden Group AB" in found.text
    assert str(supplier.id) not in re.findall(r'name="parent_id" value="([^"]*)"', found.text)
    assert "No company begins with" in client.get(f"{address}?q=zzz").text
    page = client.post(address, data={"parent_id": str(group.id), "version": version_of(found)}, follow_redirects=True)
    assert "Halden Group AB" in page.text
    circle = f"/suppliers/{group.id}/parent?q=halden"
    refused = client.post(circle, data={"parent_id": str(supplier.id), "version": version_of(client.get(circle))})
    assert "cannot be the parent" in refused.text
    assert "Companies below it" in client.get(f"/suppliers/{group.id}/edit").text
    none = client.post(address, data={"parent_id": "", "version": version_of(client.get(address))})
    assert none.status_code == 302
    nonsense = client.post(address, data={"parent_id": "x", "version": version_of(client.get(f"{address}?q=halden"))})
    assert "no company of the registry" in nonsense.text


def test_follow_and_unfollow(client_for, acting, supplier, authority_ids) -> None:
    client = client_for("stockholm-officer")
    url = f"/suppliers/{supplier.id}"
    assert client.post(f"{url}/follow", data={"next": "/suppliers?q=halden"}).location == "/suppliers?q=halden"
    assert client.post(f"{url}/follow", data={"next": "https://example.org/"}).location == url
    acting("stockholm-officer")
    assert queries.followers_of([supplier.id]) == {supplier.id: {authority_ids["stockholm"]}}
    button = client.post(f"{url}/unfollow", headers={"HX-Request": "true"})
    assert button.status_code == 200
    assert "<html" not in button.text
    assert 'aria-pressed="false"' in button.text
    assert f'hx-post="{url}/follow"' in button.text
    db.session.remove()
    acting("stockholm-officer")
    assert queries.followed_ids(authority_ids["stockholm"]) == set()
    button = client.post(f"{url}/follow", headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in button.text


def test_readers_are_refused_and_visitors_asked_to_sign_in(client_for, supplier) -> None:
    for path in ("/suppliers/new", f"/suppliers/{supplier.id}/edit", f"/suppliers/{supplier.id}/names/new", "/imports"):
        assert client_for("stockholm-reader").get(path).status_code == 403
        assert client_for(None).get(path).status_code == 302
    assert client_for("stockholm-reader").post(f"/suppliers/{supplier.id}/follow").status_code == 403


def test_a_supplier_of_another_authority_can_be_completed(client_for, acting, supplier, authority_ids) -> None:
    """The registry is shared: whoever brought a supplier in, all officers add to it, each under its own name."""
    actor = acting("stavanger-officer")
    with db.transaction():
        where = services.Provenance("annual report 2025", supplier.created_at.date())
        services.add_site(actor, supplier, services.SiteData("Fabriksgatan 1"), where)
    page = client_for("stockholm-officer").get(f"/suppliers/{supplier.id}/edit")
    assert "Entered by City of Stavanger" in page.text

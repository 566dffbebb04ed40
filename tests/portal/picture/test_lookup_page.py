"""The look-up page and the suggestions through the screens, without JavaScript."""

from collections.abc import Callable

import pytest

from portal import db
from portal.access.actor import Actor
from portal.registry.models import Supplier
from tests.client import PortalClient
from tests.factories.registry import make_supplier

Acting = Callable[[str], Actor]
ClientFor = Callable[[str | None], PortalClient]


def test_results_say_why_they_were_found(client_for: ClientFor, halden: Supplier) -> None:
    page = client_for("oslo-officer").get("/suppliers?q=datorhuset").text
    assert "1 supplier matches “datorhuset”" in page
    assert "Former name:" in page
    assert "<mark>Datorhuset</mark> Halden AB" in page
    assert "Organisationsnummer 556036-0793" in page
    assert f'href="/suppliers/{halden.id}"' in page


@pytest.mark.parametrize(
    ("persona", "sees"), [("stockholm-officer", True), ("stavanger-officer", True), ("barcelona-officer", False)]
)
def test_results_show_what_is_shared_with_the_reader(
    client_for: ClientFor, halden: Supplier, persona: str, sees: bool
) -> None:
    page = client_for(persona).get("/suppliers?q=556036-0793").text
    for words in ("1 buyer, 1 contract", "Region Stockholm, ", "1 open commitment"):
        assert (words in page) is sees, words
    assert 'title="Region Stockholm"' in page  # who follows is known to all


def test_following_from_the_results_comes_back_to_them(client_for: ClientFor, halden: Supplier) -> None:
    client = client_for("stavanger-officer")
    address = "/suppliers?q=halden&country=SE"
    assert "Following" not in client.get(address).text
    done = client.post(f"/suppliers/{halden.id}/follow", data={"next": address})
    assert done.status_code in (302, 303)
    assert done.location == address
    assert "Following" in client.get(address).text


def test_filters_stand_in_the_address_and_can_be_taken_out(client_for: ClientFor, halden: Supplier) -> None:
    page = client_for("stavanger-officer").get("/suppliers?q=halden&country=SE&country=NO&followed_by=STO").text
    assert 'name="country" value="SE" checked' in page
    assert 'href="/suppliers?q=halden&amp;followed_by=STO&amp;country=NO"' in page
    assert "1 supplier matches" in page
    none_left = client_for("stavanger-officer").get("/suppliers?q=halden&country=FI").text
    assert "No supplier is left by these filters" in none_left


def test_nothing_found_leads_to_adding_it(client_for: ClientFor, halden: Supplier) -> None:
    page = client_for("oslo-officer").get("/suppliers?q=Umbrella+%26+Sons").text
    assert "No supplier is found by “Umbrella &amp; Sons”" in page
    assert 'href="/suppliers/new?name=Umbrella+%26+Sons"' in page
    assert "/suppliers/new" not in client_for("stockholm-reader").get("/suppliers?q=Umbrella").text


def test_without_a_text_the_whole_registry_is_listed(client_for: ClientFor, halden: Supplier) -> None:
    page = client_for("operator").get("/suppliers").text
    assert "2 suppliers" in page
    assert page.index("Halden Computing AB") < page.index("Halden Computing Norge AS")


@pytest.mark.parametrize(
    "address",
    [
        "/suppliers?q=%25_%27",
        "/suppliers?q=" + "%25" * 5000,
        "/suppliers?q=" + "word+" * 2000,
        "/suppliers?q=%F0%9F%99%82&country=%25&followed_by=&product_group=x&assessed=x",
        "/suppliers?q=<script>alert(1)</script>",
        "/suppliers/suggest?q=" + "a" * 20000,
        "/suppliers/suggest",
    ],
    ids=lambda address: address[:40],
)
def test_hostile_addresses_are_answered(client_for: ClientFor, halden: Supplier, address: str) -> None:
    answer = client_for("oslo-officer").get(address)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("address", ["/suppliers?after=nonsense", "/suppliers?after=WyJ4IiwgInkiXQ"])
def test_a_damaged_page_link_is_a_clear_message(client_for: ClientFor, halden: Supplier, address: str) -> None:
    answer = client_for("oslo-officer").get(address)
    assert answer.status_code == 400
    assert "damaged" in answer.text


def test_suggestions_are_a_list_of_links(client_for: ClientFor, halden: Supplier) -> None:
    client = client_for("stockholm-reader")
    fragment = client.get("/suppliers/suggest?q=datorh").text
    assert '<ul role="listbox"' in fragment
    assert "<html" not in fragment
    assert f'href="/suppliers/{halden.id}"' in fragment
    assert "Former name: Datorhuset Halden AB, Sweden" in fragment
    assert client.get("/suppliers/suggest?q=h").text.strip() == ""


def test_there_are_at_most_eight_suggestions(client_for: ClientFor, acting: Acting) -> None:
    acting("system")
    with db.transaction():
        for number in range(20):
            make_supplier(f"Kestrel {number}", "FI")
    fragment = client_for("oslo-officer").get("/suppliers/suggest?q=kestrel").text
    assert fragment.count('role="option"') == 8
    assert 'href="/suppliers?q=kestrel"' in fragment


def test_visitors_are_asked_to_sign_in(client_for: ClientFor, halden: Supplier) -> None:
    for address in ("/suppliers", "/suppliers/suggest?q=halden", f"/suppliers/{halden.id}"):
        assert client_for(None).get(address).status_code == 302

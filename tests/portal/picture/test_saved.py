"""Saved searches: kept, opened, renamed, deleted and brought back by one person, and seen by no colleague."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal import db
from portal.access.actor import Actor
from portal.errors import BadInput
from portal.picture.choice import Choice, address_query
from portal.picture.saved import queries, services
from portal.picture.saved.models import SavedSearch
from tests.client import PortalClient
from tests.factories.searches import make_search

Acting = Callable[[str], Actor]
ClientFor = Callable[[str | None], PortalClient]
CHOICE = Choice("halden", {"country": frozenset({"SE", "NO"}), "declared": frozenset({"none"})})
STATE = "q=halden&country=NO&country=SE&declared=none"


def test_the_state_of_the_page_is_always_written_the_same_way() -> None:
    assert address_query(CHOICE) == STATE
    assert address_query(Choice("a & b", {"country": frozenset()})) == "q=a+%26+b"
    assert address_query(Choice("", {})) == ""


def test_from_the_results_to_a_name_and_back_by_one_click(client_for: ClientFor) -> None:
    client = client_for("oslo-officer")
    page = client.get("/suppliers?country=SE&q=halden&declared=none&country=NO&after=WzI1XQ&x=1").text
    assert f'href="/suppliers/searches/new?{STATE.replace("&", "&amp;")}"' in page
    asked = client.get(f"/suppliers/searches/new?{STATE}").text
    assert "“halden”, Norway, Sweden, None shared with you" in asked
    done = client.post(f"/suppliers/searches/new?{STATE}", data={"name": "  Halden,\n not declared "})
    assert done.location == f"/suppliers?{STATE}"
    page = client.get(done.location).text
    assert "“Halden, not declared” is saved." in page
    chip = f'href="/suppliers?{STATE.replace("&", "&amp;")}" aria-current="true">Halden, not declared</a>'
    assert chip in page
    assert "Save this search" not in page  # it is
    listed = client.get("/suppliers/searches").text
    assert "Halden, not declared" in listed
    assert "“halden”, Norway, Sweden" in listed


def test_a_deleted_search_can_only_be_brought_back(client_for: ClientFor, acting: Acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        saved = make_search(owner_id=authority_ids["stockholm"])
    client = client_for("stockholm-officer")
    address = f"/suppliers/searches/{saved.id}"
    client.post(f"{address}/delete")
    assert client.get(address).status_code == 404
    assert client.post(address, data={"name": "Another"}).status_code == 404
    client.post(f"{address}/restore")
    assert "Halden in Sweden" in client.get(address).text


def test_a_colleague_sees_nothing_of_it(client_for: ClientFor, acting: Acting, authority_ids: dict[str, UUID]) -> None:
    acting("system")
    with db.transaction():
        saved = make_search(owner_id=authority_ids["stockholm"])
    for persona in ("stockholm-reader", "stockholm-coordinator", "stavanger-officer"):
        client = client_for(persona)
        assert "Halden in Sweden" not in client.get("/suppliers").text + client.get("/suppliers/searches").text
        assert client.get(f"/suppliers/searches/{saved.id}").status_code == 404
        for verb in ("delete", "restore"):
            assert client.post(f"/suppliers/searches/{saved.id}/{verb}").status_code == 404
    assert "Halden in Sweden" in client_for("stockholm-officer").get("/suppliers").text
    assert client_for("operator").get("/suppliers/searches").status_code == 403
    assert client_for("operator").get("/suppliers").status_code == 200


@pytest.mark.parametrize(
    ("state", "name", "says"),
    [
        (STATE, "   ", "Give the search a name."),
        (STATE, "x" * 81, "longer than 80"),
        (STATE, "Taken", "You have a saved search of this name."),
        ("", "All", "Nothing is searched for and nothing is chosen."),
        ("after=WzI1XQ&country=nowhere", "All", "Nothing is searched for and nothing is chosen."),
    ],
)
def test_what_cannot_be_saved_is_said_and_not_saved(
    client_for: ClientFor, acting: Acting, authority_ids, state: str, name: str, says: str
) -> None:
    acting("system")
    with db.transaction():
        make_search(owner_id=authority_ids["oslo"], name="Taken")
        make_search(owner_id=authority_ids["stockholm"], name="All")  # another person's name is free
    client = client_for("oslo-officer")
    page = client.post(f"/suppliers/searches/new?{state}", data={"name": name})
    assert says in page.text
    acting("system")
    assert db.session.scalar(select(func.count()).select_from(SavedSearch)) == 2


def test_there_is_an_end_to_their_number(acting: Acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        for number in range(services.MOST):
            make_search(owner_id=authority_ids["oslo"], name=f"Search {number}")
    officer = acting("oslo-officer")
    with pytest.raises(BadInput, match="You have 50 saved searches"), db.transaction():
        services.save(officer, "One more", CHOICE)
    with db.transaction():
        services.remove(officer, queries.saved_searches(officer)[0])
    with db.transaction():
        services.save(officer, "One more", CHOICE)
    deleted = queries.deleted_search(officer)
    assert deleted is not None
    with pytest.raises(BadInput, match="You have 50 saved searches"), db.transaction():
        services.bring_back(officer, deleted)


def test_renamed_deleted_and_brought_back(client_for: ClientFor, acting: Acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        first = make_search(owner_id=authority_ids["oslo"], name="First")
        second = make_search(owner_id=authority_ids["oslo"], name="Second")
    client = client_for("oslo-officer")
    assert (
        "You have a saved search of this name."
        in client.post(f"/suppliers/searches/{first.id}", data={"name": "Second"}).text
    )
    assert client.post(f"/suppliers/searches/{first.id}", data={"name": "Begun"}).location == "/suppliers/searches"
    assert "called “Begun” now" in client.get("/suppliers/searches").text

    client.post(f"/suppliers/searches/{first.id}/delete")
    page = client.get("/suppliers/searches").text
    assert "“Begun” is deleted." in page
    assert f'action="/suppliers/searches/{first.id}/restore"' in page
    assert "Begun" not in client.get("/suppliers").text
    client.post(f"/suppliers/searches/{second.id}", data={"name": "Begun"})  # the name is free
    client.post(f"/suppliers/searches/{first.id}/restore")
    assert "You have a saved search of this name." in client.get("/suppliers/searches").text
    client.post(f"/suppliers/searches/{second.id}", data={"name": "Second"})
    client.post(f"/suppliers/searches/{first.id}/restore")
    assert "“Begun” is back." in client.get("/suppliers").text

    client.post(f"/suppliers/searches/{first.id}/delete")
    client.post(f"/suppliers/searches/{second.id}/delete")
    acting("system")
    left = db.session.scalars(select(SavedSearch.id)).all()
    assert left == [second.id]  # the one deleted before is gone for good

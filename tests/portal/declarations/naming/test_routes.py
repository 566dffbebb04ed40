"""The queue through the screens, without a script: decide, see what was decided, undo."""

import pytest

from portal import db
from tests.factories.smelter_names import declare_name, list_name


@pytest.fixture
def network(acting, authority_ids):
    """Two names of Stockholm's private declaration that no list has; its id."""
    acting("system")
    with db.transaction():
        list_name("Nordgull AG", "CID900001", city="Drammen")
        found = declare_name("Nordgull AG, Drammen", "Handelshuset Quist", owner_id=authority_ids["stockholm"]).id
    db.session.remove()
    return found


NAME = {"metal": "gold", "name_key": "nordgull ag, drammen"}


def test_accept_and_take_back(client_for, network) -> None:
    client = client_for("stockholm-officer")
    assert "Say which smelters 2 names mean" in client.get("/").text
    page = client.get("/smelter-names").text
    assert "Nordgull AG, Drammen" in page
    assert "94 % sure" in page
    assert "What is left over is its place or its trade: drammen" in page
    assert "No listed smelter of this metal has a name like it." in page
    done = client.post("/smelter-names/accept", data={**NAME, "facility_id": "CID900001"})
    assert (done.status_code, done.location) == (302, "/smelter-names#queue")
    assert "is accepted as Nordgull AG" in client.get("/smelter-names").text
    assert "The network accepted the name for this smelter." in client.get(f"/declarations/{network}").text
    assert "CID900001" in client.get(f"/declarations/{network}/smelters.csv").text
    decided = client.get("/smelter-names/decided").text
    assert "by our authority" in decided
    assert f"/declarations/{network}" in decided

    other = client_for("oslo-officer")
    page = other.get("/smelter-names/decided").text
    assert "Nordgull AG, Drammen" in page
    assert "by another member" in page
    assert str(network) not in page
    assert "Stockholm" not in page
    address = page.split('action="/smelter-names/')[1].split('"')[0]
    assert other.post(f"/smelter-names/{address}").location == "/smelter-names/decided"
    assert "Nordgull AG, Drammen" in client.get("/smelter-names").text


def test_an_id_that_no_list_has_is_said_beside_its_field(client_for, network) -> None:
    client = client_for("stockholm-officer")
    page = client.post("/smelter-names/accept", data={**NAME, "facility_id": "CID000000"})
    assert page.status_code == 422
    assert "No list has a smelter “CID000000” for this metal." in page.text
    assert 'value="CID000000"' in page.text
    assert client.post("/smelter-names/accept", data={"facility_id": "CID900001"}).status_code == 400


def test_reject_and_not_a_smelter(client_for, network) -> None:
    client = client_for("stockholm-officer")
    assert client.post("/smelter-names/reject", data={**NAME, "facility_id": "CID900001"}).status_code == 302
    page = client.get("/smelter-names").text
    assert "is no longer suggested" in page
    assert "% sure" not in page
    assert client.post("/smelter-names/not-a-smelter", data=NAME).status_code == 302
    assert client.post("/smelter-names/not-a-smelter", data=NAME).status_code == 404
    assert "The network knows the name as no smelter." in client.get(f"/declarations/{network}").text


def test_a_stranger_sees_an_empty_queue(client_for, network) -> None:
    client = client_for("oslo-officer")
    page = client.get("/smelter-names").text
    assert "No name waits for you" in page
    assert "Quist" not in page
    assert client.post("/smelter-names/accept", data={**NAME, "facility_id": "CID900001"}).status_code == 404
    assert client_for("stockholm-reader").get("/smelter-names").status_code == 403

"""Names that a list has by now: looked over, accepted together, taken back together."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from portal import db
from portal.declarations.naming import queries, services
from portal.declarations.naming.exact import accepted_together, listed_meanwhile
from portal.declarations.naming.models import SmelterNameVerdict
from tests.factories.smelter_names import declare_name, list_name, make_verdict

KEYS = {("gold", "nordgull ag"), ("gold", "sydgull ag")}


@pytest.fixture
def network(acting, authority_ids) -> UUID:
    """Stockholm's private declaration: two names that a list has, one that two facilities have, one that none has."""
    acting("system")
    with db.transaction():
        list_name("Nordgull AG", "CID900001")
        list_name("Sydgull AG", "CID900002")
        list_name("Twin Refinery", "CID900003")
        list_name("Twin Refinery", "CID900004")
        names = ("NORDGULL AG", "Sydgull AG", "Twin Refinery", "Sydgull AG, Bergen")
        found = declare_name(*names, owner_id=authority_ids["stockholm"]).id
    db.session.remove()
    return found


def test_only_names_of_one_smelter_letter_for_letter(acting, network) -> None:
    found = listed_meanwhile(acting("stockholm-officer"))
    assert [(one.name, one.smelter.facility_id, one.declarations) for one in found] == [
        ("NORDGULL AG", "CID900001", 1),
        ("Sydgull AG", "CID900002", 1),
    ]
    assert listed_meanwhile(acting("oslo-officer")) == []  # of another authority's private declaration


def test_what_was_rejected_is_not_accepted_with_others(acting, network) -> None:
    acting("system")
    with db.transaction():
        make_verdict("Sydgull AG", verdict="rejected", facility_id="CID900002")
    assert [one.name for one in listed_meanwhile(acting("stockholm-officer"))] == ["NORDGULL AG"]


def test_accepted_and_taken_back_together(acting, network) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        batch_id, number = services.accept_listed(actor, {*KEYS, ("gold", "twin refinery")})
    assert number == 2
    assert {one.facility_id for one in accepted_together(actor, batch_id)} == {"CID900001", "CID900002"}
    assert {one.name for one in queries.open_names(actor).rows} == {"Twin Refinery", "Sydgull AG, Bergen"}
    other = acting("oslo-officer")
    assert accepted_together(other, batch_id) == []
    with db.transaction():
        assert services.revoke_together(other, batch_id) == 0

    actor = acting("stockholm-officer")
    with db.transaction():
        services.revoke(actor, accepted_together(actor, batch_id)[0])
        assert services.revoke_together(actor, batch_id) == 1
        assert services.revoke_together(actor, uuid4()) == 0
    assert len(queries.open_names(actor).rows) == 4


def test_two_who_accept_the_same_names_at_once_accept_each_once(acting, network) -> None:
    together = Barrier(2)

    def accept(name: str) -> int:
        actor = acting(name)
        try:
            with db.transaction():
                listed_meanwhile(actor)
                together.wait(timeout=20)
                return services.accept_listed(actor, KEYS)[1]
        finally:
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        numbers = list(pool.map(accept, ("stockholm-officer", "stockholm-coordinator")))
    assert sum(numbers) == 2
    acting("system")
    assert db.session.scalar(select(func.count()).select_from(SmelterNameVerdict)) == 2


def test_through_the_screens(client_for, network) -> None:
    client = client_for("stockholm-officer")
    assert "has 2 of these names, letter for letter" in client.get("/smelter-names").text
    assert "CID900002" in client.get("/smelter-names/listed").text
    nothing = client.post("/smelter-names/listed", follow_redirects=True)
    assert "No name is chosen." in nothing.text
    done = client.post("/smelter-names/listed", data={"name": ["gold|nordgull ag", "gold|sydgull ag"]})
    page = client.get(done.location).text
    assert "2 names are accepted." in page
    assert "Take all of them back" in page
    assert "with others" in client.get("/smelter-names/decided").text
    together = done.location.rpartition("=")[2]
    assert "Take all of them back" not in client_for("oslo-officer").get(done.location).text
    back = client.post("/smelter-names/together/revoke", data={"together": together}, follow_redirects=True)
    assert "2 decisions are taken back." in back.text
    assert client.post("/smelter-names/together/revoke", data={"together": "x"}).status_code == 400
    assert client_for("stockholm-reader").get("/smelter-names/listed").status_code == 403

"""Open Supply Hub's API against a local server: token, pace, moved and retired OS IDs, bad answers, a whole round."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from portal import db
from portal.registry import queries as registry
from portal.registry.identifiers import Identifier
from portal.registry.models import Supplier
from portal.registry.oshub.models import PlaceProposal
from portal.registry.oshub.queries import Wanted
from portal.registry.oshub.rules import Problem
from portal.settings import get_settings
from tests.events import deliver_all
from tests.factories.registry import make_supplier
from tests.oshub import NEW, OLD, OTHER, RETIRED, TOKEN, OshubServer, location, running
from tests.servers import Servers
from worker.connectors import oshub as connector
from worker.connectors.guarded import Limits
from worker.connectors.oshub import OpenSupplyHub
from worker.pace import Pace

QUICK = Limits(size=50_000, connect=1, read=0.5, total=3, longest_pause=0.05, accept="application/json")
HALDEN = Wanted("Halden Computing AB", (), ())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, settings) -> Iterator[OshubServer]:
    with running() as local:
        monkeypatch.setenv("SOURCE_PRIVATE_HOSTS", local.host)
        monkeypatch.setenv("OPENSUPPLYHUB_URL", local.base)
        monkeypatch.setenv("OPENSUPPLYHUB_TOKEN", TOKEN)
        get_settings.cache_clear()
        yield local
    get_settings.cache_clear()


@pytest.fixture
def api(server: OshubServer, servers: Servers) -> OpenSupplyHub:
    """At a pace of its own, with short waits."""
    pace = Pace(servers.redis_url, f"test-{time.monotonic_ns()}", 600)
    return OpenSupplyHub(server.base, TOKEN, pace, QUICK, budget=4)


def test_places_come_with_what_is_said_of_them_and_without_what_nobody_can_use(api, server) -> None:
    server.places = [
        location(OLD, "Halden Shenzhen Ltd", claim_status="claimed", number_of_workers={"min": 100, "max": 250}),
        location("CN2021250D1DTN8", "Halden with a mistyped number"),
        location(OTHER, "Halden seen by satellite", is_candidate=True),
    ]
    answer = api.look_up(replace(HALDEN, addresses=(("1 Harbour Road", "CN"),)))
    assert answer.problem is None
    assert {place.os_id for place in answer.found} == {OLD}
    place = answer.found[0]
    assert (place.name, place.address, place.country) == ("Halden Shenzhen Ltd", "1 Harbour Road, Shenzhen", "CN")
    assert (place.claimed, place.closed, place.workers, place.sectors) == (True, False, "100–250", ["Electronics"])
    path, query, headers = server.asked[0]
    assert (path, query) == ("/api/v1/production-locations/", {"name": "Halden Computing AB", "size": "25"})
    assert headers["Authorization"] == f"Token {TOKEN}"
    assert server.asked[1][1] == {**query, "address": "1 Harbour Road", "country": "CN"}


def test_a_known_os_id_is_followed_to_where_it_moved_and_a_retired_one_leads_nowhere(api, server) -> None:
    server.places = [location(NEW, "Halden Shenzhen Ltd", historical_os_id=[OLD])]
    answer = api.look_up(replace(HALDEN, os_ids=(RETIRED, OLD, NEW)))
    assert {old: place.os_id for old, place in answer.moved.items()} == {OLD: NEW}
    assert answer.moved[OLD].former == [OLD]


def test_a_redirect_of_a_moved_os_id_is_followed_within_the_api_alone(api, server) -> None:
    where = f"{server.base}/production-locations/{NEW}/"
    moved = lambda handler: handler.send(301, {}, Location=where)  # noqa: E731
    place = lambda handler: handler.send(200, location(NEW, "Halden Shenzhen Ltd"))  # noqa: E731
    none = lambda handler: handler.send(200, {"count": 0, "data": []})  # noqa: E731
    server.instead = [moved, place, none]
    assert api.look_up(replace(HALDEN, os_ids=(OLD,))).moved[OLD].os_id == NEW
    with running() as elsewhere:
        server.instead = lambda handler: handler.send(302, {}, Location=f"{elsewhere.base}/production-locations/")
        assert api.look_up(HALDEN).problem == Problem.FORBIDDEN_ADDRESS
        assert elsewhere.asked == [], "the token goes nowhere else"


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_is_believed_at_once(api, server, status: int) -> None:
    server.instead = lambda handler: handler.send(status, {"detail": "Invalid token."})
    assert api.look_up(HALDEN).problem == Problem.TOKEN_REFUSED
    assert len(server.asked) == 1


def test_a_wrong_token_is_not_shown_anywhere(api, server) -> None:
    answer = replace(api, token="wrong").look_up(HALDEN)
    assert (answer.problem, answer.params) == (Problem.TOKEN_REFUSED, {"status": 401})
    assert TOKEN not in repr(api)


def test_a_moment_of_5xx_is_got_over_and_a_lasting_one_is_said(api, server) -> None:
    down = lambda handler: handler.send(503, {})  # noqa: E731
    server.instead = [down, lambda handler: handler.send(200, {"count": 0, "data": []})]
    assert api.look_up(HALDEN).problem is None
    server.instead = down
    server.asked.clear()
    assert api.look_up(HALDEN).problem == Problem.UNREACHABLE
    assert len(server.asked) == QUICK.attempts


def test_429_lets_all_workers_wait_for_as_long_as_it_asks(api, server) -> None:
    server.instead = lambda handler: handler.send(429, {"detail": "throttled"}, Retry_After="20")
    answer = api.look_up(HALDEN)
    assert (answer.problem, answer.params) == (Problem.BUSY, {"retry_after": 20})
    assert len(server.asked) == 1
    server.instead = None
    again = api.look_up(HALDEN)
    assert again.problem == Problem.BUSY
    assert 15 <= again.params["retry_after"] <= 20
    assert len(server.asked) == 1, "it is left alone"


def test_a_short_429_is_waited_for(api, server) -> None:
    busy = lambda handler: handler.send(429, {}, Retry_After="1")  # noqa: E731
    server.instead = [busy, lambda handler: handler.send(200, {"count": 0, "data": []})]
    began = time.monotonic()
    assert api.look_up(HALDEN).problem is None
    assert time.monotonic() - began >= 1


ODD = b'{"data": [{"os_id": "CN2021250D1DTN7", "name": "x", "address": "y", "country": 7}]}'


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"data": null}', b'{"data": [1]}', ODD, b"[" * 9000])
def test_what_is_no_answer_is_refused(api, server, body: bytes) -> None:
    server.instead = lambda handler: handler.send(200, body)
    assert api.look_up(HALDEN).problem == Problem.UNEXPECTED


def test_too_large_too_slow_and_private_addresses_are_refused(api, server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.instead = lambda handler: handler.send(200, b"x" * 60_000)
    assert api.look_up(HALDEN).problem == Problem.TOO_LARGE
    server.instead = lambda handler: time.sleep(2)
    began = time.monotonic()
    assert api.look_up(HALDEN).problem == Problem.UNREACHABLE
    assert time.monotonic() - began < 5
    monkeypatch.setenv("SOURCE_PRIVATE_HOSTS", "")
    get_settings.cache_clear()
    server.asked.clear()
    assert api.look_up(HALDEN).problem == Problem.FORBIDDEN_ADDRESS
    assert server.asked == []


def test_it_is_off_without_a_token(server, monkeypatch: pytest.MonkeyPatch, client_for, acting) -> None:
    monkeypatch.setenv("OPENSUPPLYHUB_TOKEN", "")
    get_settings.cache_clear()
    assert connector.oshub() is None
    acting("system")
    with db.transaction():
        supplier = make_supplier()
    officer = client_for("stockholm-officer")
    page = officer.get(f"/suppliers/{supplier.id}/places").text
    assert "OPENSUPPLYHUB_TOKEN" in page
    assert "Search for places" not in page
    answer = officer.post(f"/suppliers/{supplier.id}/places/search", follow_redirects=True)
    assert "has no token" in answer.text
    deliver_all()
    assert server.asked == []


def test_a_whole_round_asks_proposes_and_adds_what_a_person_accepts(server, client_for, acting) -> None:
    server.places = [
        location(NEW, "Halden Shenzhen Ltd", "2 Quay Road, Shenzhen", historical_os_id=[OLD]),
        location(OTHER, "Halden Computing Vietnam", country={"alpha_2": "CN"}, is_closed=True),
    ]
    acting("system")
    with db.transaction():
        supplier = make_supplier(identifiers=(Identifier("os_id", OLD),))
    officer = client_for("stockholm-officer")
    address = f"/suppliers/{supplier.id}/places"
    assert "It was never asked" in officer.get(address).text
    assert officer.post(f"{address}/search").location == address
    assert "Open Supply Hub is being asked." in officer.get(address).text
    deliver_all()
    page = officer.get(address).text
    assert f"The supplier’s OS ID {OLD} leads here now" in page
    assert "says that it is closed" in page
    acting("system")
    proposals = {one.os_id: one for one in db.session.scalars(select(PlaceProposal))}
    assert {one.state for one in proposals.values()} == {"open"}, "nothing is accepted by itself"
    assert numbers(supplier) == {OLD}
    ids = {os_id: one.id for os_id, one in proposals.items()}
    found_on = proposals[NEW].found_on
    officer.post(f"/place-proposals/{ids[NEW]}/accept")
    officer.post(f"/place-proposals/{ids[OTHER]}/reject")
    acting("system")
    assert numbers(supplier) == {OLD, NEW}, "the former number stays"
    (site,) = [one for one in registry.get_facts(supplier.id).sites if one.address == "2 Quay Road, Shenzhen"]
    assert (site.source, site.source_date, site.country) == ("Open Supply Hub", found_on, "CN")
    officer.post(f"{address}/search")
    deliver_all()
    page = officer.get(address).text
    assert "No place is left to decide" in page, "what was decided is not proposed again"
    assert "Rejected" in page


def numbers(supplier: Supplier) -> set[str]:
    """The supplier's OS IDs."""
    db.session.expire_all()
    return {one.value for one in registry.get_facts(supplier.id).identifiers if one.scheme == "os_id"}

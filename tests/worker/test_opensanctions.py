"""OpenSanctions' match API against a local server: batches, key, status of each query, quota, bad answers."""

import time
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from portal import db
from portal.registry.identifiers import Identifier
from portal.registry.models import Follow
from portal.sanctions.models import ListedParty, OutsideCheck, SanctionCandidate
from portal.sanctions.resemblance import Subject
from portal.sanctions.services import asking
from portal.sanctions.subjects import Named
from portal.settings import get_settings
from portal.sources.models import SyncRun
from portal.sources.rules import Reason
from tests.events import deliver_all
from tests.factories.registry import make_supplier
from tests.opensanctions import KEY, OpenSanctionsServer, result, running
from worker.connectors import opensanctions as connector
from worker.connectors.guarded import Limits
from worker.connectors.opensanctions import OpenSanctions

QUICK = Limits(size=50_000, connect=1, read=0.5, total=3, attempts=1, accept="application/json")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, settings) -> Iterator[OpenSanctionsServer]:
    with running() as local:
        monkeypatch.setenv("SOURCE_PRIVATE_HOSTS", local.host)
        monkeypatch.setenv("OPENSANCTIONS_URL", f"http://{local.host}")
        monkeypatch.setenv("OPENSANCTIONS_KEY", KEY)
        get_settings.cache_clear()
        yield local
    get_settings.cache_clear()


@pytest.fixture
def api(server: OpenSanctionsServer) -> OpenSanctions:
    return OpenSanctions(f"http://{server.host}", "sanctions", KEY, QUICK, pauses=(0.01, 0.01))


def named(key: str, name: str, country: str | None = "SE", numbers: tuple[tuple[str, str], ...] = ()) -> Named:
    return Named("supplier", key, Subject((name,), country, numbers))


def test_a_batch_is_one_request_with_key_names_country_and_numbers(api, server) -> None:
    server.results["Elvdal AB"] = [result("Q1", "Elvdal Trust", 0.91, country=["se"], leiCode=["529900T8BM49AURSDO55"])]
    numbers = (("lei", "529900T8BM49AURSDO55"), ("se.orgnr", "5560360793"))
    answer = api.match([named("a", "Elvdal AB", "SE", numbers), named("b", "Skog AB", None)])
    assert answer.refused is None
    (found,) = answer.results["a"]
    assert (found.score, found.algorithm, found.party.ref) == (0.91, "logic-v2", "Q1")
    assert (found.party.countries, found.party.numbers) == (("SE",), ("529900T8BM49AURSDO55",))
    assert answer.results["b"] == []
    assert len(server.asked) == 1
    path, headers, body = server.asked[0]
    assert path == "/match/sanctions?limit=5&threshold=0.7"
    assert headers["Authorization"] == f"ApiKey {KEY}"
    assert body["queries"]["a"] == {
        "schema": "Company",
        "properties": {
            "name": ["Elvdal AB"],
            "jurisdiction": ["se"],
            "leiCode": ["529900T8BM49AURSDO55"],
            "registrationNumber": ["5560360793"],
        },
    }
    assert "jurisdiction" not in body["queries"]["b"]["properties"]


def test_a_query_that_fails_by_itself_is_not_taken_for_no_result(api, server) -> None:
    answer = api.match([named("a", "Elvdal AB"), named("b", "Broken AB"), named("c", "Forgotten AB")])
    assert answer.results == {"a": []}
    assert answer.failed == {"b": "500", "c": "missing"}


def test_people_and_ships_are_dropped(api, server) -> None:
    server.results["Elvdal AB"] = [
        result("Q2", "Kari Hemmelig", schema="Person"),
        result("Q3", "MS Elvdal", schema="Vessel"),
        result("Q4", "Elvdal", schema="Organization", country=["eu", "suhh"]),
    ]
    (found,) = api.match([named("a", "Elvdal AB")]).results["a"]
    assert (found.party.name, found.party.countries) == ("Elvdal", ())


def test_no_more_than_a_hundred_at_once(api) -> None:
    with pytest.raises(ValueError, match="100"):
        api.match([named(str(number), "Elvdal AB") for number in range(101)])


def test_a_wrong_key_is_believed_at_once(api, server) -> None:
    answer = replace(api, key="wrong").match([named("a", "Elvdal AB")])
    assert answer.refused
    assert (answer.refused.reason, answer.refused.params["status"]) == (Reason.HTTP_ERROR, 401)
    assert len(server.asked) == 1


def test_429_without_retry_after_is_tried_a_little_later_and_then_believed(api, server) -> None:
    server.instead = lambda handler: handler.send(429, {"detail": "quota"})
    answer = api.match([named("a", "Elvdal AB")])
    assert answer.refused
    assert answer.refused.params["status"] == 429
    assert len(server.asked) == 3


def test_a_moment_of_429_or_5xx_is_got_over(api, server) -> None:
    def busy(handler):
        handler.send(429, {})

    def down(handler):
        handler.send(503, {})

    def well(handler):
        handler.send(200, {"responses": {"a": {"status": 200, "results": []}}})

    server.instead = [busy, down, well]
    assert api.match([named("a", "Elvdal AB")]).results == {"a": []}


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"responses": []}', b'{"responses": null}', b"[" * 100_000])
def test_what_is_no_answer_is_refused(api, server, body: bytes) -> None:
    server.instead = lambda handler: handler.send(200, body)
    answer = replace(api, limits=replace(QUICK, size=200_000)).match([named("a", "Elvdal AB")])
    assert answer.refused
    assert answer.refused.reason == Reason.NOT_A_LIST


@pytest.mark.parametrize(
    "said", [{"status": 200}, {"status": 200, "results": [{"id": 1}]}, {"status": 200, "results": 7}, [], "x"]
)
def test_a_part_that_is_not_as_documented_fails_alone(api, server, said) -> None:
    good = {"status": 200, "results": []}
    server.instead = lambda handler: handler.send(200, {"responses": {"a": said, "b": good}})
    answer = api.match([named("a", "Elvdal AB"), named("b", "Skog AB")])
    assert set(answer.failed) == {"a"}
    assert answer.results == {"b": []}


def test_too_large_too_slow_and_redirects_are_refused_and_the_key_goes_nowhere_else(api, server) -> None:
    server.instead = lambda handler: handler.send(200, b"x" * 60_000)
    assert api.match([named("a", "Elvdal AB")]).refused.reason == Reason.TOO_LARGE
    server.instead = lambda handler: time.sleep(1)
    began = time.monotonic()
    assert api.match([named("a", "Elvdal AB")]).refused.reason == Reason.UNREACHABLE
    assert time.monotonic() - began < 4
    with running() as elsewhere:
        server.instead = lambda handler: handler.send(302, {}, Location=f"http://{elsewhere.host}/match/sanctions")
        assert api.match([named("a", "Elvdal AB")]).refused.reason == Reason.FORBIDDEN_ADDRESS
        assert elsewhere.asked == []


def test_a_private_address_is_not_asked_unless_it_is_named(api, monkeypatch: pytest.MonkeyPatch, server) -> None:
    monkeypatch.setenv("SOURCE_PRIVATE_HOSTS", "")
    get_settings.cache_clear()
    assert api.match([named("a", "Elvdal AB")]).refused.reason == Reason.FORBIDDEN_ADDRESS
    assert server.asked == []


def test_it_is_off_by_default(settings, monkeypatch: pytest.MonkeyPatch, client_for, database) -> None:
    monkeypatch.delenv("OPENSANCTIONS_URL", raising=False)
    get_settings.cache_clear()
    assert connector.opensanctions() is None
    operator = client_for("operator")
    assert "OPENSANCTIONS_URL" in operator.get("/sanctions/opensanctions").text
    assert "switched off" in operator.post("/sanctions/opensanctions/ask", follow_redirects=True).text


def followed(acting, authority_ids, count: int, name: str = "Elvdal {} AB") -> list[UUID]:
    acting("system")
    with db.transaction():
        made = [make_supplier(name.format(number), "SE").id for number in range(count)]
        db.session.add_all([Follow(authority_id=authority_ids["stockholm"], supplier_id=one) for one in made])
    return made


def test_followed_suppliers_are_asked_for_by_hundreds_and_become_candidates(
    server, client_for, acting, authority_ids
) -> None:
    made = followed(acting, authority_ids, 130)
    with db.transaction():
        make_supplier("Nobody follows AB", identifiers=(Identifier("se.orgnr", "5560360793"),))
    server.results["Elvdal 7 AB"] = [result("Q7", "Elvdal Seven Trust", 0.83)]
    operator = client_for("operator")
    assert operator.post("/sanctions/opensanctions/ask").status_code == 302
    deliver_all()
    sizes = [len(body["queries"]) for _path, _headers, body in server.asked]
    assert sizes == [100, 30]
    acting("system")
    candidate = db.session.scalars(select(SanctionCandidate)).one()
    assert (candidate.supplier_id, candidate.score) == (made[7], 0.83)
    assert len(db.session.scalars(select(OutsideCheck)).all()) == 130
    page = client_for("stavanger-officer").get(f"/sanctions/candidates/{candidate.id}").text
    assert "OpenSanctions calls them alike: 83 of 100, by its method logic-v2" in page
    assert "130" in operator.get("/sanctions/opensanctions").text
    operator.post("/sanctions/opensanctions/ask")
    deliver_all()
    assert len(server.asked) == 2, "who was answered is not paid for again"


def test_a_used_up_quota_closes_it_until_next_month_and_says_so(
    server, client_for, acting, authority_ids, monkeypatch
) -> None:
    monkeypatch.setattr(connector.OpenSanctions, "__init__", _quick(connector.OpenSanctions.__init__))
    followed(acting, authority_ids, 2)
    server.instead = lambda handler: handler.send(429, {})
    operator = client_for("operator")
    operator.post("/sanctions/opensanctions/ask")
    deliver_all()
    asked = len(server.asked)
    acting("system")
    run = db.session.scalars(select(SyncRun).where(SyncRun.source_code == "opensanctions")).one()
    assert (run.state, run.reason, run.reason_params["status"]) == ("failed", Reason.HTTP_ERROR, 429)
    assert db.session.scalars(select(OutsideCheck)).all() == []
    assert asking.closed_until()
    assert "used up" in operator.get("/sanctions/opensanctions").text
    answer = operator.post("/sanctions/opensanctions/ask", follow_redirects=True)
    assert "used up" in answer.text
    deliver_all()
    assert len(server.asked) == asked
    assert db.session.scalars(select(ListedParty)).all() == []


def _quick(make):
    def made(self, *args, **kwargs):
        make(self, *args, **{"limits": QUICK, "pauses": (0.01,), **kwargs})

    return made

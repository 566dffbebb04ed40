"""The connector for GLEIF against a local server: records, parents, searches, and every way of not answering."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from portal.registry.gleif.rules import Problem
from portal.settings import get_settings
from tests.gleif import BRANCH, GROUP, HALDEN, HOLDING, NEW, OLD, GleifServer, completion, item, lei, running
from tests.servers import Servers
from worker.connectors import gleif as connector
from worker.connectors.gleif import Gleif
from worker.connectors.guarded import Limits
from worker.connectors.service import door_below
from worker.pace import Pace

QUICK = Limits(size=20_000, connect=1, read=0.3, total=2, attempts=1, accept="application/vnd.api+json")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, settings) -> Iterator[GleifServer]:
    with running() as local:
        monkeypatch.setenv("SOURCE_PRIVATE_HOSTS", local.host)
        monkeypatch.setenv("GLEIF_URL", local.base)
        get_settings.cache_clear()
        yield local
    get_settings.cache_clear()


@pytest.fixture
def api(server: GleifServer, servers: Servers) -> Gleif:
    """At a pace of its own, with short waits."""
    pace = Pace(servers.redis_url, f"test-{time.monotonic_ns()}", 600)
    return Gleif(server.base, pace, QUICK, budget=3, pauses=(0.01, 0.01))


def problem(api: Gleif, number: str = HALDEN) -> tuple[Problem | None, dict[str, object]]:
    answer = api.record(number)
    assert not answer.records
    return answer.problem, dict(answer.params)


def test_a_record_comes_with_its_parents(api: Gleif, server: GleifServer) -> None:
    answer = api.record(HALDEN)
    (data,) = answer.records
    assert answer.published_on == date(2026, 6, 1)
    assert (data.legal_name, data.country, data.registered_as) == ("HALDEN COMPUTING AKTIEBOLAG", "SE", "556036-0793")
    assert data.address == "Storgatan 1, 111 22, Halden"
    assert (data.updated_on, data.renewal_on) == (date(2026, 3, 1), date(2027, 3, 1))
    assert [(one.name, one.type) for one in data.other_names] == [("Datorhuset Halden AB", "PREVIOUS_LEGAL_NAME")]
    assert data.direct_parent
    assert data.ultimate_parent
    assert (data.direct_parent.lei, data.ultimate_parent.lei) == (GROUP, HOLDING)
    paths = [path.removeprefix("/api/v1/lei-records/") for path in server.asked]
    assert paths == [HALDEN, f"{HALDEN}/direct-parent", f"{HALDEN}/ultimate-parent"]


def test_reasons_for_no_parent_statuses_successor_and_head_office(api: Gleif) -> None:
    (group,), (old,), (branch,) = (api.record(one).records for one in (GROUP, OLD, BRANCH))
    assert (group.direct_exception, group.ultimate_exception) == ("NATURAL_PERSONS", "NO_KNOWN_PERSON")
    assert group.registration_status == "LAPSED"
    assert group.entity_status == "ACTIVE"
    assert (old.registration_status, [(one.lei, one.name) for one in old.successors]) == (
        "MERGED",
        [(NEW, "Fjell Nya AB")],
    )
    assert branch.head_office
    assert branch.head_office.lei == HALDEN
    assert group.head_office is None


def test_a_lei_that_gleif_does_not_know(api: Gleif, server: GleifServer) -> None:
    assert problem(api, lei("nobody")) == (Problem.NOT_FOUND, {})
    assert len(server.asked) == 1


def test_a_short_wait_is_kept_and_then_it_goes_on(api: Gleif, server: GleifServer) -> None:
    moments: list[float] = []

    def busy_once(handler) -> None:
        moments.append(time.monotonic())
        server.instead = None
        handler.send(429, b"", Retry_After="1")

    server.instead = busy_once
    assert api.record(HALDEN).records
    assert time.monotonic() - moments[0] >= 1


def test_a_long_wait_is_told_not_kept(api: Gleif, server: GleifServer, servers: Servers) -> None:
    server.instead = lambda handler: handler.send(429, b"", Retry_After="120")
    began = time.monotonic()
    found, params = problem(api)
    assert (found, time.monotonic() - began < 2) == (Problem.BUSY, True)
    assert 110 < float(str(params["retry_after"])) <= 120
    server.instead = None
    assert problem(api)[0] is Problem.BUSY, "other requests keep to the pause, too"
    assert len(server.asked) == 1


def test_errors_of_the_server_are_tried_again(api: Gleif, server: GleifServer) -> None:
    server.instead = lambda handler: handler.send(500)
    assert problem(api) == (Problem.UNREACHABLE, {"status": 500})
    assert len(server.asked) == 3


def test_a_server_that_hangs_is_left_in_time(api: Gleif, server: GleifServer) -> None:
    server.instead = lambda _handler: time.sleep(1.2)
    began = time.monotonic()
    assert problem(api) == (Problem.UNREACHABLE, {})
    assert time.monotonic() - began < 3


def test_no_server_at_all(api: Gleif, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_PRIVATE_HOSTS", "127.0.0.1:1")
    get_settings.cache_clear()
    assert problem(replace(api, base="http://127.0.0.1:1/api/v1")) == (Problem.UNREACHABLE, {})


def test_a_plain_no_is_believed(api: Gleif, server: GleifServer) -> None:
    server.instead = lambda handler: handler.send(403)
    assert problem(api) == (Problem.HTTP_ERROR, {"status": 403})
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"<html>maintenance</html>",
        b"[]",
        b'{"data": null}',
        b'{"data": {"id": 5, "attributes": {}}}',
        b'{"data": {"id": "x", "attributes": {"entity": {"legalName": {"name": null}}, "registration": {}}}}',
        b'{"data": {"id": "x", "attributes": {"entity": {"legalName": {"name": "A"}}, "registration": []}}}',
        b"[" * 100_000,
        "{\x00}".encode("utf-16"),
    ],
)
def test_what_is_no_record_is_refused_whole(api: Gleif, server: GleifServer, body: bytes) -> None:
    server.instead = lambda handler: handler.send(200, body)
    limits = replace(QUICK, size=200_000)
    assert problem(replace(api, limits=limits)) == (Problem.UNEXPECTED, {})


def test_a_record_of_another_lei_is_refused(api: Gleif, server: GleifServer) -> None:
    server.pages[f"/lei-records/{HALDEN}"] = server.pages[f"/lei-records/{GROUP}"]
    assert problem(api) == (Problem.UNEXPECTED, {})


def test_a_huge_answer_is_refused(api: Gleif, server: GleifServer) -> None:
    server.instead = lambda handler: handler.send(200, b"x" * 50_000)
    assert problem(api) == (Problem.TOO_LARGE, {})


def test_what_would_be_dangerous_to_show_is_taken_out(api: Gleif, server: GleifServer) -> None:
    server.put(item(NEW, "Nor\u202edvik\x00 <b>AB</b>", registeredAs="1\n2"))
    (data,) = api.record(NEW).records
    assert (data.legal_name, data.registered_as) == ("Nor dvik <b>AB</b>", "1 2")


def test_private_places_are_refused_unless_they_are_named(
    api: Gleif, server: GleifServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_PRIVATE_HOSTS", "")
    get_settings.cache_clear()
    assert problem(api) == (Problem.FORBIDDEN_ADDRESS, {})
    assert problem(replace(api, base="https://localhost/api/v1")) == (Problem.FORBIDDEN_ADDRESS, {})
    assert server.asked == []


def test_a_redirect_elsewhere_is_not_followed(api: Gleif, server: GleifServer) -> None:
    server.instead = lambda handler: handler.send(302, b"", Location="http://169.254.169.254/latest/meta-data")
    assert problem(api) == (Problem.FORBIDDEN_ADDRESS, {})


def test_a_name_is_looked_for_exactly_first(api: Gleif, server: GleifServer) -> None:
    answer = api.search("Fjell Nya AB", "SE")
    assert [one.lei for one in answer.records] == [NEW]
    assert len(server.asked) == 1
    assert api.search("Fjell Nya AB", "NO").records == []


def test_a_name_like_it_is_looked_for_next_and_the_likeliest_comes_first(api: Gleif, server: GleifServer) -> None:
    server.completions = [completion(OLD, "Fjell Gamla AB"), completion(NEW, "Fjell Nya AB")]
    answer = api.search("Fjell Nya Aktiebolaget", "SE")
    assert [one.lei for one in answer.records] == [NEW, OLD]
    assert "fuzzycompletions?field=entity.legalName&q=Fjell+Nya+Aktiebolaget" in server.asked[1]
    server.instead = lambda handler: handler.send(500)
    assert api.search("Fjell", None).problem is Problem.UNREACHABLE


def test_the_setting_switches_it_off(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    monkeypatch.setenv("GLEIF_URL", "")
    get_settings.cache_clear()
    assert connector.gleif() is None
    monkeypatch.delenv("GLEIF_URL")
    get_settings.cache_clear()
    found = connector.gleif()
    assert found
    assert found.base == "https://api.gleif.org/api/v1"
    door = door_below(found.base)
    assert door.is_allowed("https://api.gleif.org/api/v1/lei-records/x")
    for other in ("http://api.gleif.org/api/v1/x", "https://api.gleif.org.example/api/v1/x", "https://api.gleif.org/"):
        assert not door.is_allowed(other)


def test_captured_answers(api: Gleif, server: GleifServer, shared_data) -> None:
    server.replay(shared_data / "gleif")
    numbers = [path.split("/")[2] for path in server.pages if path.count("/") == 2]
    captured = [one for one in numbers if not one.startswith("00TEST")]
    found = {one: api.record(one) for one in captured}
    assert len(found) == 12
    assert {one: answer.problem for one, answer in found.items() if answer.problem} == {}
    by_name = {answer.records[0].legal_name: answer.records[0] for answer in found.values()}
    assert by_name["SHELL PLC"].other_names[0].name == "ROYAL DUTCH SHELL PLC"
    assert by_name["SHELL PLC"].direct_exception == "NO_KNOWN_PERSON"
    assert by_name["NFA INTERNATIONAL"].registration_status == "LAPSED"
    nordic = by_name["Nordic Legal Entity Identifier AB"]
    assert nordic.direct_parent
    assert nordic.direct_parent.name == "La Gare Holding AB"
    amazon = by_name["Amazon Digital UK Limited"]
    assert (amazon.direct_exception, amazon.ultimate_parent and amazon.ultimate_parent.lei) == (
        "NON_PUBLIC",
        "ZXTILKJKG63JELOEG630",
    )

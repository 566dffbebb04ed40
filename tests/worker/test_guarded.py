"""The connector against a local server that answers, forgets, redirects, dawdles and lies."""

import gzip
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from time import perf_counter, sleep
from urllib.parse import urlsplit

import pytest

from portal.settings import Settings, get_settings
from portal.sources.catalogue import RMAP
from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from portal.sources.services.runs import Fetched
from tests.listserver import Handler, LocalServer, running
from worker.connectors import cahra, facility_lists
from worker.connectors.guarded import Door, Limits, fetch, is_public

LIST = b"Smelter ID,Metal\nCID900001,Gold\n"
QUICK = Limits(size=1000, connect=1, read=0.3, total=3, attempts=3, longest_pause=0.01)


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A server whose `answer` the test sets."""
    with running() as local:
        yield local


OPEN = Door(is_allowed=lambda _url: True, is_private=lambda _host: True)


def refused(server: LocalServer, door: Door = OPEN, limits: Limits = QUICK) -> Refused:
    with pytest.raises(Refused) as error:
        fetch(server.url, None, door, limits)
    return error.value


def test_a_list_comes_with_its_etag(server: LocalServer) -> None:
    server.answer = lambda handler: handler.send(200, LIST, ETag='"v1"')
    found = fetch(server.url, None, OPEN, QUICK)
    assert (found.content, found.http_status, found.etag) == (LIST, 200, '"v1"')
    ((_, headers),) = server.asked
    assert headers["Host"] == urlsplit(server.url).netloc
    assert headers["Accept-Encoding"] == "identity"
    assert "If-None-Match" not in headers
    assert "Cookie" not in headers


def test_what_we_have_is_not_sent_again(server: LocalServer) -> None:
    server.answer = lambda handler: handler.send(304, ETag='"v1"')
    found = fetch(server.url, '"v1"', OPEN, QUICK)
    assert (found.content, found.http_status, found.etag) == (None, 304, '"v1"')
    assert server.asked[0][1]["If-None-Match"] == '"v1"'


@pytest.mark.parametrize("status", [500, 502, 503, 408, 429])
def test_a_passing_failure_is_tried_again(server: LocalServer, status: int) -> None:
    server.answer = lambda handler: handler.send(status if len(server.asked) < 3 else 200, LIST)
    assert fetch(server.url, None, OPEN, QUICK).content == LIST
    assert len(server.asked) == 3


def test_a_failure_that_stays_is_named_with_the_attempts(server: LocalServer) -> None:
    server.answer = lambda handler: handler.send(500)
    found = refused(server)
    assert (found.reason, found.params["attempts"], len(server.asked)) == (Reason.UNREACHABLE, 3, 3)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_plain_no_is_believed(server: LocalServer, status: int) -> None:
    server.answer = lambda handler: handler.send(status)
    found = refused(server)
    assert (found.reason, found.params, len(server.asked)) == (Reason.HTTP_ERROR, {"status": status}, 1)


def test_a_cut_off_answer_is_no_answer(server: LocalServer) -> None:
    def cut(handler: Handler) -> None:
        handler.send(200, LIST[:10], Content_Length=str(len(LIST)))
        handler.connection.close()

    server.answer = cut
    assert refused(server).reason == Reason.UNREACHABLE


def test_a_silent_server_is_given_up(server: LocalServer) -> None:
    server.answer = lambda _handler: sleep(1)
    started = perf_counter()
    assert refused(server).reason == Reason.UNREACHABLE
    assert perf_counter() - started < 5


def test_a_server_that_drips_is_given_up_in_time(server: LocalServer) -> None:
    def drip(handler: Handler) -> None:
        handler.send(200, b"", Content_Length="1000")
        for _ in range(100):
            handler.wfile.write(b"x")
            sleep(0.1)

    server.answer = drip
    started = perf_counter()
    assert refused(server, limits=Limits(read=0.3, total=0.5, attempts=3)).reason == Reason.UNREACHABLE
    assert perf_counter() - started < 3


def test_a_server_that_sends_its_headers_letter_by_letter_is_given_up_in_time(server: LocalServer) -> None:
    """Each letter comes before the time-out of a single reading, so only the time for all of it ends this."""

    def loris(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(200):
            sleep(0.05)
            handler.wfile.write(b"a")
            handler.wfile.flush()

    server.answer = loris
    began = perf_counter()
    with pytest.raises(Refused) as refused:
        fetch(server.url, None, OPEN, Limits(read=0.3, connect=1, total=1, attempts=1))
    assert refused.value.reason == Reason.UNREACHABLE
    assert perf_counter() - began < 3


def test_nobody_listens() -> None:
    with pytest.raises(Refused) as error:
        fetch("http://127.0.0.1:1/list.csv", None, OPEN, QUICK)
    assert error.value.reason == Reason.UNREACHABLE


@pytest.mark.parametrize("announced", ["1001", None])
def test_an_oversized_answer_is_not_read_to_its_end(server: LocalServer, announced: str | None) -> None:
    sent = []

    def endless(handler: Handler) -> None:
        handler.send_response(200)
        if announced:
            handler.send_header("Content-Length", announced)
        handler.end_headers()
        for _ in range(10_000):
            handler.wfile.write(b"x" * 1000)
            sent.append(1)

    server.answer = endless
    assert refused(server).reason == Reason.TOO_LARGE
    assert len(sent) < 10_000


def test_a_compressed_answer_is_refused_unopened(server: LocalServer) -> None:
    bomb = gzip.compress(b"0" * 10_000_000)
    server.answer = lambda handler: handler.send(200, bomb, Content_Encoding="gzip")
    assert refused(server, limits=Limits(attempts=1)).reason == Reason.COMPRESSED


def test_a_sign_in_page_is_handed_on_as_it_is(server: LocalServer) -> None:
    """The connector judges no content: reading says that it is not a list."""
    server.answer = lambda handler: handler.send(200, b"<!doctype html>", Content_Type="text/html")
    assert fetch(server.url, None, OPEN, QUICK).content == b"<!doctype html>"


def test_a_redirect_is_followed_where_it_may_lead(server: LocalServer) -> None:
    def moved(handler: Handler) -> None:
        if handler.path == "/list.csv":
            handler.send(302, Location="/new/list.csv")
        else:
            handler.send(200, LIST)

    server.answer = moved
    assert fetch(server.url, None, OPEN, QUICK).content == LIST
    assert [path for path, _ in server.asked] == ["/list.csv", "/new/list.csv"]


def test_a_circle_is_left(server: LocalServer) -> None:
    server.answer = lambda handler: handler.send(301, Location="/list.csv")
    assert refused(server).reason == Reason.TOO_MANY_REDIRECTS
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://user@127.0.0.1/",
        "//10.0.0.1/",
        "http://[",
    ],
)
def test_a_redirect_into_the_private_network_is_not_followed(server: LocalServer, target: str) -> None:
    """The local server stands for a publisher: its own address is allowed, everything else is asked anew."""
    server.answer = lambda handler: handler.send(302, Location=target)
    allowed = urlsplit(server.url).netloc
    door = Door(lambda url: True, lambda host: host == allowed)
    assert refused(server, door).reason in (Reason.FORBIDDEN_ADDRESS, Reason.UNREACHABLE)
    assert len(server.asked) <= QUICK.attempts
    strict = Door(lambda url: urlsplit(url).netloc == allowed, lambda host: host == allowed)
    assert refused(server, strict).reason == Reason.FORBIDDEN_ADDRESS


def test_a_name_that_leads_to_a_private_place_is_refused(server: LocalServer) -> None:
    """One private address among public ones is enough."""
    server.answer = lambda handler: handler.send(200, LIST)
    door = Door(lambda _url: True, lambda _host: False, lambda _host, _port: ["93.184.215.14", "127.0.0.1"])
    assert refused(server, door).reason == Reason.FORBIDDEN_ADDRESS
    assert server.asked == []


def test_the_connection_goes_to_the_place_that_was_checked(server: LocalServer) -> None:
    """The name is looked up once: a second answer of the name server (rebinding) is never asked for."""
    server.answer = lambda handler: handler.send(200, LIST)
    asked = []

    def once(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    url = f"http://lists.example.org:{server.server_port}/list.csv"
    door = Door(lambda _url: True, lambda _host: True, once)
    assert fetch(url, None, door, QUICK).content == LIST
    assert asked == ["lists.example.org"]
    assert server.asked[0][1]["Host"] == f"lists.example.org:{server.server_port}"


@pytest.mark.parametrize(
    ("place", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - to be refused
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("ff02::1", False),
    ],
)
def test_public_places(place: str, public: bool) -> None:
    assert is_public(place) is public


@pytest.mark.parametrize("fetch_list", [partial(facility_lists.fetch, source=RMAP), cahra.fetch])
def test_a_sources_own_connector_asks_the_settings(
    fetch_list: Callable[..., Fetched], server: LocalServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer = lambda handler: handler.send(200, LIST)
    with pytest.raises(Refused) as error:
        fetch_list(server.url, None, QUICK)
    assert (error.value.reason, server.asked) == (Reason.FORBIDDEN_ADDRESS, [])
    monkeypatch.setenv("SOURCE_PRIVATE_HOSTS", f"other:1, 127.0.0.1:{server.server_port}")
    get_settings.cache_clear()
    try:
        assert fetch_list(server.url, None, QUICK).content == LIST
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_a_host_that_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise OSError("no such host")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    with pytest.raises(Refused) as error:
        fetch("https://www.responsiblemineralsinitiative.org/x", None, Door(lambda _u: True, lambda _h: False), QUICK)
    assert error.value.reason == Reason.UNREACHABLE


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_wait_that_is_longer_than_the_time_is_told_at_once(server: LocalServer, form: str) -> None:
    later = datetime.now(UTC) + timedelta(seconds=120)
    asked = "120" if form == "seconds" else format_datetime(later, usegmt=True)
    server.answer = lambda handler: handler.send(429, Retry_After=asked)
    found = refused(server)
    assert (found.reason, found.params["attempts"], len(server.asked)) == (Reason.UNREACHABLE, 1, 1)
    assert 110 < found.params["retry_after"] <= 120


def test_a_short_wait_is_kept(server: LocalServer) -> None:
    server.answer = lambda handler: handler.send(503 if len(server.asked) < 2 else 200, LIST, Retry_After="1")
    began = perf_counter()
    assert fetch(server.url, None, OPEN, QUICK).content == LIST
    assert perf_counter() - began >= 1


@pytest.mark.parametrize("nonsense", ["", "soon", "-5", "1e9", "99999999999999"])
def test_a_wait_that_says_nothing_is_left_alone(server: LocalServer, nonsense: str) -> None:
    server.answer = lambda handler: handler.send(429, Retry_After=nonsense)
    found = refused(server)
    assert (found.params["attempts"], "retry_after" in found.params) == (3, False)

"""Fetching a list from the web without becoming a way into the network that we run in.

Each address, and each that it redirects to, must be allowed by name and lead to a public place; the connection goes
to the very place that was checked, so that a name cannot lead elsewhere a moment later. Sizes in bytes, times in
seconds. Network errors and 5xx are tried again with growing random pauses; what a server says plainly is believed.
"""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

import httpx
from tenacity import RetryCallState, RetryError, Retrying, retry_if_exception_type, wait_random_exponential

from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from portal.sources.services.runs import Fetched

MAX_REDIRECTS = 5
ACCEPT = "text/csv, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*;q=0.1"
AGENT = "supplier-commons"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
TEMPORARY = frozenset({408, 429})
MOST_SAID = 4_096  # bytes of a refusal that are read
LONGEST_SAID = 300  # and letters of it that are kept

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class Limits:
    """What one list may take. `total` is the time for all attempts together."""

    size: int = 32 * 2**20
    connect: float = 5.0
    read: float = 10.0
    total: float = 40.0
    attempts: int = 3
    longest_pause: float = 5.0
    accept: str = ACCEPT


@dataclass(frozen=True)
class Message:
    """What is sent to a service beside the address: by POST where it has a body, else headers of a GET.

    A POST goes to the one address only: a redirect is an error. A GET follows redirects as far as its door allows, and
    takes its headers along: the door of a service with a key leads to that service alone.
    """

    body: bytes | None
    headers: Mapping[str, str]


class Temporary(Exception):
    """May be over in a moment; `retry_after` is what the server asks to wait, in seconds."""

    def __init__(self, message: str, retry_after: float | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status


def resolve(host: str, port: int) -> list[str]:
    """The places that a host's name leads to."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Temporary(str(error)) from None
    return [str(entry[4][0]) for entry in found]


def is_public(place: str) -> bool:
    """True for an address of the public internet. IPv6 forms that carry an IPv4 address inside are never taken."""
    address = ipaddress.ip_address(place.split("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and any(address in network for network in _CARRIERS):
        return False
    return address.is_global and not address.is_multicast


# IPv4-mapped, NAT64 (two prefixes), 6to4 and Teredo.
_CARRIERS = [
    ipaddress.ip_network(text) for text in ("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
]


@dataclass(frozen=True)
class Door:
    """What decides where the connector goes: allowed addresses by their text, and which hosts may be private."""

    is_allowed: Callable[[str], bool]
    is_private: Callable[[str], bool]
    resolve: Resolve = resolve

    def place_of(self, url: httpx.URL) -> str:
        """The one place to connect to. Raises Refused where the address is not allowed or leads into a private net."""
        if not self.is_allowed(str(url)):
            raise Refused(Reason.FORBIDDEN_ADDRESS, host=url.host)
        port = url.port or (443 if url.scheme == "https" else 80)
        places = self.resolve(url.host, port)
        private = self.is_private(f"{url.host}:{url.port}" if url.port else url.host)
        if not places or not (private or all(is_public(place) for place in places)):
            raise Refused(Reason.FORBIDDEN_ADDRESS, host=url.host)
        return places[0]


def fetch(
    url: str, etag: str | None, door: Door, limits: Limits | None = None, message: Message | None = None
) -> Fetched:
    """The list at `url`, or word that it is still the one with this ETag; with a message what a service answers.

    Raises Refused.
    """
    limits = limits or Limits()
    deadline = time.monotonic() + limits.total
    pause = wait_random_exponential(multiplier=0.5, max=limits.longest_pause)
    retrying = Retrying(
        retry=retry_if_exception_type((Temporary, httpx.TransportError)),
        stop=lambda state: (
            state.attempt_number >= limits.attempts or time.monotonic() + _asked_to_wait(state) >= deadline
        ),
        wait=lambda state: max(pause(state), _asked_to_wait(state)),
    )
    try:
        return retrying(_attempt, url, etag, door, limits, deadline, message)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError):  # only a redirect can lead here
        raise Refused(Reason.FORBIDDEN_ADDRESS) from None
    except RetryError as error:
        last = error.last_attempt.exception()
        attempts = error.last_attempt.attempt_number
        asked = {"retry_after": last.retry_after} if isinstance(last, Temporary) and last.retry_after else {}
        said = {"status": last.status} if isinstance(last, Temporary) and last.status else {}
        raise Refused(Reason.UNREACHABLE, attempts=attempts, detail=type(last).__name__, **asked, **said) from last


def _asked_to_wait(state: RetryCallState) -> float:
    """Seconds that the server of the last attempt asks to wait."""
    error = state.outcome.exception() if state.outcome else None
    return (error.retry_after or 0.0) if isinstance(error, Temporary) else 0.0


class Cutoff:
    """Ends a connection at the deadline, whatever it is doing: a server may send its headers one letter at a time."""

    def __init__(self, deadline: float) -> None:
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(max(deadline - time.monotonic(), 0.0), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "Cutoff":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, name: str, info: Mapping[str, Any]) -> None:
        """Notes each connection as it is made; httpcore calls this for each of its steps."""
        if name in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._sockets.append(info["return_value"].get_extra_info("socket"))

    def _cut(self) -> None:
        for connection in self._sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _attempt(
    url: str, etag: str | None, door: Door, limits: Limits, deadline: float, message: Message | None
) -> Fetched:
    timeout = httpx.Timeout(limits.read, connect=limits.connect)
    with Cutoff(deadline) as cutoff, httpx.Client(timeout=timeout, trust_env=False, follow_redirects=False) as client:
        for _ in range(MAX_REDIRECTS + 1):
            request = _request(client, httpx.URL(url), etag, door, limits, message)
            request.extensions["trace"] = cutoff.trace
            response = client.send(request, stream=True)
            try:
                if response.status_code not in REDIRECTS:
                    return _answer(response, limits, deadline, wants_words=message is not None)
                if message and message.body is not None:
                    raise Refused(Reason.FORBIDDEN_ADDRESS, status=response.status_code)
                url = urljoin(url, response.headers.get("location", ""))
            finally:
                response.close()
    raise Refused(Reason.TOO_MANY_REDIRECTS)


def _request(
    client: httpx.Client, url: httpx.URL, etag: str | None, door: Door, limits: Limits, message: Message | None
) -> httpx.Request:
    """To the place that was checked, in the name that was asked for (also for the certificate)."""
    headers = {
        "Host": url.netloc.decode("ascii"),
        "Accept": limits.accept,
        "Accept-Encoding": "identity",
        "User-Agent": AGENT,
    }
    if etag:
        headers["If-None-Match"] = etag
    place = url.copy_with(host=door.place_of(url), fragment=None)
    name = {"sni_hostname": url.host}
    if message:
        headers |= message.headers
    if message and message.body is not None:
        return client.build_request("POST", place, headers=headers, content=message.body, extensions=name)
    return client.build_request("GET", place, headers=headers, extensions=name)


def _answer(response: httpx.Response, limits: Limits, deadline: float, *, wants_words: bool) -> Fetched:
    status = response.status_code
    if status >= 500 or status in TEMPORARY:
        raise Temporary(f"status {status}", _retry_after(response), status)
    if status == 304:
        return Fetched(None, status, response.headers.get("etag"))
    if status != 200:
        said = _said(response, deadline) if wants_words else ""
        raise Refused(Reason.HTTP_ERROR, status=status, **({"said": said} if said else {}))
    if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Refused(Reason.COMPRESSED)
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limits.size:
        raise Refused(Reason.TOO_LARGE, limit=limits.size)
    return Fetched(b"".join(_pieces(response, limits, deadline)), status, response.headers.get("etag"))


def _said(response: httpx.Response, deadline: float) -> str:
    """In a line what a service says about its refusal: of a page, which is for people, nothing."""
    kind = response.headers.get("content-type", "")
    if "json" not in kind and "text/plain" not in kind:
        return ""
    body = b""
    with suppress(httpx.TransportError):
        for piece in response.iter_raw():
            body += piece
            if len(body) >= MOST_SAID or time.monotonic() > deadline:
                break
    text = body[:MOST_SAID].decode("utf-8", "replace")
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:LONGEST_SAID]


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds to wait by the Retry-After header, which has a number or a date (RFC 9110, 10.2.3)."""
    text = response.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit() and len(text) < 9:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)


def _pieces(response: httpx.Response, limits: Limits, deadline: float) -> Iterator[bytes]:
    size = 0
    for piece in response.iter_raw():
        size += len(piece)
        if size > limits.size:
            raise Refused(Reason.TOO_LARGE, limit=limits.size)
        if time.monotonic() > deadline:
            raise Temporary("too slow")
        yield piece

"""A local Open Supply Hub: speaks its API v1, with invented places and every way of not answering."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-test-token"
OLD, NEW, OTHER, RETIRED = "CN2021250D1DTN7", "CN2022100AAAAAA", "VN2023200BBBBB4", "CN2020123CCCCCQ"
Instead = Callable[["Handler"], None]


def location(os_id: str, name: str, address: str = "1 Harbour Road, Shenzhen", **values: Any) -> dict[str, Any]:
    """One production location as the API gives it: what is null is left out."""
    return {
        "os_id": os_id,
        "name": name,
        "address": address,
        "country": {"name": "China", "alpha_2": "CN", "alpha_3": "CHN", "numeric": "156"},
        "sector": ["Electronics"],
        "coordinates": {"lat": 22.5, "lng": 114.1},
        "claim_status": "unclaimed",
        **values,
    }


class Handler(BaseHTTPRequestHandler):
    """GET /api/v1/production-locations/ with filters, and /{os_id}/, where a former OS ID gives its successor."""

    server: "OshubServer"

    def do_GET(self) -> None:
        """Note the request and answer it."""
        parts = urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.server.asked.append((parts.path, self.query, dict(self.headers)))
        if self.server.instead:
            self.server.instead.pop(0)(self) if isinstance(self.server.instead, list) else self.server.instead(self)
        elif self.headers.get("Authorization") != f"Token {TOKEN}":
            self.send(401, {"detail": "Invalid token."})
        elif parts.path == "/api/v1/production-locations/":
            found = [one for one in self.server.places if self._fits(one)][: int(self.query["size"])]
            self.send(200, {"count": len(found), "data": found})
        else:
            self._one(parts.path.removeprefix("/api/v1/production-locations/").strip("/"))

    def _fits(self, place: dict[str, Any]) -> bool:
        """Any word of the name, all words of the address; as a search engine does."""
        name = any(word in place["name"].casefold() for word in self.query["name"].casefold().split())
        address = self.query.get("address", "").casefold() in place["address"].casefold()
        return name and address and self.query.get("country", "CN") == place["country"]["alpha_2"]

    def _one(self, os_id: str) -> None:
        for place in self.server.places:
            if os_id in (place["os_id"], *place.get("historical_os_id", ())):
                return self.send(200, place)
        if os_id == RETIRED:
            return self.send(410, {"detail": "The location was found to be no facility."})
        return self.send(404, {"detail": "The location with the given id was not found."})

    def send(self, status: int, body: Any, **headers: str) -> None:
        """One whole answer."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


class OshubServer(ThreadingHTTPServer):
    """`places` is what it knows; `instead` answers everything, or the next requests if it is a list."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.places: list[dict[str, Any]] = []
        self.instead: Instead | list[Instead] | None = None

    @property
    def host(self) -> str:
        """name:port, as SOURCE_PRIVATE_HOSTS names it."""
        return f"127.0.0.1:{self.server_port}"

    @property
    def base(self) -> str:
        """The API's address."""
        return f"http://{self.host}/api/v1"

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is expected."""


@contextmanager
def running() -> Iterator[OshubServer]:
    """The server for the time of the block."""
    with OshubServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

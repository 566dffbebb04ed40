"""A local OpenSanctions: speaks its match API, with answers of invented companies and every way of not answering."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "a-test-key"
Instead = Callable[["Handler"], None]


def result(ref: str, caption: str, score: float = 0.91, schema: str = "Company", **properties: Any) -> dict[str, Any]:
    """One result as the API gives it."""
    return {
        "id": ref,
        "caption": caption,
        "schema": schema,
        "properties": {"name": [caption], **properties},
        "datasets": ["eu_fsf", "us_ofac_sdn"],
        "referents": [],
        "target": True,
        "first_seen": "2025-03-17T10:00:00",
        "last_change": "2025-03-17T10:00:00",
        "score": score,
        "algorithm": "logic-v2",
        "match": score >= 0.7,
    }


class Handler(BaseHTTPRequestHandler):
    """POST /match/{dataset}: each query is answered by its first name."""

    server: "OpenSanctionsServer"

    def do_POST(self) -> None:
        """Note the request and answer it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), json.loads(body)))
        if self.server.instead:
            self.server.instead.pop(0)(self) if isinstance(self.server.instead, list) else self.server.instead(self)
        elif self.headers.get("Authorization") != f"ApiKey {KEY}":
            self.send(401, {"detail": "No API key provided."})
        else:
            self.send(200, self.answers(json.loads(body)["queries"]))

    def answers(self, queries: dict[str, Any]) -> dict[str, Any]:
        """The responses to all queries; one named Broken fails by itself."""
        responses: dict[str, Any] = {}
        for key, query in queries.items():
            name = query["properties"]["name"][0]
            if name == "Broken AB":
                responses[key] = {"status": 500, "results": []}
            elif name != "Forgotten AB":
                found = self.server.results.get(name, [])
                responses[key] = {"status": 200, "results": found, "total": {"value": len(found), "relation": "eq"}}
        return {"responses": responses, "limit": 5}

    def send(self, status: int, body: Any, **headers: str) -> None:
        """One whole answer."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


class OpenSanctionsServer(ThreadingHTTPServer):
    """`results` by the first name of a query; `instead` answers everything, or the next requests if it is a list."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.results: dict[str, list[dict[str, Any]]] = {}
        self.instead: Instead | list[Instead] | None = None

    @property
    def host(self) -> str:
        """name:port, as SOURCE_PRIVATE_HOSTS names it."""
        return f"127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is expected."""


@contextmanager
def running() -> Iterator[OpenSanctionsServer]:
    """The server for the time of the block."""
    with OpenSanctionsServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

"""A local GLEIF: answers in the shape of its API v1 for invented companies, and captured answers where they are."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from stdnum.iso7064 import mod_97_10

Answer = Callable[["Handler"], None]
PUBLISHED = "2026-06-01T08:00:00Z"


def lei(letters: str) -> str:
    """A valid LEI that begins with these letters; nobody has it."""
    body = f"00TEST{letters.upper()}".ljust(18, "0")[:18]
    return body + str(mod_97_10.calc_check_digits(body))


HALDEN, GROUP, HOLDING, OLD, NEW, BRANCH = (
    lei(name) for name in ("halden", "group", "holding", "old", "new", "branch")
)


def item(
    number: str,
    name: str,
    *,
    country: str = "SE",
    registration: str = "ISSUED",
    direct: str = "reporting-exception",
    ultimate: str = "reporting-exception",
    **entity: Any,
) -> dict[str, Any]:
    """One LEI record as JSON:API gives it; `direct` and `ultimate` are "lei-record" or "reporting-exception"."""
    address = {"addressLines": ["Storgatan 1"], "city": "Halden", "country": country, "postalCode": "111 22"}
    return {
        "type": "lei-records",
        "id": number,
        "attributes": {
            "lei": number,
            "entity": {
                "legalName": {"name": name, "language": "sv"},
                "otherNames": [],
                "transliteratedOtherNames": [],
                "legalAddress": address,
                "registeredAt": {"id": "RA000544", "other": None},
                "registeredAs": None,
                "jurisdiction": country,
                "category": "GENERAL",
                "associatedEntity": {"lei": None, "name": None},
                "status": "ACTIVE",
                "expiration": {"date": None, "reason": None},
                "successorEntity": {"lei": None, "name": None},
                "successorEntities": [],
                **entity,
            },
            "registration": {
                "lastUpdateDate": "2026-03-01T10:00:00Z",
                "status": registration,
                "nextRenewalDate": "2027-03-01T10:00:00Z",
            },
        },
        "relationships": {
            "direct-parent": {"links": {direct: f"https://api.gleif.org/elsewhere/{number}"}},
            "ultimate-parent": {"links": {ultimate: f"https://api.gleif.org/elsewhere/{number}"}},
        },
    }


def answer(data: Any) -> bytes:
    """A JSON:API document."""
    return json.dumps({"meta": {"goldenCopy": {"publishDate": PUBLISHED}}, "data": data}).encode()


def reason(word: str) -> bytes:
    """A reporting exception."""
    return answer({"type": "reporting-exceptions", "id": "x", "attributes": {"reason": word}})


def completion(number: str, name: str) -> dict[str, Any]:
    """One line of a fuzzy completion."""
    linked = {"lei-records": {"data": {"type": "lei-records", "id": number}}}
    return {"type": "fuzzycompletions", "attributes": {"value": name}, "relationships": linked}


class Handler(BaseHTTPRequestHandler):
    """Gives what stands under the path, or what the test wants instead."""

    server: "GleifServer"

    def do_GET(self) -> None:
        """Note the request and answer it."""
        parts = urlsplit(self.path)
        self.server.asked.append(self.path)
        self.query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = parts.path.removeprefix("/api/v1")
        if self.server.instead:
            self.server.instead(self)
        elif path in self.server.pages:
            self.send(200, self.server.pages[path])
        elif path == "/lei-records":
            self.send(200, answer(self._filtered()))
        elif path == "/fuzzycompletions":
            self.send(200, answer(self.server.completions))
        else:
            self.send(404, b'{"errors":[{"status":"404","title":"Not Found"}]}')

    def _filtered(self) -> list[dict[str, Any]]:
        records = list(self.server.records.values())
        if country := self.query.get("filter[entity.legalAddress.country]"):
            records = [one for one in records if one["attributes"]["entity"]["legalAddress"]["country"] == country]
        if leis := self.query.get("filter[lei]"):
            return [one for one in records if one["id"] in leis.split(",")]
        name = self.query.get("filter[entity.legalName]", "").casefold()
        return [one for one in records if one["attributes"]["entity"]["legalName"]["name"].casefold() == name]

    def send(self, status: int, body: bytes = b"", **headers: str) -> None:
        """One whole answer."""
        self.send_response(status)
        kind = {"Content-Type": "application/vnd.api+json", "Content-Length": str(len(body))}
        for name, value in {**kind, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


class GleifServer(ThreadingHTTPServer):
    """`pages` by path, `records` for filters; `instead` answers everything when it is set."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.pages: dict[str, bytes] = {}
        self.records: dict[str, dict[str, Any]] = {}
        self.completions: list[dict[str, Any]] = []
        self.instead: Answer | None = None

    @property
    def host(self) -> str:
        """name:port, as SOURCE_PRIVATE_HOSTS names it."""
        return f"127.0.0.1:{self.server_port}"

    @property
    def base(self) -> str:
        """What GLEIF_URL is set to."""
        return f"http://{self.host}/api/v1"

    def put(self, record: dict[str, Any]) -> None:
        """Have a record, under its LEI and for filters."""
        self.records[record["id"]] = record
        self.pages[f"/lei-records/{record['id']}"] = answer(record)

    def put_parent(self, child: str, which: str, record: dict[str, Any]) -> None:
        """The direct or ultimate parent of a LEI."""
        self.pages[f"/lei-records/{child}/{which}-parent"] = answer(record)

    def put_exception(self, child: str, which: str, word: str) -> None:
        """Why there is no parent."""
        self.pages[f"/lei-records/{child}/{which}-parent-reporting-exception"] = reason(word)

    def replay(self, folder: Path) -> None:
        """All captured answers on records, parents and exceptions of a folder like data/gleif."""
        for path in (folder / "lei_records").glob("single_lei_record_*.json"):
            self.pages[f"/lei-records/{path.stem.rsplit('_', 1)[1]}"] = path.read_bytes()
        for group in ("lei_records", "reporting_exceptions"):
            for path in (folder / group).glob("*-parent*_*.json"):
                kind, number = path.stem.rsplit("_", 1)
                self.pages[f"/lei-records/{number}/{kind}"] = path.read_bytes()

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is expected."""


@contextmanager
def running() -> Iterator[GleifServer]:
    """The server for the time of the block, with a family of invented companies."""
    with GleifServer() as server:
        family(server)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def family(server: GleifServer) -> None:
    """Halden (owned by Group, of Holding), a merged company with its successor, a lapsed one and a branch."""
    old_name = {"name": "Datorhuset Halden AB", "language": "sv", "type": "PREVIOUS_LEGAL_NAME"}
    server.put(
        item(
            HALDEN,
            "HALDEN COMPUTING AKTIEBOLAG",
            direct="lei-record",
            ultimate="lei-record",
            registeredAs="556036-0793",
            otherNames=[old_name],
        )
    )
    server.put_parent(HALDEN, "direct", item(GROUP, "Halden Group AB"))
    server.put_parent(HALDEN, "ultimate", item(HOLDING, "Far Holding PLC", country="GB"))
    server.put(item(GROUP, "Halden Group AB", registration="LAPSED"))
    server.put_exception(GROUP, "direct", "NATURAL_PERSONS")
    server.put_exception(GROUP, "ultimate", "NO_KNOWN_PERSON")
    successor = {"lei": NEW, "name": "Fjell Nya AB"}
    merged: dict[str, Any] = {"status": "INACTIVE", "successorEntity": successor, "successorEntities": [successor]}
    server.put(item(OLD, "Fjell Gamla AB", registration="MERGED", **merged))
    server.put(item(NEW, "Fjell Nya AB"))
    office = {"lei": HALDEN, "name": "HALDEN COMPUTING AKTIEBOLAG"}
    server.put(item(BRANCH, "Halden Computing NUF", country="NO", category="BRANCH", associatedEntity=office))

"""Notices of awards: one file of releases at an address, or TED's search, asked for the numbers of followed suppliers.

TED (docs.ted.europa.eu, Search API v3): POST with a query in the expert language, pages of at most 250 notices.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from portal.awards.catalogue import SOURCES
from portal.contracts.notices.ted import FIELDS
from portal.sources.addresses import is_allowed, is_private
from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from portal.sources.services.runs import Fetched
from worker.connectors.guarded import Door, Limits, Message
from worker.connectors.guarded import fetch as fetch_guarded

LIMITS = Limits(size=20 * 2**20, total=60.0, accept="application/json, */*;q=0.1")
PAGE = 250
MOST_PAGES = 8  # of one batch: 2,000 notices on one batch of suppliers within the overlap are more than there are
BATCH = 80  # numbers in one query


def fetch(code: str, url: str, etag: str | None, limits: Limits = LIMITS) -> Fetched:
    """The file as bytes, or word that it is still the one with this ETag. Raises Refused."""
    return fetch_guarded(url, etag, _door(code), limits)


def search(code: str, url: str, numbers: Sequence[str], since: date, limits: Limits = LIMITS) -> Fetched:
    """All notices published since a day with one of these winners, as one answer. Raises Refused."""
    notices: list[Any] = []
    status = 200  # also where nobody is followed and so nothing is asked
    for start in range(0, len(numbers), BATCH):
        query = _query(numbers[start : start + BATCH], since)
        for answer in _pages(code, url, query, limits):
            status = answer.http_status
            notices += json.loads(answer.content or b"")["notices"]
    return Fetched(json.dumps({"notices": notices}, ensure_ascii=False).encode(), status, None)


def _query(numbers: Sequence[str], since: date) -> str:
    quoted = " ".join(f'"{one}"' for one in numbers)  # checked numbers: letters, digits, hyphens, dots and blanks
    return f"winner-identifier IN ({quoted}) AND publication-date>={since:%Y%m%d}"


def _pages(code: str, url: str, query: str, limits: Limits) -> Iterator[Fetched]:
    for page in range(1, MOST_PAGES + 1):
        body = {"query": query, "fields": FIELDS, "page": page, "limit": PAGE, "scope": "ALL"}
        message = Message(json.dumps(body).encode(), {"Content-Type": "application/json"})
        answer = fetch_guarded(url, None, _door(code), limits, message)
        try:
            document = json.loads(answer.content or b"")
        except ValueError:
            raise Refused(Reason.NOT_A_LIST) from None
        found = document.get("notices") if isinstance(document, dict) else None
        if not isinstance(found, list):
            raise Refused(Reason.NOT_A_LIST)
        yield answer
        if len(found) < PAGE:
            return


def _door(code: str) -> Door:
    return Door(partial(is_allowed, source=SOURCES[code]), is_private)

"""Notices of awards: one file of releases at an address, or TED's search, asked for the numbers of followed suppliers.

TED (docs.ted.europa.eu, Search API v3): POST with a query in the expert language, pages of at most 250 notices, the
first 15,000 notices of a query.
"""

import json
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from portal.awards.catalogue import SOURCES
from portal.awards.rules import Asking
from portal.awards.services import Searched
from portal.contracts.notices.ted import FIELDS
from portal.settings import get_settings
from portal.sources.addresses import is_allowed, is_private
from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from portal.sources.services.runs import Fetched
from worker.connectors.guarded import Door, Limits, Message
from worker.connectors.guarded import fetch as fetch_guarded

LIMITS = Limits(size=20 * 2**20, total=20.0, accept="application/json, */*;q=0.1")
BUDGET = 38.0  # seconds for all that one run asks: after 45 the outbox takes its worker for dead
PAGE = 250
MOST_PAGES = 60  # of one query: what TED hands out
BATCH = 80  # numbers in one query
MANY = 2_000  # notices from which a query is put in two


def fetch(code: str, url: str, etag: str | None, limits: Limits = LIMITS) -> Fetched:
    """The file as bytes, or word that it is still the one with this ETag. Raises Refused."""
    return fetch_guarded(url, etag, _door(code), limits)


def search(code: str, url: str, numbers: Sequence[Asking], limits: Limits = LIMITS, budget: float = BUDGET) -> Searched:
    """All notices with one of these winners, as one answer, as far as the time allows. Raises Refused without any.

    The first numbers are asked for first. A query with many notices, or one that TED did not finish, is put in two.
    """
    ted = _Ted(code, url, limits, time.monotonic() + budget)
    notices: list[Any] = []
    asked: list[Asking] = []
    cut = 0
    waiting = deque(_batches(numbers))
    refused: Refused | None = None
    while waiting:
        batch = waiting.popleft()
        try:
            answer = ted.answer(batch)
        except (OutOfTime, Refused) as error:
            refused = error if isinstance(error, Refused) else None
            waiting.appendleft(batch)
            break
        if not answer.is_whole and len(batch) > 1:
            half = len(batch) // 2
            waiting.extendleft((batch[half:], batch[:half]))
            continue
        notices += answer.notices
        if answer.is_whole or answer.is_all_there_is:
            asked += batch
        cut += not answer.is_whole
    if refused and not asked and not notices:
        raise refused
    left = sum(map(len, waiting))
    if left and not asked and not notices:
        raise Refused(Reason.UNREACHABLE, attempts=1, detail="slow")
    content = json.dumps({"notices": notices}, ensure_ascii=False).encode()
    return Searched(content, 200, None, tuple(asked), left, cut, refused)


def _batches(numbers: Sequence[Asking]) -> Iterator[list[Asking]]:
    """Numbers that are asked for from the same day on, in their order."""
    for _since, group in groupby(numbers, key=attrgetter("since")):
        those = list(group)
        yield from (those[start : start + BATCH] for start in range(0, len(those), BATCH))


class OutOfTime(Exception):
    """The time of the run is over before the query is."""


@dataclass(frozen=True)
class _Answer:
    notices: list[Any]
    is_whole: bool
    is_all_there_is: bool  # of a query that TED does not answer in full: asked again, it gives the same


@dataclass(frozen=True)
class _Ted:
    code: str
    url: str
    limits: Limits
    until: float

    def answer(self, batch: Sequence[Asking]) -> _Answer:
        """The pages of one query. Only the first one where it has many notices for several numbers."""
        notices: list[Any] = []
        for page in range(1, MOST_PAGES + 1):
            document = self._page(_query(batch), page)
            found = document["notices"]
            notices += found
            total = document.get("totalNoticeCount")
            if document.get("timedOut") is True:
                return _Answer(notices, is_whole=False, is_all_there_is=False)
            if isinstance(total, int) and total > MANY and len(batch) > 1:
                return _Answer([], is_whole=False, is_all_there_is=False)
            if len(found) < PAGE:
                return _Answer(notices, is_whole=True, is_all_there_is=True)
        return _Answer(notices, is_whole=False, is_all_there_is=True)

    def _page(self, query: str, page: int) -> dict[str, Any]:
        left = self.until - time.monotonic()
        if left <= 0:
            raise OutOfTime
        body = {"query": query, "fields": _fields(), "page": page, "limit": PAGE, "scope": "ALL"}
        message = Message(json.dumps(body).encode(), {"Content-Type": "application/json"})
        limits = replace(self.limits, total=min(self.limits.total, left))
        try:
            answer = fetch_guarded(self.url, None, _door(self.code), limits, message)
        except Refused as refused:
            if refused.reason is Reason.UNREACHABLE and left < self.limits.total:
                raise OutOfTime from refused
            if refused.reason is Reason.HTTP_ERROR and refused.params.get("said"):
                raise Refused(Reason.QUESTION_REFUSED, **refused.params) from refused
            raise
        try:
            document = json.loads(answer.content or b"")
        except ValueError:
            raise Refused(Reason.NOT_A_LIST) from None
        if not isinstance(document, dict) or not isinstance(document.get("notices"), list):
            raise Refused(Reason.NOT_A_LIST)
        return document


def _query(batch: Sequence[Asking]) -> str:
    # Checked numbers: letters, digits, hyphens, dots and blanks.
    quoted = " ".join(f'"{spelling}"' for one in batch for spelling in sorted(one.spellings))
    return f"winner-identifier IN ({quoted}) AND publication-date>={batch[0].since:%Y%m%d}"


def _fields() -> list[str]:
    left_out = get_settings().ted_fields_left_out.split()
    return [name for name in FIELDS if name not in left_out]


def _door(code: str) -> Door:
    return Door(partial(is_allowed, source=SOURCES[code]), is_private)

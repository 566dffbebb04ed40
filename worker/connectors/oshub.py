"""Open Supply Hub's API v1: places by name and by address, and where a known OS ID leads now.

The token goes below the one address that is set and nowhere else. 429 is believed with its Retry-After: all workers
leave the service alone for that long. Limits by its documentation: 100 requests a minute, 10,000 a day.
"""

import time
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from portal.registry.oshub import parse
from portal.registry.oshub.parse import Place, Unexpected
from portal.registry.oshub.queries import Wanted
from portal.registry.oshub.rules import Problem
from portal.registry.oshub.services import Answer
from portal.settings import get_settings
from portal.sources.refusal import Refused
from worker.connectors.guarded import Limits, Message
from worker.connectors.guarded import fetch as fetch_guarded
from worker.connectors.service import Failed, door_below, problem_of
from worker.pace import Pace, TooBusy, pace_of

LIMITS = Limits(size=4 * 2**20, read=15.0, total=25.0, accept="application/json")
BUDGET = 38.0  # seconds for all that one event asks: after 45 the outbox takes its worker for dead
PER_MINUTE = 90  # of 100
PAGE = 25
MOST_KNOWN = 10  # OS IDs of one supplier that are looked up again
GONE = frozenset({404, 410})  # unknown, or found to be no place at all


@dataclass(frozen=True)
class OpenSupplyHub:
    """The API at one address with one token, asked at one pace."""

    base: str
    token: str = field(repr=False)
    pace: Pace
    limits: Limits = LIMITS
    budget: float = BUDGET

    def look_up(self, wanted: Wanted) -> Answer:
        """Places with the supplier's name, at its addresses, and those that its OS IDs lead to now."""
        until = time.monotonic() + self.budget
        found: list[Place] = []
        moved: dict[str, Place] = {}
        try:
            for os_id in wanted.os_ids[:MOST_KNOWN]:
                place = self._place(os_id, until)
                if place and place.os_id != os_id:
                    moved[os_id] = place
            found += self._search({"name": wanted.name}, until)
            for address, country in wanted.addresses:
                query = {"name": wanted.name, "address": address}
                found += self._search({**query, "country": country} if country else query, until)
        except Failed as failed:
            return Answer(problem=failed.problem, params=failed.params)
        except Unexpected:
            return Answer(problem=Problem.UNEXPECTED)
        return Answer(found, moved)

    def _place(self, os_id: str, until: float) -> Place | None:
        """Where an OS ID leads; None where it leads nowhere any more."""
        try:
            return parse.place(self._get(f"/production-locations/{os_id}/", until))
        except Failed as failed:
            if failed.params.get("status") in GONE:
                return None
            raise

    def _search(self, query: dict[str, str], until: float) -> list[Place]:
        return parse.places(self._get(f"/production-locations/?{urlencode({**query, 'size': PAGE})}", until))

    def _get(self, path: str, until: float) -> bytes:
        """The body of an answer. Raises Failed."""
        try:
            self.pace.wait(until - time.monotonic())
            limits = replace(self.limits, total=max(min(self.limits.total, until - time.monotonic()), 0.1))
            message = Message(None, {"Authorization": f"Token {self.token}"})
            door = door_below(self.base, "/production-locations/")
            return fetch_guarded(self.base + path, None, door, limits, message).content or b""
        except TooBusy as busy:
            raise Failed(Problem.BUSY, retry_after=round(busy.retry_after)) from busy
        except Refused as refused:
            raise self._failed(refused) from refused

    def _failed(self, refused: Refused) -> Failed:
        status = refused.params.get("status")
        if status in (401, 403):
            return Failed(Problem.TOKEN_REFUSED, status=status)
        if status == 429:
            seconds = float(refused.params.get("retry_after") or 60)
            self.pace.pause(seconds)
            return Failed(Problem.BUSY, retry_after=round(seconds))
        problem = problem_of(refused, Problem, Problem.UNEXPECTED)
        return Failed(problem, **({"status": status} if status else {}))


def oshub() -> OpenSupplyHub | None:
    """The API as this installation sets it; None where it is switched off."""
    settings = get_settings()
    if not settings.opensupplyhub_url or not settings.opensupplyhub_token:
        return None
    token = settings.opensupplyhub_token.get_secret_value()
    pace = pace_of(settings.redis_url, "oshub", PER_MINUTE)
    return OpenSupplyHub(settings.opensupplyhub_url.rstrip("/"), token, pace)

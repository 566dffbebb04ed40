"""GLEIF's API: the record of a LEI with its parents, and LEIs for a name. Addresses in its answers are not followed."""

import time
from dataclasses import dataclass, replace
from math import ceil
from urllib.parse import quote, urlencode

from rapidfuzz import fuzz

from portal.registry.gleif import parse
from portal.registry.gleif.parse import LeiData, Unexpected
from portal.registry.gleif.rules import Problem
from portal.registry.gleif.services import Answer
from portal.registry.names import core
from portal.settings import get_settings
from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from worker.connectors.guarded import Limits
from worker.connectors.guarded import fetch as fetch_guarded
from worker.connectors.service import Failed, door_below, problem_of
from worker.pace import Pace, TooBusy, pace_of

LIMITS = Limits(size=2 * 2**20, total=20, attempts=1, accept="application/vnd.api+json")
PAUSES = (1.0, 4.0)  # seconds before the second and the third attempt, where the server asks for none
# Seconds for all that one event asks, waiting included: after 45 the outbox takes its worker for dead.
BUDGET = 38.0
MOST = 8  # proposals
CANDIDATES = 20  # records that the proposals are chosen from


@dataclass(frozen=True)
class Gleif:
    """The API at one address, asked at one pace."""

    base: str
    pace: Pace
    limits: Limits = LIMITS
    budget: float = BUDGET
    pauses: tuple[float, ...] = PAUSES

    def record(self, lei: str) -> Answer:
        """The record of a LEI with its parents, or why there is none."""
        until = time.monotonic() + self.budget
        try:
            found = parse.record(self._get(f"/lei-records/{lei}", until), lei)
            above = self._above(lei, "direct", found.direct, until)
            above |= self._above(lei, "ultimate", found.ultimate, until)
            return Answer([found.data.model_copy(update=above)], found.published_on)
        except (Failed, Unexpected) as error:
            return _failure(error)

    def search(self, name: str, country: str | None) -> Answer:
        """Records with this name, or with one like it, the likeliest first."""
        until = time.monotonic() + self.budget
        try:
            found = self._named({"filter[entity.legalName]": name}, country, until)
            if not found:
                query = urlencode({"field": "entity.legalName", "q": name})
                leis = parse.completions(self._get(f"/fuzzycompletions?{query}", until))[:CANDIDATES]
                found = self._named({"filter[lei]": ",".join(leis)}, country, until) if leis else []
        except (Failed, Unexpected) as error:
            return _failure(error)
        likeness = {one.lei: fuzz.token_sort_ratio(core(name), core(one.legal_name)) for one in found}
        return Answer(sorted(found, key=lambda one: -likeness[one.lei])[:MOST])

    def _above(self, lei: str, which: str, kind: str | None, until: float) -> dict[str, object]:
        """The direct or ultimate parent of a record, or GLEIF's reason for naming none."""
        try:
            if kind == "parent":
                return {f"{which}_parent": parse.company(self._get(f"/lei-records/{lei}/{which}-parent", until))}
            if kind == "exception":
                body = self._get(f"/lei-records/{lei}/{which}-parent-reporting-exception", until)
                return {f"{which}_exception": parse.exception(body)}
        except Failed as failed:
            if failed.problem is not Problem.NOT_FOUND:
                raise
        return {}

    def _named(self, wanted: dict[str, str], country: str | None, until: float) -> list[LeiData]:
        query = {**wanted, "page[size]": str(CANDIDATES)}
        if country:
            query["filter[entity.legalAddress.country]"] = country
        return parse.records(self._get(f"/lei-records?{urlencode(query, quote_via=quote)}", until))

    def _get(self, path: str, until: float) -> bytes:
        """The body of an answer. Raises Failed after as many attempts as are worth it, or as the time allows."""
        for pause in (*self.pauses, None):
            try:
                self.pace.wait(until - time.monotonic())
                limits = replace(self.limits, total=min(self.limits.total, until - time.monotonic()))
                fetched = fetch_guarded(self.base + path, None, door_below(self.base), limits)
                return fetched.content or b""
            except TooBusy as busy:
                raise Failed(Problem.BUSY, retry_after=ceil(busy.retry_after)) from busy
            except Refused as refused:
                asked = refused.params.get("retry_after")
                if asked is not None:
                    self.pace.pause(float(asked))
                elif refused.reason is not Reason.UNREACHABLE or pause is None:
                    raise _failed(refused) from refused
                elif pause:
                    self.pace.pause(pause)
                last = refused
        raise Failed(Problem.BUSY, retry_after=ceil(float(last.params.get("retry_after") or 0)))


def gleif() -> Gleif | None:
    """The API as this installation sets it; None where it is switched off."""
    settings = get_settings()
    if not settings.gleif_url:
        return None
    return Gleif(settings.gleif_url.rstrip("/"), pace_of(settings.redis_url, "gleif", settings.gleif_per_minute))


def _failed(refused: Refused) -> Failed:
    if refused.params.get("status") == 404:
        return Failed(Problem.NOT_FOUND)
    problem = problem_of(refused, Problem, Problem.UNEXPECTED)
    return Failed(problem, **{key: refused.params[key] for key in ("status",) if key in refused.params})


def _failure(error: Failed | Unexpected) -> Answer:
    if isinstance(error, Failed):
        return Answer(problem=error.problem, params=dict(error.params))
    return Answer(problem=Problem.UNEXPECTED)

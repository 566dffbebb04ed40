"""OpenSanctions' match API (or one's own yente): a batch of suppliers in, for each what resembles it out.

Every query of a batch has a status of its own, and one may fail while the others are answered. 429 means that the
month's quota is used up; it comes without Retry-After, so it is tried again a little later with growing random pauses,
and then believed. Addresses in answers are not followed, people in them are dropped.
"""

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlsplit

from portal.registry.countries import country_code
from portal.sanctions.party import NameSort, Party, clean_names, numbers_in
from portal.sanctions.services.asking import BATCH, Asked, Found
from portal.sanctions.subjects import Named
from portal.settings import get_settings
from portal.sources.addresses import is_private
from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from worker.connectors.guarded import Door, Limits, Message
from worker.connectors.guarded import fetch as fetch_guarded

LIMITS = Limits(size=8 * 2**20, read=25.0, total=38.0, attempts=1, accept="application/json")
PAUSES = (1.0, 4.0)  # seconds before the second and third attempt, each up to as much again at random
MOST = 5  # results of a query
THRESHOLD = 0.7  # of the service's own score, as it proposes
ORGANISATIONS = frozenset({"Company", "Organization", "LegalEntity", "PublicBody"})


@dataclass(frozen=True)
class OpenSanctions:
    """The API at one address with one key."""

    base: str
    dataset: str
    key: str | None
    limits: Limits = LIMITS
    pauses: tuple[float, ...] = PAUSES

    def match(self, suppliers: Sequence[Named]) -> Asked:
        """What the service says of each of these suppliers, at most a hundred."""
        if len(suppliers) > BATCH:
            raise ValueError(f"more than {BATCH} queries in a batch")
        queries = {one.key: _query(one) for one in suppliers}
        try:
            answer = _parsed(self._ask(json.dumps({"queries": queries}).encode()))
        except Refused as refused:
            return Asked(suppliers, refused=refused)
        results: dict[str, list[Found]] = {}
        failed: dict[str, str] = {}
        for one in suppliers:
            said = answer.get(one.key)
            try:
                if not isinstance(said, dict) or said.get("status", 200) != 200:
                    failed[one.key] = str(said["status"])[:20] if isinstance(said, dict) else "missing"
                else:
                    results[one.key] = [found for item in said["results"] if (found := self._found(item))]
            except (KeyError, TypeError, ValueError):
                failed[one.key] = "unexpected"
        return Asked(suppliers, results, failed)

    def _ask(self, body: bytes) -> bytes:
        """The body of the answer, after as many attempts as are worth it. Raises Refused."""
        until = time.monotonic() + self.limits.total
        url = f"{self.base}/match/{quote(self.dataset)}?limit={MOST}&threshold={THRESHOLD}"
        headers = {"Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"ApiKey {self.key}"
        door = Door(self._is_allowed, is_private)
        for pause in (*self.pauses, None):
            try:
                limits = replace(self.limits, total=max(until - time.monotonic(), 0.1))
                return fetch_guarded(url, None, door, limits, Message(body, headers)).content or b""
            except Refused as refused:
                temporary = refused.reason is Reason.UNREACHABLE
                wait = 0.0 if pause is None else pause * (1 + random.random())  # noqa: S311 - spreads attempts
                if not temporary or pause is None or time.monotonic() + wait >= until:
                    raise
            time.sleep(wait)
        raise AssertionError("the last attempt answers or raises")

    def _is_allowed(self, url: str) -> bool:
        """Below the one address that is set; in clear text only where the host is named as one's own."""
        set_to, parts = urlsplit(self.base), urlsplit(url)
        clear = is_private(set_to.netloc) if set_to.scheme == "http" else set_to.scheme == "https"
        same = (parts.scheme, parts.netloc) == (set_to.scheme, set_to.netloc)
        return clear and same and parts.path.startswith(f"{set_to.path}/match/")

    def _found(self, item: dict[str, Any]) -> Found | None:
        """One result; None for a person, a ship or what has no name."""
        if item["schema"] not in ORGANISATIONS:
            return None
        about = item.get("properties") or {}
        names = clean_names(
            [
                (str(item["caption"]), NameSort.NAME),
                *((str(name), NameSort.ALIAS) for name in (*about.get("name", ()), *about.get("alias", ()))),
                *((str(name), NameSort.WEAK) for name in about.get("weakAlias", ())),
            ]
        )
        if not names:
            return None
        numbers = (
            str(value) for kind in ("leiCode", "registrationNumber", "taxNumber") for value in about.get(kind, ())
        )
        countries = {
            code
            for kind in ("country", "jurisdiction")
            for text in about.get(kind, ())
            if (code := country_code(str(text)))
        }
        party = Party(
            part=self.dataset,
            ref=str(item["id"])[:200],
            names=names,
            numbers=numbers_in(*numbers),
            countries=tuple(sorted(countries)),
            programme=", ".join(str(name) for name in item.get("datasets", ())[:6]) or None,
        )
        return Found(party, float(item["score"]), str(item.get("algorithm") or "of its own")[:40])


def opensanctions() -> OpenSanctions | None:
    """The service as this installation sets it; None where it is switched off."""
    settings = get_settings()
    if not settings.opensanctions_url:
        return None
    key = settings.opensanctions_key.get_secret_value() if settings.opensanctions_key else None
    return OpenSanctions(settings.opensanctions_url.rstrip("/"), settings.opensanctions_dataset, key)


def _query(one: Named) -> dict[str, Any]:
    about = one.subject
    properties: dict[str, list[str]] = {"name": list(about.names)}
    if about.country:
        properties["jurisdiction"] = [about.country.lower()]
    for scheme, value in about.numbers:
        kind = {"lei": "leiCode", "vat": "vatCode"}.get(scheme, "registrationNumber")
        properties.setdefault(kind, []).append(value)
    return {"schema": "Company", "properties": properties}


def _parsed(content: bytes) -> dict[str, Any]:
    """The responses by query; raises Refused where the answer is something else."""
    try:
        responses = json.loads(content)["responses"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused(Reason.NOT_A_LIST, found="answer") from None
    if not isinstance(responses, dict):
        raise Refused(Reason.NOT_A_LIST, found="answer")
    return responses

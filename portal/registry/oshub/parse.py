"""Open Supply Hub's answers as plain values: production locations of its API v1.

Shape: `{count, data: [location, …]}` for a search, one location for /{os_id}/; what is null is left out (opensupplyhub/
open-supply-hub, src/django/api/views/v1/production_locations.py). A place that was merged into another answers under
its old OS ID with the new one, and names the old one in `historical_os_id`.
"""

import json
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from portal.registry.countries import country_code
from portal.registry.identifiers import check
from portal.registry.reasons import Refused
from portal.registry.texts import MAX_ADDRESS, MAX_WORDS, one_line

MOST_FORMER = 20


class Unexpected(Exception):
    """The answer is not what the API is known to give."""


class Place(BaseModel):
    """One production location as it is kept. `former` are OS IDs that lead to it now."""

    os_id: str
    name: str
    address: str
    country: str | None = None
    sectors: list[str] = Field(default_factory=list)
    workers: str | None = None
    claimed: bool = False  # the company that runs it answers for its entry
    closed: bool = False
    former: list[str] = Field(default_factory=list)


def places(body: bytes) -> list[Place]:
    """The answer to a search; a location that cannot be kept is left out. Raises Unexpected."""
    answer = _document(body)
    listed = answer.get("data")
    if not isinstance(listed, list):
        raise Unexpected("no list")
    return [found for item in listed if (found := _place(item))]


def place(body: bytes) -> Place | None:
    """The answer to /{os_id}/; None for a location that nobody but a satellite has seen. Raises Unexpected."""
    answer = _document(body)
    if "os_id" not in answer:
        raise Unexpected("no place")
    return _place(answer)


def _document(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise Unexpected("no JSON") from None
    if not isinstance(answer, dict):
        raise Unexpected("no object")
    return answer


def _place(item: Any) -> Place | None:
    if not isinstance(item, dict):
        raise Unexpected("no place")
    if item.get("is_candidate"):
        return None
    try:
        country = item.get("country") or {}
        return Place(
            os_id=check("os_id", str(item["os_id"])).value,
            name=one_line(str(item["name"]), MAX_WORDS),
            address=one_line(str(item["address"]), MAX_ADDRESS),
            country=country_code(str(country.get("alpha_2") or "")),
            sectors=[one_line(str(one), MAX_WORDS) for one in item.get("sector") or ()][:5],
            workers=_workers(item.get("number_of_workers")),
            claimed=item.get("claim_status") == "claimed",
            closed=bool(item.get("is_closed")),
            former=_numbers(item.get("historical_os_id")),
        )
    except (KeyError, Refused):
        return None  # without a number, a name or an address nobody can tell what it is
    except (TypeError, AttributeError, ValidationError):
        raise Unexpected("another shape") from None


def _workers(value: Any) -> str | None:
    """The number of workers, or the range that is given instead: {min, max}."""
    if isinstance(value, dict):
        ends = [str(value[end])[:9] for end in ("min", "max") if value.get(end) is not None]
        return "–".join(dict.fromkeys(ends)) or None
    return str(value)[:20] if value else None


def _numbers(values: Any) -> list[str]:
    found = []
    for one in (values or ())[:MOST_FORMER]:
        try:
            found.append(check("os_id", str(one)).value)
        except Refused:
            continue
    return found

"""GLEIF's JSON:API answers as plain values. What is not in its known shape is refused as a whole.

Shape: GLEIF API v1 (lei-records, reporting-exceptions, fuzzycompletions). Addresses in answers are never followed.
"""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from portal.registry.names import MAX_NAME
from portal.registry.texts import MAX_ADDRESS

MOST_NAMES = 30
Result = TypeVar("Result")


class Unexpected(Exception):
    """The answer is not what GLEIF's API is known to give."""


class Company(BaseModel):
    """A company by LEI and name."""

    lei: str
    name: str


class OtherName(BaseModel):
    """One more name; `type` in GLEIF's words (PREVIOUS_LEGAL_NAME, TRADING_OR_OPERATING_NAME, …)."""

    name: str
    type: str


class LeiData(BaseModel):
    """What is kept of a LEI record, with its parents or GLEIF's reason for not naming them. Dates are in UTC."""

    lei: str
    legal_name: str
    other_names: list[OtherName] = Field(default_factory=list)
    address: str = ""
    city: str | None = None
    country: str | None = None
    jurisdiction: str | None = None
    category: str | None = None
    registered_at: str | None = None
    registered_as: str | None = None
    entity_status: str | None = None
    expired_on: date | None = None
    registration_status: str | None = None
    updated_on: date | None = None
    renewal_on: date | None = None
    successors: list[Company] = Field(default_factory=list)
    head_office: Company | None = None
    direct_parent: Company | None = None
    direct_exception: str | None = None
    ultimate_parent: Company | None = None
    ultimate_exception: str | None = None


class Record(BaseModel):
    """A record as answered; `direct` and `ultimate` say what to ask for next: "parent", "exception" or nothing."""

    data: LeiData
    published_on: date | None = None
    direct: str | None = None
    ultimate: str | None = None


def record(body: bytes, lei: str) -> Record:
    """The answer to /lei-records/{lei}. Raises Unexpected, also when it speaks of another LEI."""
    found = _read(body, lambda answer: _record(answer["data"], answer))
    if found.data.lei != lei:
        raise Unexpected("another LEI")
    return found


def records(body: bytes) -> list[LeiData]:
    """The answer to /lei-records with filters."""
    return _read(body, lambda answer: [_record(one, answer).data for one in _listed(answer)])


def company(body: bytes) -> Company:
    """The answer to /lei-records/{lei}/direct-parent and /ultimate-parent."""
    found = _read(body, lambda answer: _record(answer["data"], answer).data)
    return Company(lei=found.lei, name=found.legal_name)


def exception(body: bytes) -> str:
    """The reason in the answer to /lei-records/{lei}/direct-parent-reporting-exception and its like."""
    return _read(body, lambda answer: _word(answer["data"]["attributes"]["reason"]) or "UNKNOWN")


def completions(body: bytes) -> list[str]:
    """The LEIs in the answer to /fuzzycompletions, in its order."""

    def leis(answer: dict[str, Any]) -> list[str]:
        linked = [one.get("relationships", {}).get("lei-records", {}).get("data") for one in _listed(answer)]
        return list(dict.fromkeys(str(one["id"])[:20] for one in linked if one))

    return _read(body, leis)


def _read(body: bytes, take: Callable[[dict[str, Any]], Result]) -> Result:
    try:
        return take(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, ValidationError) as error:
        raise Unexpected(type(error).__name__) from error


def _listed(answer: dict[str, Any]) -> list[dict[str, Any]]:
    if not isinstance(answer["data"], list):
        raise TypeError
    return list(answer["data"])


def _record(item: dict[str, Any], answer: dict[str, Any]) -> Record:
    attributes = item["attributes"]
    entity, registration = attributes["entity"], attributes["registration"]
    address = entity.get("legalAddress") or {}
    links = item.get("relationships") or {}
    data = LeiData(
        lei=_text(item["id"], 20),
        legal_name=_text(entity["legalName"]["name"], MAX_NAME),
        other_names=_names(entity),
        address=_address(address),
        city=_text(address.get("city"), 100) or None,
        country=_country(address.get("country")),
        jurisdiction=_word(entity.get("jurisdiction")),
        category=_word(entity.get("category")),
        registered_at=_word((entity.get("registeredAt") or {}).get("id")),
        registered_as=_text(entity.get("registeredAs"), 60) or None,
        entity_status=_word(entity.get("status")),
        expired_on=_day((entity.get("expiration") or {}).get("date")),
        registration_status=_word(registration.get("status")),
        updated_on=_day(registration.get("lastUpdateDate")),
        renewal_on=_day(registration.get("nextRenewalDate")),
        successors=_successors(entity),
        head_office=_company(entity.get("associatedEntity")) if entity.get("category") == "BRANCH" else None,
    )
    if not data.legal_name or not data.lei:
        raise ValueError
    published = ((answer.get("meta") or {}).get("goldenCopy") or {}).get("publishDate")
    return Record(
        data=data,
        published_on=_day(published),
        direct=_next(links.get("direct-parent")),
        ultimate=_next(links.get("ultimate-parent")),
    )


def _next(relationship: dict[str, Any] | None) -> str | None:
    links = (relationship or {}).get("links") or {}
    if "lei-record" in links:
        return "parent"
    return "exception" if "reporting-exception" in links else None


def _names(entity: dict[str, Any]) -> list[OtherName]:
    given = [*(entity.get("otherNames") or []), *(entity.get("transliteratedOtherNames") or [])]
    names = [OtherName(name=_text(one.get("name"), MAX_NAME), type=_word(one.get("type")) or "") for one in given]
    return [one for one in names if one.name][:MOST_NAMES]


def _successors(entity: dict[str, Any]) -> list[Company]:
    given = [entity.get("successorEntity"), *(entity.get("successorEntities") or [])]
    found = {one.lei: one for one in map(_company, given) if one}
    return list(found.values())


def _company(given: dict[str, Any] | None) -> Company | None:
    lei, name = _text((given or {}).get("lei"), 20), _text((given or {}).get("name"), MAX_NAME)
    return Company(lei=lei, name=name or lei) if lei else None


def _address(address: dict[str, Any]) -> str:
    parts = [*(address.get("addressLines") or []), address.get("postalCode"), address.get("city")]
    return _text(", ".join(str(part) for part in parts if part), MAX_ADDRESS)


def _country(code: object) -> str | None:
    text = _text(code, 2).upper()
    return text if len(text) == 2 and text.isascii() and text.isalpha() else None


def _word(value: object) -> str | None:
    """A code in capitals, as GLEIF writes them."""
    return _text(value, 60) or None


def _text(value: object, limit: int) -> str:
    """One line without invisible characters; empty for nothing."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError
    visible = "".join(character if character.isprintable() else " " for character in value)
    return " ".join(visible.split())[:limit]


def _day(value: object) -> date | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError
    return datetime.fromisoformat(value.replace("Z", "+00:00")).date()

"""Reading the list of conflict-affected and high-risk areas: JSON as an open copy has it, or a table. Pure.

A row that cannot be placed is kept aside with the reason, and the list then waits for a person: a version stands for
the whole list, so an area that is left out would silently be called unlisted.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.cahra.places import subdivision_code
from portal.cahra.rules import Area
from portal.registry.countries import country_code, country_name
from portal.sources.catalogue import EU_CAHRA
from portal.sources.facilities import Reject
from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from portal.sources.tabular import MAX_BYTES, read_table

PARSER = "cahra 2026.1"  # kept with each run: raise it when the reading changes its meaning
TITLES = EU_CAHRA.titles
PUBLISHER_TIME = ZoneInfo("Europe/Brussels")
MAX_NAME = 120
_REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}", re.ASCII)
_FLAGS = {"yes": True, "true": True, "1": True, "x": True, "no": False, "false": False, "0": False, "": None}


@dataclass(frozen=True)
class AreaReading:
    """What a file says. `published` is the day that the list itself gives, if it gives one."""

    areas: Sequence[Area]
    rejects: Sequence[Reject]
    published: date | None = None
    label: str | None = None


@dataclass(frozen=True)
class _Line:
    """One entry before it is placed; `country` and `region` as the file writes them."""

    number: int
    country: str
    region_code: str
    region: str
    whole: bool
    conflict_affected: bool | None
    high_risk: bool | None


def read_areas(content: bytes) -> AreaReading:
    """The areas of a file. Raises Refused when there is no list in it."""
    text = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    published, label = None, None
    if text[:1] in (b"{", b"["):
        document = _document(text)
        meta = document["meta"] if isinstance(document.get("meta"), Mapping) else {}
        published, label = _published(meta), _text(meta.get("version")) or None
        lines = list(_json_lines(document))
    else:
        lines = list(_table_lines(content))
    if not lines:
        raise Refused(Reason.NO_ROWS)
    areas, rejects = _place(lines)
    if not areas:
        raise Refused(Reason.NO_GOOD_ROWS, rejects=len(rejects))
    return AreaReading(sorted(areas, key=lambda area: area.code), rejects, published, label)


def _document(text: bytes) -> Mapping[str, Any]:
    if len(text) > MAX_BYTES:
        raise Refused(Reason.TOO_LARGE, bytes=len(text), limit=MAX_BYTES)
    try:
        document = json.loads(text)
    except UnicodeDecodeError as error:
        raise Refused(Reason.WRONG_ENCODING, row=text.count(b"\n", 0, error.start) + 1) from None
    except (ValueError, RecursionError) as error:
        raise Refused(Reason.DAMAGED_FILE, detail=str(error)[:200]) from None
    if not isinstance(document, Mapping) or not isinstance(document.get("entries"), list):
        raise Refused(Reason.NOT_A_LIST, found="json")
    return document


def _published(meta: Mapping[str, Any]) -> date | None:
    """The publisher's own day: its reports are dated at midnight in Brussels and written down in UTC."""
    try:
        return datetime.fromisoformat(_text(meta.get("reportsUpdated"))).astimezone(PUBLISHER_TIME).date()
    except ValueError:
        return None


def _json_lines(document: Mapping[str, Any]) -> Iterator[_Line]:
    """Entries count as rows from 1: a region has the number of its country."""
    for number, entry in enumerate(document["entries"], start=1):
        if not isinstance(entry, Mapping):
            yield _Line(number, "", "", "", False, None, None)
            continue
        country = _text(entry.get("iso2")) or _text(entry.get("countryName"))
        regions = entry.get("regions")
        if entry.get("wholeCountry") is True:
            yield _Line(number, country, "", "", True, _bool(entry, "conflictAffected"), _bool(entry, "highRisk"))
        elif not isinstance(regions, list) or not regions:
            yield _Line(number, country, "", "", False, None, None)  # neither whole nor in part: nothing is said
        for region in regions if isinstance(regions, list) else ():
            known = region if isinstance(region, Mapping) else {}
            yield _Line(
                number,
                country,
                _text(known.get("code")),
                _text(known.get("name")),
                False,
                _bool(known, "conflictAffected"),
                _bool(known, "highRisk"),
            )


def _table_lines(content: bytes) -> Iterator[_Line]:
    """A row without a region speaks of the whole country."""
    for row in read_table(content, TITLES):
        country, code, region, conflict, risk = row.cells or ("", "", "", "", "")
        whole = bool(country) and not code and not region
        flags = [_FLAGS.get(cell.casefold()) for cell in (conflict, risk)]
        yield _Line(row.number, country, code, region, whole, *flags)


def _place(lines: Sequence[_Line]) -> tuple[list[Area], list[Reject]]:
    """Each line by ISO 3166; the same place twice is taken once, and two that contradict each other are not taken."""
    taken: dict[str, Area] = {}
    rejects: list[Reject] = []
    for line in lines:
        area = _area(line)
        if isinstance(area, Reject):
            rejects.append(area)
        elif area.code not in taken:
            taken[area.code] = area
        else:
            same = taken[area.code] == area
            rejects.append(Reject(line.number, "repeated" if same else "contradicts", TITLES[1], area.code))
    return list(taken.values()), rejects


def _area(line: _Line) -> Area | Reject:
    country = country_code(line.country) if line.country else None
    if country is None:
        return Reject(line.number, "unknown_country", TITLES[0], line.country[:80])
    if line.whole:
        return Area(country, country, country_name(country), line.conflict_affected, line.high_risk)
    listed = line.region_code.upper()
    # By ISO's present code; an old one by the name beside it, a new one that our copy of ISO lacks by its form.
    code = (
        subdivision_code(country, listed) or subdivision_code(country, line.region) if line.region or listed else None
    )
    if code is None and _REGION.fullmatch(listed) and listed.startswith(f"{country}-"):
        code = listed
    if code is None:
        return Reject(line.number, "unknown_region", TITLES[1], (line.region_code or line.region)[:80])
    return Area(country, code, line.region[:MAX_NAME] or code, line.conflict_affected, line.high_risk)


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _bool(entry: Mapping[str, Any], name: str) -> bool | None:
    value = entry.get(name)
    return value if isinstance(value, bool) else None

"""One organisation on a sanctions list, as far as it is kept: names, numbers, countries, the act. Pure.

Organisations only. Persons are left out while a list is read and never stored, and so are reasons, addresses, phone
numbers and remarks: they name people, and nothing here needs them (docs/adr on sanctions).
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from portal.registry.countries import country_code

MAX_NAME = 300
MOST_NAMES = 80  # of one party; the longest entries of the lists have about 50
LEAST_NUMBER = 8  # letters and digits below which a number is no proof of anything
LEAST_DIGITS = 6


class NameSort(StrEnum):
    """What a name is to the party. Weak ones are the publisher's own word: too common to go by alone."""

    NAME = "name"
    ALIAS = "alias"
    FORMER = "former"
    WEAK = "weak"


@dataclass(frozen=True)
class Party:
    """A listed organisation. `part` is the share of the list that a file is whole for (a regulation, or all of it);
    `ref` the list's own id within the source; `numbers` compact letters and digits; `countries` ISO 3166 alpha-2.
    """

    part: str
    ref: str
    names: tuple[tuple[str, str], ...]  # (text, NameSort)
    numbers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    programme: str | None = None
    act: str | None = None
    measure: str | None = None
    listed_on: date | None = None

    @property
    def name(self) -> str:
        """The first name."""
        return self.names[0][0]

    def to_json(self) -> dict[str, Any]:
        """Plain values, without what is empty."""
        values = {name: value for name, value in asdict(self).items() if value}
        return {**values, "listed_on": self.listed_on.isoformat()} if self.listed_on else values


def party_from_json(values: dict[str, Any]) -> Party:
    """The party of `Party.to_json`."""
    listed_on = values.get("listed_on")
    return Party(
        **{
            **values,
            "names": tuple((text, sort) for text, sort in values["names"]),
            "numbers": tuple(values.get("numbers", ())),
            "countries": tuple(values.get("countries", ())),
            "listed_on": date.fromisoformat(listed_on) if listed_on else None,
        }
    )


def to_line(values: dict[str, Any]) -> bytes:
    """A line of JSON that is the same for the same values."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def clean_names(found: Iterable[tuple[str, NameSort]]) -> tuple[tuple[str, str], ...]:
    """Names without marks around them, each once; the first sort that a name comes with counts."""
    names: dict[str, tuple[str, str]] = {}
    for text, sort in found:
        name = " ".join(_BRACKETED.sub(" ", text).replace("\u00ad", "").split()).strip(_EDGES)
        if name and len(name) <= MAX_NAME:
            names.setdefault(name.casefold(), (name, sort.value))
    return tuple(list(names.values())[:MOST_NAMES])


_BRACKETED = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_EDGES = " \"'‘’“”„«»*,;"
_BY_SEMICOLON = re.compile(r"\s*;\s*")


def several(cell: str) -> list[str]:
    """The parts of a cell that holds several, parted by semicolons."""
    return [part for part in _BY_SEMICOLON.split(cell.strip()) if part]


def numbers_in(*cells: str) -> tuple[str, ...]:
    """The numbers written in these cells, compact: what stands in brackets behind one says what it is."""
    found: dict[str, None] = {}
    for cell in cells:
        for part in several(_IN_BRACKETS.sub(" ", cell).replace(",", ";")):
            number = re.sub(r"[^0-9A-Za-z]", "", part.rpartition(":")[2]).upper()
            if len(number) >= LEAST_NUMBER and sum(char.isdigit() for char in number) >= LEAST_DIGITS:
                found[number] = None
    return tuple(found)


_IN_BRACKETS = re.compile(r"\([^)]*\)")

# As the lists write them, beside what registry.countries knows.
_ALSO = {
    "dprk": "KP",
    "democratic peoples republic of korea": "KP",
    "congo democratic republic of the": "CD",
    "korea north": "KP",
    "drc": "CD",
    "democratic republic of the congo": "CD",
    "islamic republic of iran": "IR",
    "north korea": "KP",
    "syria": "SY",
    "syrian arab republic": "SY",
    "russian federation": "RU",
    "republic of belarus": "BY",
    "burma": "MM",
}


def countries_of(*cells: str) -> tuple[str, ...]:
    """The countries that these cells name: of an address, what stands last."""
    found: dict[str, None] = {}
    for cell in cells:
        for address in several(cell):
            for piece in (address, *reversed(re.split(r"[,/()]", address))):
                if code := _country(piece):
                    found[code] = None
                    break
    return tuple(found)


@lru_cache(maxsize=4096)
def _country(text: str) -> str | None:
    words = re.sub(r"[^\w\s'’.-]|\d+", " ", text).replace("’", "'").strip(" .-")
    plain = " ".join(words.casefold().replace("'", "").split())
    return _ALSO.get(plain) or (country_code(words) if len(words) > 2 or words.isupper() else None)

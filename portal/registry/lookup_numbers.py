"""Look-up by number: however it is punctuated, and while it is still being typed."""

import re
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text as sql

from portal.db import session
from portal.registry.identifiers import LEI_LENGTH, SCHEMES, detect

_NOT_COMPACT = re.compile(r"[^0-9A-Z]+")
_DIGITS_OF_A_CID = re.compile(r"\d{6}")  # lists often leave the letters out
_SHORTEST_NUMBER = 5
_FEWEST_DIGITS = 4
_SHORTEST_BEGINNING = 4  # digits of a number that is still being typed
_AFTER = "~"  # sorts after everything that a compact number has
# What stands around the national number in the VAT numbers that contain it.
_VAT_ENDINGS = ("", "01", "MVA", "MWST")

# One look at each number's supplier: as EXISTS, all suppliers of the country would be read first.
_IN_COUNTRY = """(CAST(:country AS text) IS NULL
    OR (SELECT s.country FROM supplier s WHERE s.id = i.supplier_id) = :country)"""

_HOLDERS = sql(
    f"""
    (SELECT i.supplier_id, i.scheme, i.value, true AS exact FROM supplier_identifier i
     WHERE i.value = ANY(CAST(:values AS text[])) AND {_IN_COUNTRY} LIMIT :most)
    UNION ALL
    (SELECT i.supplier_id, i.scheme, i.value, false FROM supplier_identifier i
     WHERE i.value > CAST(:typed AS text) AND i.value < :after AND {_IN_COUNTRY}
     ORDER BY i.value LIMIT :most)
    """
)


class Held(NamedTuple):
    """A number that answers, and whether it is the one typed or only begins with it."""

    supplier_id: UUID
    scheme: str
    value: str
    exact: bool


def holders(text: str, country: str | None, most: int) -> list[Held]:
    """Who has the number in the text, or one that begins with it: each supplier once, the number typed first."""
    written = _written_forms(text)
    if not written:
        return []
    return _holders(text, written, country, most) or _holders(text, number_forms(text) - written, country, most)


def _holders(text: str, values: set[str], country: str | None, most: int) -> list[Held]:
    if not values:
        return []
    typed = _compact(text)
    begun = typed if sum(map(str.isdigit, typed)) >= _SHORTEST_BEGINNING else None
    asked = {"values": list(values), "typed": begun, "after": f"{typed}{_AFTER}", "country": country, "most": most}
    rows = sorted((Held(*row) for row in session.execute(_HOLDERS, asked)), key=lambda one: _rank(one, typed))
    found: dict[UUID, Held] = {}
    for held in rows:
        found.setdefault(held.supplier_id, held)
    return list(found.values())[:most]


def _rank(held: Held, typed: str) -> tuple[bool, bool, str, str]:
    """The number as typed first, then what it contains, then what begins with it."""
    return not held.exact, held.value != typed, held.scheme, held.value


def number_forms(text: str) -> set[str]:
    """The compact forms in which a text could stand as a number in the registry; empty when it can be none.

    Words in front (“LEI”, “org. no.”) may be left standing.
    """
    forms = _written_forms(text)
    forms |= {f"CID{form}" for form in forms if _DIGITS_OF_A_CID.fullmatch(form)}
    for part in _parts(text):
        for identifier in detect(part):
            forms.add(identifier.value)
            land = SCHEMES[identifier.scheme].country
            if land:
                forms |= {f"{land}{identifier.value}{ending}" for ending in _VAT_ENDINGS}
    return forms


def _written_forms(text: str) -> set[str]:
    """The number as it is written, but for its punctuation: most often that is how the registry has it."""
    return {_compact(part) for part in _parts(text)}


def _parts(text: str) -> list[str]:
    """The text, and what is left of it without the words in front, as far as it looks like a number."""
    words = text.upper().split()[:12]
    parts = [" ".join(words[first:]) for first in range(min(len(words), 4))]
    return [part for part in parts if _looks_like_a_number(_compact(part))]


def _looks_like_a_number(compact: str) -> bool:
    """Names have digits, too (“Studio 54”): a number has four at least and not many letters, or a LEI's length."""
    figures = sum(map(str.isdigit, compact))
    if len(compact) < _SHORTEST_NUMBER or not figures:
        return False
    return len(compact) >= LEI_LENGTH or (figures >= _FEWEST_DIGITS and 3 * figures >= len(compact))


def _compact(text: str) -> str:
    return _NOT_COMPACT.sub("", text.upper())

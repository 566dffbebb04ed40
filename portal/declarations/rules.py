"""Words and values of mineral declarations: pure, no database, no web, no file formats.

Facts about the templates come from the published workbooks themselves (RMI CMRT 6.01 to 6.5); the place
is named where it is used.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from portal.minerals.spelling import name_key as name_key

RULES_VERSION = "2026.3"  # stored with every finding: raise it when a check changes its meaning

METALS_3TG = ("Tantalum", "Tin", "Gold", "Tungsten")  # the order of every CMRT question block

# Democratic Republic of the Congo and its nine neighbours (Dodd-Frank Act, section 1502)
_COVERED = re.compile(
    r"\b(?:drc\b|d\.r\.|congo|angola|burundi|central african|rwanda|south sudan|tanzania|uganda|zambia)",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|non|not|none|never|outside|except|excluding|without)\b[^.;\n]*|\bDRC[ -]conflict[ -]free\b", re.IGNORECASE
)
_LONG_LIST = 20  # smelters
_CID = re.compile(r"CID\d{6}")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")  # marks without width, which copying brings along
_SCOPE = re.compile(r"([ABC])(?:[.:)、]|$)")


class TemplateKind(StrEnum):
    """Families of reporting templates."""

    CMRT = "CMRT"
    EMRT = "EMRT"
    AMRT = "AMRT"
    CRT = "CRT"


class DeclarationScope(StrEnum):
    """What a declaration speaks for (RMI CMRT, Declaration!D9)."""

    COMPANY = "A"
    PRODUCTS = "B"
    USER_DEFINED = "C"


class Severity(StrEnum):
    """error: incomplete or contradictory; warning: a person should look; info: nothing to mend."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class LineStatus(StrEnum):
    """What became of one reported smelter row. The values are kept apart: none of them means "bad"."""

    RESOLVED = "resolved"
    RESOLVED_OTHER_VERSION = "resolved_other_version"
    NOT_LISTED = "not_listed"
    NOT_LISTED_BUT_IN_LOOKUP = "not_listed_but_in_lookup"
    NOT_IDENTIFIED = "not_identified"
    NAME_NOT_IN_LOOKUP = "name_not_in_lookup"
    AMBIGUOUS_ALIAS = "ambiguous_alias"
    CID_METAL_MISMATCH = "cid_metal_mismatch"
    CID_NAME_CONFLICT = "cid_name_conflict"
    CID_UNKNOWN = "cid_unknown"
    CID_UNVERIFIED = "cid_unverified"
    CID_MALFORMED = "cid_malformed"
    NO_TEMPLATE_LOOKUP = "no_template_lookup"
    UNRESOLVED = "unresolved"


class Match(StrEnum):
    """By what a row was recognised."""

    CID = "cid"
    NAME = "name"  # the standard name
    ALIAS = "alias"  # another look-up name of the same facility
    OTHER_VERSION = "other_version"  # an id that another release of the look-up knows


CONFIDENCE = MappingProxyType({Match.CID: 100, Match.NAME: 100, Match.ALIAS: 95, Match.OTHER_VERSION: 80})  # percent


@dataclass(frozen=True, slots=True)
class Facility:
    """A smelter or refiner as a look-up lists it. A CID is one facility and one metal."""

    cid: str
    metal: str
    name: str
    country: str | None = None


Reference = Mapping[str, Facility]  # CID -> facility, from other look-up releases; the caller decides which


class LookupRow(NamedTuple):
    """One row of the workbook's own look-up sheet (columns A to E)."""

    metal: str
    alias: str
    standard_name: str
    country: str | None
    cid: str


class ReportedRow(NamedTuple):
    """What somebody typed into one row of the smelter list. Contact columns (K, L) are never read."""

    row: int
    cid_input: str | None
    metal: str | None
    lookup_name: str | None
    name: str | None
    country: str | None
    other_id: str | None
    mine: str | None
    mine_country: str | None
    recycled: str | None


class Answer(NamedTuple):
    """One answer. `mineral` is None for company questions; `answer` is normalised: the number 1 is "100%"."""

    question: str
    mineral: str | None
    answer: str | None
    comment: str | None
    cell: str
    comment_cell: str


class Product(NamedTuple):
    """One row of the product list."""

    row: int
    number: str | None
    name: str | None
    comment: str | None


class Mine(NamedTuple):
    """One row of the mine list (EMRT 2, AMRT). Its contact columns (J, K) are never read."""

    row: int
    metal: str | None
    smelter: str | None
    name: str | None
    mine_id: str | None
    id_source: str | None
    country: str | None
    street: str | None
    city: str | None
    state: str | None
    next_steps: str | None
    comment: str | None


class MineralReason(NamedTuple):
    """Why a mineral is declared (AMRT, sheet Minerals Scope)."""

    mineral: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about a declaration; the words are in `messages`, so that they can be translated."""

    code: str
    severity: Severity
    sheet: str | None
    cell: str | None
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Company:
    """Who declares. `contact` holds persons: it is for whoever holds the file, and is never stored nor logged.

    `filled` maps field names (contact_name, contact_email, ...) to True or False, and `email_ok` the two
    e-mail fields to whether they hold an @ (all that the template's own Checker asks).
    """

    name: str | None
    unique_id: str | None
    unique_id_authority: str | None
    address: str | None
    filled: Mapping[str, bool]
    email_ok: Mapping[str, bool]
    contact: Mapping[str, str | None] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class SuggestedSmelter:
    """A smelter that a name may mean, with how sure that is in percent."""

    cid: str
    name: str
    confidence: int


@dataclass(frozen=True, slots=True)
class SmelterLine:
    """One reported row after matching. `candidates` are for a person to judge, never accepted silently."""

    row: int
    metal: str | None
    declared_name: str | None
    declared_id: str | None
    declared_id_field: str | None  # "cid_input" or "other_id": which of the two columns it stood in
    declared_country: str | None
    special: LineStatus | None  # NOT_LISTED or NOT_IDENTIFIED where the row says so itself
    status: LineStatus
    resolved_id: str | None = None
    standard_name: str | None = None
    match: Match | None = None
    listed_country: str | None = None  # what the look-up says of the resolved smelter
    candidates: tuple[Facility, ...] = ()
    reported: ReportedRow | None = None
    suggestions: tuple[SuggestedSmelter, ...] = ()  # by likeness of the name, the likeliest first

    @property
    def confidence(self) -> int | None:
        """Percent, None where nothing was recognised."""
        return CONFIDENCE[self.match] if self.match else None


def normal_cid(text: str | None) -> str | None:
    """A smelter id in its one form (`CID` and six digits), None if it has not got that form."""
    folded = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text or "")).strip().upper()
    return folded if _CID.fullmatch(folded) and folded.isascii() else None


def smelters_mark(lines: Iterable[SmelterLine]) -> str | None:
    """The same for two declarations that name the same smelters, whatever the order; None for lists under 20.

    Short lists are alike by chance; a long one that equals another supplier's was perhaps copied.
    """
    named = {
        f"{line.metal}|{line.resolved_id or name_key(line.declared_id) or name_key(line.declared_name)}"
        for line in lines
        if line.resolved_id or line.declared_id or line.declared_name
    }
    if len(named) < _LONG_LIST:
        return None
    return hashlib.sha256("\n".join(sorted(named)).encode()).hexdigest()


def is_covered_country(text: str | None) -> bool:
    """Whether a free-text country of origin names a covered country (one of several is enough).

    What follows a negation does not count ("not from the DRC or its neighbours"), nor the label "DRC conflict free".
    """
    return bool(text and _COVERED.search(_DENIED.sub("", text)))


def scope_of(text: str | None) -> DeclarationScope | None:
    """The scope letter of Declaration!D9 (`A. Company` ...), None if it is none of the three."""
    match = _SCOPE.match(unicodedata.normalize("NFKC", text or "").strip().upper())
    return DeclarationScope(match[1]) if match else None


def parse_date(text: str | None) -> date | None:
    """A date that somebody wrote as text. Only forms that can mean one day.

    That is ISO and its like in Chinese and Japanese, a month in letters before or after the day, or figures of which
    one is too large for a month: 30/06/2025, never 03/04/2025.
    """
    words = unicodedata.normalize("NFKC", text or "").strip()
    if match := _YEAR_FIRST.fullmatch(words):
        year, month, day = (int(part) for part in match.groups())
    elif match := _MONTH_IN_LETTERS.fullmatch(words):
        name = (match["m1"] or match["m2"]).lower()
        month = _MONTHS.index(name) + 1 if name in _MONTHS else 0
        year, day = int(match["year"]), int(match["d1"] or match["d2"])
    elif match := _YEAR_LAST.fullmatch(words):
        first, second, year = (int(part) for part in match.groups())
        month, day = (second, first) if first > 12 else (first, second)
        if day <= 12 and first != second:
            return None
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.]|年 ?)(\d{1,2})(?:[-/.]|月 ?)(\d{1,2})日?(?:[T ]00:00(?::00)?)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_MONTH_IN_LETTERS = re.compile(
    r"(?:(?P<d1>\d{1,2})[-/. ]+(?P<m1>[A-Za-z]{3})[a-z]*|(?P<m2>[A-Za-z]{3})[a-z]*[. ]+(?P<d2>\d{1,2}))"
    r"[-/., ]+(?P<year>\d{4})"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

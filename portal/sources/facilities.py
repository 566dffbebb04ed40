"""The rows of a facility list: each checked and normalised, or kept aside with the reason. Pure."""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from portal.minerals.labels import METALS
from portal.sources.catalogue import ListSource
from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from portal.sources.tabular import Row, read_table

PARSER = "2026.1"  # kept with each run: raise it when the reading changes its meaning
MAX_TEXT = 300
# Names that were decoded wrongly: one is the publisher's slip and kept aside, more than this share is our file.
MOJIBAKE_SHARE = 0.01
_INVISIBLE = ("Cc", "Cf", "Co", "Cs")
_METAL_NAMES = {**{metal: metal for metal in METALS}, "aluminium": "aluminum"}

Key = tuple[str, str]  # facility id, metal


class FacilityRow(NamedTuple):
    """One facility and metal as the list states it; the order is that of the table snapshot_row."""

    facility_id: str
    metal: str
    name: str
    country: str | None
    raw_status: str
    status: str
    audit_date: date | None
    cycle_years: int | None
    cross_recognised: str | None

    @property
    def key(self) -> Key:
        """What a row is about."""
        return self.facility_id, self.metal


@dataclass(frozen=True)
class Reject:
    """A row that was not taken. Where its facility could be read, what was known of that stays as it is."""

    row: int
    reason: str
    column: str | None = None
    text: str | None = None
    facility_id: str | None = None
    metal: str | None = None

    @property
    def key(self) -> Key | None:
        """The facility and metal, if both could be read."""
        return (self.facility_id, self.metal) if self.facility_id and self.metal else None


@dataclass(frozen=True)
class Reading:
    """What a file says: one row a facility and metal, and what could not be taken."""

    rows: dict[Key, FacilityRow]
    rejects: Sequence[Reject]

    @property
    def protected(self) -> set[Key]:
        """Facilities that the file names in a row that was not taken: they are not missing."""
        return {reject.key for reject in self.rejects if reject.key} - self.rows.keys()


class _Bad(Exception):
    def __init__(self, reason: str, column: str, text: str) -> None:
        super().__init__(reason)
        self.reject = (reason, column, text[:80])


def read_list(content: bytes, source: ListSource) -> Reading:
    """Read a file as `source` publishes it. Raises Refused when there is no list to apply in it."""
    table = read_table(content, source.columns.titles)
    if not table:
        raise Refused(Reason.NO_ROWS)
    taken: dict[Key, list[FacilityRow]] = defaultdict(list)
    rejects: list[Reject] = []
    for line in table:
        cells = [_clean(cell) for cell in line.cells or ()]
        facility = _facility(cells, source)
        try:
            row = _read_row(line, cells, facility, source)
        except _Bad as bad:
            reason, column, text = bad.reject
            rejects.append(Reject(line.number, reason, column, text, *facility))
            continue
        if row in taken[row.key]:
            rejects.append(Reject(line.number, "repeated", source.columns.facility_id, row.facility_id, *row.key))
        else:
            taken[row.key].append(row)
    _refuse_mojibake(table, rejects)
    _refuse_contradictions(taken, rejects)
    if not taken:
        raise Refused(Reason.NO_GOOD_ROWS, rejects=len(rejects))
    return Reading({key: rows[0] for key, rows in taken.items()}, rejects)


def _refuse_mojibake(table: Sequence[Row], rejects: Sequence[Reject]) -> None:
    damaged = [reject for reject in rejects if reject.reason == "damaged_name"]
    if len(damaged) > MOJIBAKE_SHARE * len(table):
        raise Refused(
            Reason.MOJIBAKE,
            rows=len(damaged),
            example=damaged[0].text,
            affected=[reject.facility_id for reject in damaged][:100],
        )


def _refuse_contradictions(taken: dict[Key, list[FacilityRow]], rejects: Sequence[Reject]) -> None:
    conflicting = [
        {"facility_id": facility_id, "metal": metal, "statuses": [row.raw_status for row in rows]}
        for (facility_id, metal), rows in taken.items()
        if len(rows) > 1
    ]
    if conflicting:
        repeated = [reject.facility_id for reject in rejects if reject.reason == "repeated"]
        raise Refused(
            Reason.DUPLICATE_IDS, rows=len(conflicting), conflicting=conflicting[:100], identical=repeated[:100]
        )


def _facility(cells: Sequence[str], source: ListSource) -> tuple[str | None, str | None]:
    """Whom a row is about, as far as it can be read even where the row is not taken."""
    if not cells:
        return None, None
    facility_id = cells[0].upper()
    return facility_id if source.facility_id.fullmatch(facility_id) else None, _METAL_NAMES.get(cells[1].casefold())


def _read_row(
    line: Row, cells: Sequence[str], facility: tuple[str | None, str | None], source: ListSource
) -> FacilityRow:
    titles = source.columns
    facility_id, metal = facility
    if line.cells is None:
        raise _Bad("short_row", titles.facility_id, "")
    raw_id, raw_metal, name, country, raw_status, audit_date, cycle, cross_recognised = cells
    if facility_id is None:
        raise _Bad("bad_id", titles.facility_id, raw_id)
    if metal is None:
        raise _Bad("unknown_metal", titles.metal, raw_metal)
    for title, text in ((titles.name, name), (titles.status, raw_status)):
        if not text:
            raise _Bad("missing", title, "")
    for title, text in zip(titles.titles, cells, strict=True):
        if len(text) > MAX_TEXT:
            raise _Bad("too_long", title, text)
    if is_mojibake(line.cells[2]):  # before cleaning, which takes out some of the letters that give it away
        raise _Bad("damaged_name", titles.name, name)
    return FacilityRow(
        facility_id=facility_id,
        metal=metal,
        name=name,
        country=country or None,
        raw_status=raw_status,
        status=source.normal_status(raw_status),
        audit_date=_date(audit_date, source.date_format, titles.audit_date),
        cycle_years=_years(cycle, source),
        cross_recognised=cross_recognised or None,
    )


@lru_cache(maxsize=4096)
def _date(text: str, pattern: str, column: str) -> date | None:
    """A date as the source writes it, or as a workbook holds it."""
    if not text:
        return None
    for known in dict.fromkeys((pattern, "%Y-%m-%d")):
        try:
            return datetime.strptime(text, known).date()
        except ValueError:
            continue
    raise _Bad("bad_date", column, text)


def _years(text: str, source: ListSource) -> int | None:
    if not text:
        return None
    number, _, unit = text.casefold().partition(" ")
    if number.isascii() and number.isdigit() and 1 <= int(number[:3]) <= 5 and unit.rstrip("s") in ("year", ""):
        return int(number)
    raise _Bad("bad_cycle", source.columns.cycle, text)


def _clean(text: str) -> str:
    """One line in composed form, without control, zero-width and direction-reversing characters."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    if words.isascii() and words.isprintable():
        return words
    return "".join(ch for ch in words if unicodedata.category(ch) not in _INVISIBLE)


def is_mojibake(text: str) -> bool:
    """True for text that was UTF-8, read as Windows-1252 and saved again (“MÃ¼ller”): reading it back gives UTF-8."""
    if text.isascii():
        return False
    try:
        back = b"".join(ch.encode("latin-1" if "\x80" <= ch <= "\x9f" else "cp1252") for ch in text)
        return back.decode("utf-8") != text
    except UnicodeError:
        return any("\x80" <= ch <= "\x9f" for ch in text)

"""The rows of a facility list: each checked and normalised, or kept aside with the reason. Pure.

A list is read as a stream, so that one of 100,000 rows takes no more memory than what tells its rows apart.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from portal.minerals.labels import METALS
from portal.minerals.rules import is_cross_recognised
from portal.sources.catalogue import ListSource
from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from portal.sources.tabular import Row, read_table

PARSER = "2026.2"  # kept with each run: raise it when the reading changes its meaning
MAX_TEXT = 300
# Names that were decoded wrongly: one is the publisher's slip and kept aside, more than this share is our file.
MOJIBAKE_SHARE = 0.01
_INVISIBLE = ("Cc", "Cf", "Co", "Cs")
_METAL_NAMES = {**{metal: metal for metal in METALS}, "aluminium": "aluminum"}

Key = tuple[str, str]  # facility id, metal
Facility = tuple[str | None, str | None]  # the same, as far as it could be read


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


@dataclass(frozen=True)
class Reject:
    """A row that was not taken. Where its facility could be read, what was known of that stays as it is."""

    row: int
    reason: str
    column: str | None = None
    text: str | None = None
    facility_id: str | None = None
    metal: str | None = None


class _Bad(Exception):
    def __init__(self, reason: str, column: str, text: str) -> None:
        super().__init__(reason)
        self.reject = (reason, column, text[:80])


class Reading:
    """A file as `source` publishes it. Going through it gives one row a facility and metal, and fills `rejects`.

    Raises Refused, at the end at the latest, when there is no list to apply in the file.
    """

    def __init__(self, content: bytes, source: ListSource) -> None:
        self._content = content
        self._source = source
        self._seen: dict[Key, tuple[int, str]] = {}  # what tells a row from another, and its status
        self._conflicts: dict[Key, dict[int, str]] = {}
        self._lines = 0
        self.rejects: list[Reject] = []

    def __iter__(self) -> Iterator[FacilityRow]:
        source, seen = self._source, self._seen
        for line in read_table(self._content, source.columns.titles):
            self._lines += 1
            cells = [_clean(cell) for cell in line.cells or ()]
            for facility in _facilities(cells, source):
                try:
                    row = _read_row(line, cells, facility, source)
                except _Bad as bad:
                    reason, column, text = bad.reject
                    self.rejects.append(Reject(line.number, reason, column, text, *facility))
                    continue
                key, content = row[:2], hash(row)
                if key not in seen:
                    seen[key] = content, row.raw_status
                    yield row
                else:
                    self._again(line.number, key, content, row.raw_status)
        self._refuse_no_list()
        self._refuse_mojibake()
        self._refuse_contradictions()

    @property
    def taken(self) -> int:
        """How many rows were given so far."""
        return len(self._seen)

    def _again(self, number: int, key: Key, content: int, status: str) -> None:
        """A facility that stood in the file before: the same row once more is left out, another one contradicts."""
        first, first_status = self._seen[key]
        if content == first or content in self._conflicts.get(key, ()):
            self.rejects.append(Reject(number, "repeated", self._source.columns.facility_id, key[0], *key))
        else:
            self._conflicts.setdefault(key, {first: first_status})[content] = status

    def _refuse_no_list(self) -> None:
        if not self._lines:
            raise Refused(Reason.NO_ROWS)

    def _refuse_mojibake(self) -> None:
        damaged = [reject for reject in self.rejects if reject.reason == "damaged_name"]
        if len(damaged) > MOJIBAKE_SHARE * self._lines:
            raise Refused(
                Reason.MOJIBAKE,
                rows=len(damaged),
                example=damaged[0].text,
                affected=[reject.facility_id for reject in damaged][:100],
            )

    def _refuse_contradictions(self) -> None:
        if self._conflicts:
            conflicting = [
                {"facility_id": facility_id, "metal": metal, "statuses": list(statuses.values())}
                for (facility_id, metal), statuses in self._conflicts.items()
            ]
            repeated = [reject.facility_id for reject in self.rejects if reject.reason == "repeated"]
            raise Refused(
                Reason.DUPLICATE_IDS, rows=len(conflicting), conflicting=conflicting[:100], identical=repeated[:100]
            )
        if not self._seen:
            raise Refused(Reason.NO_GOOD_ROWS, rejects=len(self.rejects))


def _facilities(cells: Sequence[str], source: ListSource) -> list[Facility]:
    """Whom a row is about, as far as it can be read even where the row is not taken; several where it names metals."""
    if not cells:
        return [(None, None)]
    facility_id = cells[0].upper()
    known = facility_id if source.facility_id.fullmatch(facility_id) else None
    metals = cells[1].split(source.metals_separator) if source.metals_separator else (cells[1],)
    return [(known, _METAL_NAMES.get(metal.strip().casefold())) for metal in metals]


def _read_row(line: Row, cells: Sequence[str], facility: Facility, source: ListSource) -> FacilityRow:
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
    if max(map(len, cells)) > MAX_TEXT:
        title, text = next(pair for pair in zip(titles.titles, cells, strict=True) if len(pair[1]) > MAX_TEXT)
        raise _Bad("too_long", title, text)
    if is_mojibake(line.cells[2]):  # before cleaning, which takes out some of the letters that give it away
        raise _Bad("damaged_name", titles.name, name)
    return FacilityRow(
        facility_id,
        metal,
        name,
        country or None,
        raw_status,
        source.normal_status(raw_status),
        _date(audit_date, source.date_format, titles.audit_date),
        _years(cycle, titles.cycle),
        # Where the status says so itself, its word stands in for the scheme that the list leaves out.
        cross_recognised or (raw_status if is_cross_recognised(raw_status) else None),
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


@lru_cache(maxsize=64)
def _years(text: str, column: str) -> int | None:
    if not text:
        return None
    number, _, unit = text.casefold().partition(" ")
    if number.isascii() and number.isdigit() and 1 <= int(number[:3]) <= 5 and unit.rstrip("s") in ("year", ""):
        return int(number)
    raise _Bad("bad_cycle", column, text)


def _clean(text: str) -> str:
    """One line in composed form, without control, zero-width and direction-reversing characters."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    words = " ".join(unicodedata.normalize("NFC", text).split())
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

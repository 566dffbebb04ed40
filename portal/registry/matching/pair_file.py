"""A file of pairs of names, row by row: what its columns mean, what cannot be scored, and the scores."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple

from portal.errors import BadInput
from portal.registry.countries import country_code
from portal.registry.matching.compare import compare
from portal.registry.matching.profile import Name, Profile
from portal.registry.matching.texts import all_in_words
from portal.registry.names import MAX_NAME

ADDED = ("score", "decision", "for", "against")
DELIMITERS = ",;\t|"
LABELS = ("is_match", "label")
_YES = frozenset({"true", "1", "yes", "y", "t", "match"})
_NO = frozenset({"false", "0", "no", "n", "f", "no_match"})
_SAMPLE = 65_536


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row the names, the countries and the label stand; None where there is no such column."""

    name1: int
    name2: int
    country1: int | None = None
    country2: int | None = None
    label: int | None = None


class Row(NamedTuple):
    """A row as it was read; `line` as a text editor counts."""

    line: int
    cells: Sequence[str]


class Skipped(NamedTuple):
    """A row that could not be scored: what is wrong and how to repair it."""

    line: int
    problem: str


class Scored(NamedTuple):
    """A row that was scored, with the columns of its result; `same` is its label, None if it has none."""

    cells: Sequence[str]
    score: float
    same: bool | None


class Pair(NamedTuple):
    """What a row says: two companies, and whether a person called them the same; None if none did."""

    one: Profile
    other: Profile
    same: bool | None


@dataclass(frozen=True, slots=True)
class Layout:
    """What the header says of every row."""

    header: tuple[str, ...]
    columns: Columns

    def pair(self, row: Row) -> Pair | Skipped:
        """The two companies of a row."""
        line, cells, columns = *row, self.columns
        if len(cells) != len(self.header):
            return Skipped(
                line,
                f"has {len(cells)} cells, the header {len(self.header)}: a text with the delimiter in it needs quotes",
            )
        profiles = []
        for name_at, country_at in ((columns.name1, columns.country1), (columns.name2, columns.country2)):
            name = cells[name_at].strip()
            if not name:
                return Skipped(line, f"has no {self.header[name_at]}: write it, or delete the row")
            if len(name) > MAX_NAME:
                return Skipped(line, f"has a {self.header[name_at]} of {len(name)} characters: at most {MAX_NAME}")
            written = cells[country_at].strip() if country_at is not None else ""
            country = country_code(written[:100]) if written else None
            if written and country is None:
                return Skipped(line, f"has “{written[:40]}” as a country: write its name or two letters (ISO 3166)")
            profiles.append(Profile((Name(name),), country=country))
        same = None
        if columns.label is not None and (said := cells[columns.label].strip().casefold()):
            if said not in _YES | _NO:
                return Skipped(line, f"has “{said[:40]}” as {self.header[columns.label]}: write true or false")
            same = said in _YES
        return Pair(profiles[0], profiles[1], same)

    def score(self, row: Row) -> Scored | Skipped:
        """The row with score, decision and the reasons for and against in words."""
        pair = self.pair(row)
        if isinstance(pair, Skipped):
            return pair
        verdict = compare(pair.one, pair.other)
        added = (
            f"{verdict.score:.4f}",
            verdict.decision.value,
            "; ".join(all_in_words(verdict.reasons_for)),
            "; ".join(all_in_words(verdict.reasons_against)),
        )
        return Scored([*row.cells, *added], verdict.score, pair.same)


@dataclass(slots=True)
class PairFile:
    """An open file of pairs; iterating reads it once, from the first row to the last."""

    layout: Layout
    rows: Any = field(repr=False)  # a csv.reader

    def __iter__(self) -> Iterator[Row | Skipped]:
        while True:
            try:
                cells = next(self.rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield Skipped(self.rows.line_num, f"cannot be read ({error}): check its quotation marks")
                continue
            if any(cell.strip() for cell in cells):
                yield Row(self.rows.line_num, cells)


def open_pairs(file: IO[bytes]) -> PairFile:
    """Read the header of CSV with any usual delimiter, in UTF-8 (with or without a mark), UTF-16 or Windows-1252.

    Raises BadInput when there is no header with name1 and name2.
    """
    head = file.read(_SAMPLE)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=_encoding(head), errors="replace", newline="")
    first = text.readline()
    text.seek(0)
    delimiter = max(DELIMITERS, key=first.count)
    rows = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        header = [cell.strip() for cell in next(rows, [])]
    except csv.Error as error:
        raise BadInput(f"The header cannot be read: {error}.", remedy="Save the file as CSV in UTF-8.") from error
    return PairFile(Layout(tuple(header), _columns(header)), rows)


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        head[: head.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _columns(header: Sequence[str]) -> Columns:
    at = {name.casefold(): index for index, name in reversed(list(enumerate(header)))}
    missing = [name for name in ("name1", "name2") if name not in at]
    if missing:
        raise BadInput(
            f"There is no column {' and no column '.join(missing)}.",
            remedy=f"The first line must name the columns name1 and name2. It is: {', '.join(header)[:200]}.",
        )
    label = next((at[name] for name in LABELS if name in at), None)
    return Columns(at["name1"], at["name2"], at.get("country1"), at.get("country2"), label)


def output_header(header: Sequence[str]) -> list[str]:
    """The columns of the file and those that are added; a column that is there already is not made twice."""
    return [*header, *(name if name not in header else f"{name}_here" for name in ADDED)]

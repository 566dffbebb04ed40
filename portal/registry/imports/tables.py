"""A list as a table: the columns that its header names, and its rows, numbered as a spreadsheet numbers them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.registry.reasons import Refused

MAX_FILE = 20 * 2**20  # bytes
MAX_ROWS = 50_000
MAX_COLUMNS = 200
SAMPLES = 3
MAX_SAMPLE = 80  # characters of a value shown as an example
_LOOKED_AT = 50  # rows that say how wide the table is, before its header is chosen


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the name in its header, made unique, and the first different values below it."""

    name: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header; the first row of the file is number 1. `wide`: has more values than the header."""

    number: int
    cells: tuple[str, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """What a file says. `layout` tells people how it was read: encoding, delimiter or sheet, and the header's row."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    layout: dict[str, Any] = field(default_factory=dict)


def table_of(lines: Iterable[Sequence[str]], layout: dict[str, Any]) -> Table:
    """The table in the lines of a file, blank ones included. Raises Refused when there is none."""
    filled = [
        (number, [cell.strip() for cell in line])
        for number, line in enumerate(lines, start=1)
        if any(cell.strip() for cell in line)
    ]
    if not filled:
        raise Refused("list_empty")
    start = _header_of(filled)
    header_row, header = filled[start]
    width = max(index for index, cell in enumerate(header, start=1) if cell)
    body = filled[start + 1 :]
    if not body:
        raise Refused("list_header_only", row=header_row)
    if len(body) > MAX_ROWS:
        raise Refused("list_too_long", rows=len(body), limit=MAX_ROWS)
    if width > MAX_COLUMNS:
        raise Refused("list_too_wide", columns=width, limit=MAX_COLUMNS)
    rows = tuple(Row(number, tuple((cells + [""] * width)[:width]), wide=any(cells[width:])) for number, cells in body)
    names = _unique(header[:width])
    columns = tuple(Column(name, _samples(row.cells[index] for row in rows)) for index, name in enumerate(names))
    return Table(columns, rows, {**layout, "header_row": header_row, "rows": len(rows)})


def letters_of(index: int) -> str:
    """The letters of a column as a spreadsheet shows them: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _header_of(filled: list[tuple[int, list[str]]]) -> int:
    """The first row about as wide as most are: titles and notes above the header have fewer cells."""
    widths = [sum(1 for cell in cells if cell) for _, cells in filled[:_LOOKED_AT]]
    usual = Counter(widths).most_common(1)[0][0]
    return next(index for index, width in enumerate(widths) if width * 2 > usual)


def _unique(header: Sequence[str]) -> list[str]:
    """The header's names; an empty one is called after its letters, a repeated one gets a number."""
    names: list[str] = []
    for index, cell in enumerate(header):
        printable = "".join(ch if ch.isprintable() else " " for ch in cell)
        name = plain = " ".join(printable.split())[:MAX_SAMPLE] or letters_of(index)
        times = 1
        while name in names:
            times += 1
            name = f"{plain} ({times})"
        names.append(name)
    return names


def _samples(values: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for value in values:
        if value:
            found[value[:MAX_SAMPLE]] = None
            if len(found) == SAMPLES:
                break
    return tuple(found)

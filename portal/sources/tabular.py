"""From the bytes of a list to titled rows of text, or a refusal that names the cause. Pure: no database, no network.

What a file is called proves nothing: the bytes decide whether it is a workbook or delimited text.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from portal.sources.workbook import first_sheet

MAX_BYTES = 32 * 2**20
MAX_ROWS = 100_000
DELIMITERS = ",;\t|"
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ZIP = b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Row:
    """One line of the list: its number as a spreadsheet counts, and its cells in the order of the wanted titles."""

    number: int
    cells: tuple[str, ...] | None  # None where the line is shorter than the header


def read_table(content: bytes, titles: Sequence[str]) -> list[Row]:
    """The rows below the header, with the cells of `titles`. Raises Refused."""
    if len(content) > MAX_BYTES:
        raise Refused(Reason.TOO_LARGE, bytes=len(content), limit=MAX_BYTES)
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Refused(Reason.EMPTY, bytes=len(content))
    if content.startswith(_ZIP):
        lines: Iterator[tuple[int, list[str]]] = first_sheet(content)
    else:
        text = _decode(content)
        lines = _csv_lines(text, _delimiter(text, titles))
    number, header = next(lines, (0, []))
    places = _places(header, titles)
    rows: list[Row] = []
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) == MAX_ROWS:
            raise Refused(Reason.TOO_LARGE, rows=number, limit=MAX_ROWS)
        whole = len(cells) > max(places)
        rows.append(Row(number, tuple(cells[place].strip() for place in places) if whole else None))
    return rows


def _decode(content: bytes) -> str:
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Refused(Reason.NOT_A_LIST, found="html")
    if content.startswith(_UTF16):
        raise Refused(Reason.WRONG_ENCODING, found="UTF-16")
    if _BINARY.search(content[:65_536]):
        raise Refused(Reason.NOT_A_LIST, found="binary")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise Refused(Reason.WRONG_ENCODING, row=row) from None


def _delimiter(text: str, titles: Sequence[str]) -> str:
    """The one that makes the most wanted titles out of the first line; of equals the one that makes the most cells."""
    first = text.splitlines()[0]
    wanted = {_folded(title) for title in titles}

    def fit(delimiter: str) -> tuple[int, int]:
        cells = first.split(delimiter)
        return len(wanted & {_folded(cell.strip('"')) for cell in cells}), len(cells)

    return max(DELIMITERS, key=fit)


def _csv_lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused(Reason.DAMAGED_FILE, row=number, detail=str(error)) from None
        yield number, cells


def _places(header: Sequence[str], titles: Sequence[str]) -> list[int]:
    found = [_folded(cell) for cell in header]
    wanted = [_folded(title) for title in titles]
    if any(found.count(title) != 1 for title in wanted):
        shown = [cell.strip()[:60] for cell in header if cell.strip()][:20]
        raise Refused(Reason.UNEXPECTED_COLUMNS, expected=list(titles), found=shown)
    return [found.index(title) for title in wanted]


def _folded(title: str) -> str:
    return " ".join(title.replace("\u2011", "-").casefold().split())

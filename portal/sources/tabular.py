"""From the bytes of a list to titled rows of text, or a refusal that names the cause. Pure: no database, no network.

What a file is called proves nothing: the bytes decide whether it is a workbook or delimited text.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from portal.sources.workbook import first_sheet

MAX_BYTES = 32 * 2**20
MAX_ROWS = 100_000
DELIMITERS = ",;\t|"
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ZIP = b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Row(NamedTuple):
    """One line of the list: its number as a spreadsheet counts, and its cells in the order of the wanted titles."""

    number: int
    cells: tuple[str, ...] | None  # None where the line is shorter than the header


def read_table(content: bytes, titles: Sequence[str]) -> Iterator[Row]:
    """The rows below the header, with the cells of `titles`, one by one. Raises Refused."""
    if len(content) > MAX_BYTES:
        raise Refused(Reason.TOO_LARGE, bytes=len(content), limit=MAX_BYTES)
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Refused(Reason.EMPTY, bytes=len(content))
    if content.startswith(_ZIP):
        lines = first_sheet(content)
    else:
        _refuse_no_text(content)
        lines = _csv_lines(content, _delimiter(content, titles))
    number, header = next(lines, (0, []))
    places = _places(header, titles)
    chosen, most = itemgetter(*places), max(places)
    rows = 0
    for number, cells in lines:
        if not "".join(cells).strip():
            continue
        rows += 1
        if rows > MAX_ROWS:
            raise Refused(Reason.TOO_LARGE, rows=number, limit=MAX_ROWS)
        yield Row(number, chosen(cells) if len(cells) > most else None)


def _refuse_no_text(content: bytes) -> None:
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Refused(Reason.NOT_A_LIST, found="html")
    if content.startswith(_UTF16):
        raise Refused(Reason.WRONG_ENCODING, found="UTF-16")
    if _BINARY.search(content[:65_536]):
        raise Refused(Reason.NOT_A_LIST, found="binary")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise Refused(Reason.WRONG_ENCODING, row=row) from None


def _text(content: bytes) -> io.TextIOWrapper:
    """The content as text, decoded piece by piece."""
    return io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")


def _delimiter(content: bytes, titles: Sequence[str]) -> str:
    """The one that makes the most wanted titles out of the first line; of equals the one that makes the most cells."""
    first = _text(content).readline().rstrip("\r\n")
    wanted = {_folded(title) for title in titles}

    def fit(delimiter: str) -> tuple[int, int]:
        cells = first.split(delimiter)
        return len(wanted & {_folded(cell.strip('"')) for cell in cells}), len(cells)

    return max(DELIMITERS, key=fit)


def _csv_lines(content: bytes, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_text(content), delimiter=delimiter, strict=True)
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

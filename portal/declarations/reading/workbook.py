"""A workbook as cells by address: what calamine reads, made safe to ask for and free of control characters.

Only parts that passed `container` reach the parser, packed anew, so that both look at the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeAlias, TypeGuard

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from portal.declarations.reading.container import refusals
from portal.declarations.reading.unreadable import refusal
from portal.evidence.workbooks import Container, sheet_parts

MAX_ROWS = 20_000  # of a sheet that is read; the smelter list of the templates ends at row 2504, column AR
MAX_TEXT = 32_767  # characters that a cell can hold (ECMA-376)

# The sheets that any layout reads. The hidden ones (translations, countries, subdivisions) are most of a file.
SHEETS = ("Declaration", "Smelter List", "Product List", "Smelter Look-up", "Mine List", "Minerals Scope")

Cell: TypeAlias = int | float | str | bool | time | date | datetime | timedelta

_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_FAR_ADDRESS = rb"[A-Z]{3,}\d+|[A-Z]{1,2}(?:[2-9]\d{4}|\d{6,})"  # beyond column ZZ or row 19999
_FROM_1904 = re.compile(rb"""<(?:\w+:)?workbookPr\s[^>]*\bdate1904=["'](?:1|true)["']""")
_ROW_NUMBER = re.compile(rb'<row r="(\d+)"')
_MAYBE_FAR = re.compile(rb"""r=["'](?:%s)["']""" % _FAR_ADDRESS)  # quick; other spellings meet the memory limit
_FAR = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["'](%s)["'][^>]*(?<!/)>(?!\s*</)""" % _FAR_ADDRESS)
# control characters that spreadsheets never need, and the marks that reverse the direction of text
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


class Sheet:
    """One sheet: `text("D8")`, `cell("D22")`, and rows by number. Addresses are those of the spreadsheet."""

    def __init__(self, name: str, rows: list[list[Cell]], xml: bytes) -> None:
        self.name = name
        self.rows = rows
        self._xml = xml
        self._formulas: dict[str, frozenset[str]] = {}

    def cell(self, address: str) -> Cell | None:
        """The value of a cell, None if blank, in error, or a formula without a saved value."""
        row, column = position(address)
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        value = self.rows[row][column]
        return None if value == "" else value

    def text(self, address: str) -> str | None:
        """The value of a cell as `as_text` gives it."""
        return as_text(self.cell(address), f"{self.name}!{address}")

    def records(self, first_row: int, columns: Sequence[str]) -> Iterator[tuple[int, list[str | None]]]:
        """(row number, texts of these columns) from `first_row` on, rows without any of them left out."""
        indices = [position(f"{letters}1")[1] for letters in columns]
        for number, row in enumerate(self.rows[first_row - 1 :], first_row):
            cells = [row[index] if index < len(row) else "" for index in indices]
            if cells.count("") < len(cells):
                texts = [
                    None
                    if value == ""
                    else value
                    if _is_plain(value)
                    else as_text(value, f"{self.name}!{letters}{number}")
                    for letters, value in zip(columns, cells, strict=True)
                ]
                yield number, texts

    def formula_cells(self, columns: Sequence[str]) -> frozenset[str]:
        """The addresses in these columns that hold a formula: there a value is computed, not declared."""
        letters = "|".join(columns)
        if not letters:
            return frozenset()
        if letters not in self._formulas:
            pattern = rb"""<(?:\w+:)?c\s[^>]*?\br=["']((?:%s)\d+)["'][^>]*>\s*<(?:\w+:)?f[\s>/]""" % letters.encode()
            found = re.findall(pattern, self._xml[: self._end()])
            self._formulas[letters] = frozenset(address.decode() for address in found)
        return self._formulas[letters]

    def _end(self) -> int:
        """Where only rows without any value follow: the templates repeat their formulas over 2,500 rows."""
        last = next((n for n in range(len(self.rows), 0, -1) if any(cell != "" for cell in self.rows[n - 1])), 0)
        place = self._xml.find(b'<row r="%d"' % (last + 1))
        if place < 0:
            return len(self._xml)
        rest = self._xml[place:]
        numbers = _ROW_NUMBER.findall(rest)
        in_order = len(numbers) == rest.count(b"<row") and all(int(number) > last for number in numbers)
        return place if in_order and b":row" not in rest else len(self._xml)


class Workbook:
    """The sheets of a checked container, each read when first asked for."""

    def __init__(self, container: Container) -> None:
        self.linked = container.linked
        with refusals():
            parts = sheet_parts(container.parts)
        self._parts = {_sheet_key(name): part for name, part in parts.items()}
        self.from_1904 = bool(_FROM_1904.search(container.parts.get("xl/workbook.xml", b"")))
        self._xml = container.parts
        unused = {part for name, part in self._parts.items() if name not in map(_sheet_key, SHEETS)}
        needed = {part: content for part, content in container.parts.items() if part not in unused}
        try:
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(_repack(needed)))
        except CalamineError as error:
            raise refusal("damaged_workbook", detail=type(error).__name__) from None
        self._written = {_sheet_key(name): name for name in self._book.sheet_names}
        self.names = tuple(name for name in SHEETS if _sheet_key(name) in self._written)
        self._sheets: dict[str, Sheet] = {}

    def has(self, name: str) -> bool:
        """Whether there is a sheet of this name, as spreadsheet programs compare names: letter case does not count."""
        return name in self.names

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name. Raises Unreadable if it has no content or is outside the bounds."""
        if name not in SHEETS:
            raise KeyError(name)
        if name not in self._sheets:
            xml = self._xml.get(self._parts.get(_sheet_key(name), ""))
            if xml is None:
                raise refusal("damaged_workbook", place=name, detail="a sheet without content")
            _check_bounds(name, xml)
            try:
                rows = self._book.get_sheet_by_name(self._written[_sheet_key(name)]).to_python(skip_empty_area=False)
            except CalamineError as error:
                raise refusal("damaged_workbook", place=name, detail=type(error).__name__) from None
            self._sheets[name] = Sheet(name, rows, xml)
        return self._sheets[name]


def _is_plain(value: Cell) -> TypeGuard[str]:
    """Whether a value is a text that needs no care: nearly every cell, so it is asked first."""
    return type(value) is str and value.isprintable() and len(value) <= MAX_TEXT and not value.isspace()


def as_text(value: Cell | None, place: str) -> str | None:
    """A cell as text: whole numbers without a point, dates in ISO form; None if blank.

    Leading and trailing characters stay as typed; control and direction-reversing characters are left out.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    text = str(value)
    if len(text) > MAX_TEXT:
        raise refusal("cell_too_long", place=place, length=len(text))
    return _UNWANTED.sub("", text) if text.strip() else None


@lru_cache(maxsize=1024)
def position(address: str) -> tuple[int, int]:
    """(row, column) from 0 of an address such as `D8`."""
    match = _ADDRESS.fullmatch(address)
    if not match:
        raise ValueError(f"not a cell address: {address!r}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _check_bounds(name: str, xml: bytes) -> None:
    """A single cell far out makes a parser allocate everything before it."""
    rows = xml.count(b"<row") + xml.count(b":row ")
    if rows > MAX_ROWS:
        raise refusal("too_many_rows", place=name, rows=rows, limit=MAX_ROWS)
    far = _MAYBE_FAR.search(xml) and _FAR.search(xml)  # a cell without content does no harm
    if far:
        raise refusal("cell_out_of_bounds", place=name, cell=far[1].decode()[:12])


def _sheet_key(name: str) -> str:
    return name.strip().casefold()


def _repack(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def read_legacy_cell(data: bytes, sheet: str, address: str) -> str | None:
    """One cell of a binary .xls workbook, only to name its revision; None if it cannot be read."""
    try:
        rows = _legacy_sheet(data, sheet).to_python(skip_empty_area=False, nrows=position(address)[0] + 1)
    except CalamineError:
        return None
    return Sheet(sheet, rows, b"").text(address)


def _legacy_sheet(data: bytes, sheet: str) -> CalamineSheet:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet)

"""Synthetic declarations for tests: invented companies and smelters at the published cell addresses.

No text of a template is copied; labels are left out, because nothing may depend on them. A workbook can be
made as software writes it (formulas without saved values) or as a spreadsheet program saves it (with them).
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from portal.declarations.reading.container import open_container
from portal.declarations.reading.declaration import read
from portal.declarations.reading.identify import identify
from portal.declarations.reading.result import Reading
from portal.declarations.reading.workbook import Workbook as CheckedWorkbook

AS_OF = date(2026, 11, 22)

# metal, look-up name, standard name, country, id: all invented
LOOKUP = (
    ("Gold", "Aurora Probe Refining", "Aurora Probe Refining", "NORWAY", "CID900001"),
    ("Gold", "Aurora Pröbe AS", "Aurora Probe Refining", "NORWAY", "CID900001"),
    ("Gold", "Baltic Sample Gold", "Baltic Sample Gold", "SWEDEN", "CID900002"),
    ("Gold", "Twin Name Works", "Twin Name Works (North)", "SPAIN", "CID900003"),
    ("Gold", "Twin Name Works", "Twin Name Works (South)", "SPAIN", "CID900004"),
    ("Gold", "Smelter not listed", "", "", ""),
    ("Tin", "O'Example Tin Ltd.", "O'Example Tin Ltd.", "BOLIVIA", "CID900011"),
    ("Tin", "Solder Test House", "Solder Test House", "PERU", "CID900012"),
    ("Tantalum", "Tanta Trial GmbH", "Tanta Trial GmbH", "GERMANY", "CID900021"),
    ("Tungsten", "Wolfram Prov AB", "Wolfram Prov AB", "SWEDEN", "CID900031"),
)
ROWS: tuple[Mapping[str, str], ...] = (
    {"A": "CID900001"},
    {"B": "Gold", "C": "Baltic Sample Gold"},
    {"A": "CID900011", "B": "Tin", "C": "O'Example Tin Ltd."},
    {"B": "Tantalum", "C": "Tanta Trial GmbH"},
    {"A": "CID900031"},
)
COMPANY = {
    "D3": "English",
    "J3": "Revision 6.5\nApril 25, 2025",
    "D8": "Prøvekabel Example AS",
    "D9": "A. Company",
    "D12": "000000001",
    "D13": "Invented register",
    "D14": "Prøveveien 1, 0000 Eksempelby",
    "D15": "Ola Eksempel",
    "D16": "ola.eksempel@example.com",
    "D17": "+00 000 000 001",
    "D18": "Kari Eksempel",
    "D19": "Manager",
    "D20": "kari.eksempel@example.com",
    "D22": date(2026, 6, 30),
}
_FIRST_ROWS = {"Q1": 26, "Q2": 32, "Q3": 38, "Q4": 44, "Q5": 50, "Q6": 56, "Q7": 62, "Q8": 68}
_ANSWERS = {"Q1": "Yes", "Q2": "Yes", "Q3": "No", "Q4": "No", "Q5": "No", "Q6": "100%", "Q7": "Yes", "Q8": "Yes"}
_COMPANY_ANSWERS = {75: "Yes", 77: "Yes", 79: "Yes", 81: "Yes", 83: "No", 85: "Yes", 87: "Yes", 89: "No"}
ANSWERS = {
    **{f"D{first + place}": _ANSWERS[q] for q, first in _FIRST_ROWS.items() for place in range(4)},
    **{f"D{row}": answer for row, answer in _COMPANY_ANSWERS.items()},
    "G77": "https://example.com/minerals",
}


@dataclass
class Draft:
    """A complete declaration without faults; tests change what they are about. None empties a cell."""

    cells: Mapping[str, Any] = field(default_factory=dict)  # of the sheet Declaration
    rows: Sequence[Mapping[str, Any]] = ROWS
    lookup: Sequence[Sequence[str]] = LOOKUP
    products: Sequence[Mapping[str, Any]] = ()
    saved_values: bool = False  # as a spreadsheet program saves: formulas with their values
    without: Sequence[str] = ()  # sheets left out
    also: Sequence[str] = ()  # empty sheets added
    anchors: bool = True  # the fixed texts beside the form
    change: Callable[[Workbook], None] | None = None  # anything else, before saving

    def to_bytes(self) -> bytes:
        """The workbook as an .xlsx file."""
        book = Workbook()
        sheets: dict[str, Any] = {"Declaration": book.active}
        for name in ("Smelter List", "Product List", "Smelter Look-up", *self.also):
            sheets[name] = book.create_sheet(name)
        self._fill_declaration(sheets["Declaration"])
        computed = self._fill_smelters(sheets["Smelter List"])
        for number, values in enumerate(self.products, 6):
            _put(sheets["Product List"], number, values)
        for number, entry in enumerate(self.lookup, 5):
            for column, text in zip("ABCDE", entry, strict=True):
                sheets["Smelter Look-up"][f"{column}{number}"] = text or None
        if self.anchors:
            sheets["Smelter Look-up"]["J4"] = "METAL+Alias"
        if self.change:
            self.change(book)
        for name in self.without:
            del book[name]
        data = _saved(book)
        return with_saved_values(data, "xl/worksheets/sheet2.xml", computed) if self.saved_values else data

    def read(self) -> Reading:
        """What is read from it, in this process."""
        return read_here(self.to_bytes())

    def _fill_declaration(self, sheet: Any) -> None:
        sheet.title = "Declaration"
        for address, value in {**COMPANY, **ANSWERS, **self.cells}.items():
            sheet[address] = value
            if isinstance(value, str):
                sheet[address].data_type = "s"  # also where it begins with =
        if self.anchors:
            for address, text in (("P9", "A. Company"), ("B96", "Yes"), ("B98", "Unknown"), ("B104", "None")):
                sheet[address] = text

    def _fill_smelters(self, sheet: Any) -> dict[str, str]:
        """Writes the rows with the template's kind of formulas; returns what these would show."""
        if self.anchors:
            texts = {"Q3": self.cells.get("J3", COMPANY["J3"]), "W3": "Tantalum", "Z3": "Gold"}
            for address, text in {**texts, "W4": "Smelter not yet identified"}.items():
                sheet[address] = text
        by_id = {entry[4]: entry for entry in self.lookup if entry[4]}
        by_name = {(entry[0], entry[1]): entry for entry in self.lookup if entry[4]}
        computed = {}
        for number, typed in enumerate(self.rows, 5):
            listed = by_id.get(typed.get("A", "")) or by_name.get((typed.get("B", ""), typed.get("C", "")))
            shown = dict(zip("BCEF", (listed[0], listed[2], listed[3], listed[4]), strict=True)) if listed else {}
            for column in "BCEF":
                sheet[f"{column}{number}"] = f"=IF(LEN(A{number})=0,\"\",INDEX('Smelter Look-up'!A:A,1))"
                computed[f"{column}{number}"] = shown.get(column, "")
            _put(sheet, number, typed)
            for column in typed:
                computed.pop(f"{column}{number}", None)
        return computed


def read_here(data: bytes) -> Reading:
    """What a file says, read in this process: for tests of meaning, on files made by the tests."""
    book = CheckedWorkbook(open_container(data))
    return read(book, identify(book))


def with_saved_values(data: bytes, part: str, values: Mapping[str, str]) -> bytes:
    """The workbook with values saved beside the formulas of one part."""

    def saved(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if value is None:
            return match[0]
        return f'<c r="{match[1]}" t="str">{match[2]}<v>{escape(value)}</v></c>'

    return with_part(
        data, part, lambda xml: re.sub(r'<c r="([A-Z]+\d+)"[^>]*>(<f>[^<]*</f>)<v ?/?>(?:</v>)?</c>', saved, xml)
    )


def with_part(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The zip with the text of one part changed; a part that is not there begins empty."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = {info.filename: old.read(info) for info in old.infolist()}
    parts[part] = change(parts.get(part, b"").decode()).encode()
    return zipped(parts)


def zipped(parts: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def _put(sheet: Worksheet, number: int, values: Mapping[str, Any]) -> None:
    for column, value in values.items():
        cell = sheet[f"{column}{number}"]
        cell.value = value
        if isinstance(value, str) and not value.startswith("=="):
            cell.data_type = "s"


def _saved(book: Workbook) -> bytes:
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()

"""Workbooks of the demo: an invented company's answers at the published cells of the CMRT, and no text of the template.

The template itself is not ours to hand out; what is here is read like a declaration, and looks like none.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import xlsxwriter

REVISION = "6.5"
NOT_IDENTIFIED = "Smelter not yet identified"  # what the look-up column offers in place of a name
_ANCHORS = {"P9": "A. Company", "B96": "Yes", "B98": "Unknown", "B104": "None"}
_FIRST_ROWS = {"Q1": 26, "Q2": 32, "Q3": 38, "Q4": 44, "Q5": 50, "Q6": 56, "Q7": 62, "Q8": 68}
_COMPANY_ROWS = {"A": 75, "B": 77, "C": 79, "D": 81, "E": 83, "F": 85, "G": 87, "H": 89}
ANSWERS = {"Q1": "Yes", "Q2": "Yes", "Q3": "No", "Q4": "No", "Q5": "No", "Q6": "Greater than 75%", "Q7": "Yes"}
ANSWERS |= {"Q8": "Yes", "A": "Yes", "B": "Yes", "C": "Yes", "D": "Yes", "E": "No", "F": "Yes", "G": "Yes", "H": "No"}


class Facility(NamedTuple):
    """A smelter or refiner that does not exist; `cid` is of a range that nobody gives out."""

    cid: str
    metal: str
    name: str
    country: str


@dataclass(frozen=True)
class Claim:
    """What a company declares. A row is a facility of the look-up, (metal, name, country) of one that it lacks, or
    (metal,) of one that is not known.
    """

    company: str
    effective: date
    rows: Sequence[Facility | tuple[str, ...]]
    lookup: Sequence[Facility]
    answers: Mapping[str, str]


def workbook(claim: Claim) -> bytes:
    """The claim as an .xlsx file, with formulas and their values as a spreadsheet program saves them."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        _declare(book, claim)
        _list_smelters(book, claim)
        book.add_worksheet("Product List")
        sheet = book.add_worksheet("Smelter Look-up")
        sheet.write_string("J4", "METAL+Alias")
        for number, one in enumerate(claim.lookup, 5):
            for column, text in zip("ABCDE", (one.metal, one.name, one.name, one.country, one.cid), strict=True):
                sheet.write_string(f"{column}{number}", text)
    return packed.getvalue()


def _declare(book: Any, claim: Claim) -> None:
    sheet = book.add_worksheet("Declaration")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    cells = {
        **_ANCHORS,
        "D3": "English",
        "J3": f"Revision {REVISION}",
        "D8": claim.company,
        "D9": "A. Company",
        "D14": "An invented address",
        "D15": "Compliance desk",
        "D16": "compliance@supplier.example",
        "D17": "+00 000 000",
        "D18": "Compliance desk",
        "D20": "compliance@supplier.example",
        "G77": "https://supplier.example/minerals",
    }
    for question, answer in (ANSWERS | dict(claim.answers)).items():
        if question in _COMPANY_ROWS:
            cells[f"D{_COMPANY_ROWS[question]}"] = answer
        else:
            cells |= {f"D{_FIRST_ROWS[question] + place}": answer for place in range(4)}
    for address, text in cells.items():
        sheet.write_string(address, text)
    sheet.write_datetime("D22", claim.effective, day)


def _list_smelters(book: Any, claim: Claim) -> None:
    sheet = book.add_worksheet("Smelter List")
    for address, text in (("Q3", f"Revision {REVISION}"), ("W3", "Tantalum"), ("Z3", "Gold")):
        sheet.write_string(address, text)
    sheet.write_string("W4", NOT_IDENTIFIED)
    for number, row in enumerate(claim.rows, 5):
        if isinstance(row, Facility):
            sheet.write_string(f"B{number}", row.metal)
            sheet.write_string(f"C{number}", row.name)
            found = {"D": row.name, "E": row.country, "F": row.cid}
            for column, value in found.items():
                sheet.write_formula(f"{column}{number}", f"=INDEX('Smelter Look-up'!A:A,{number})", value=value)
        else:
            metal, *named = row
            cells = [metal, "Smelter not listed", *named] if named else [metal, NOT_IDENTIFIED]
            for column, text in zip("BCDE", cells, strict=False):
                sheet.write_string(f"{column}{number}", text)

"""Reads the sheets of a workbook that was made here and filled in elsewhere: all cells, typed, within narrow bounds.

The file is parsed in a process of its own (sheets_child), and nothing of it is kept when it cannot be read whole.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from flask_babel import gettext as _

from portal.errors import BadInput
from portal.evidence.refusals import REFUSALS
from portal.evidence.sandbox import Limits, answer_of_child
from portal.evidence.workbooks import N_, BadWorkbook, Bounds, sniff

BOUNDS = Bounds(file=5 * 2**20, part=16 * 2**20, total=48 * 2**20, parts=600)  # a table question has a sheet of its own
LIMITS = Limits(memory=2**29, cpu=10, wall=30.0, answer=32 * 2**20)

Value: TypeAlias = str | int | float | bool | date | None


@dataclass(frozen=True)
class Sheet:
    """One sheet. Rows and columns count from 0; `formulas` are the addresses of cells that compute their value."""

    name: str
    rows: Sequence[Sequence[Value]]
    formulas: frozenset[str] = field(default=frozenset())

    def cell(self, row: int, column: int) -> Value:
        """The value of a cell, None where it is blank."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        return self.rows[row][column]

    def place(self, row: int, column: int) -> str:
        """The cell as people name it: Answers!C7."""
        return f"{self.name}!{address(row, column)}"


@dataclass(frozen=True)
class Problem:
    """What keeps a workbook from being taken: the cell, what is wrong there, and what to do."""

    place: str
    message: str
    remedy: str | None = None


class Refused(Exception):
    """The workbook cannot be taken; nothing of it is kept."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


def formula_problems(sheet: Sheet) -> list[Problem]:
    """Every formula: what computes its value may say another one tomorrow, or has none saved."""
    said, do = _("The cell holds a formula."), _("Copy it and paste it as a value.")
    return [Problem(f"{sheet.name}!{one}", said, do) for one in sorted(sheet.formulas)]


def address(row: int, column: int) -> str:
    """C7 of (6, 2)."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def read_sheets(data: bytes) -> Mapping[str, Sheet]:
    """Name -> sheet, of all sheets. Raises BadInput at the field `file`, saying what is wrong and what to do."""
    try:
        if sniff(data, BOUNDS) == "ole":
            raise BadWorkbook("unsupported_format", found=N_("an old binary workbook (.xls)"))
        try:
            answer = json.loads(answer_of_child("portal.evidence.sheets_child", data, LIMITS))
        except ValueError:
            raise BadWorkbook("damaged_workbook", detail="no answer") from None
        if "refused" in answer:
            raise BadWorkbook(answer["refused"], place=answer["place"], **answer["params"])
    except BadWorkbook as bad:
        raise _refusal(bad) from None
    return {
        name: Sheet(name, [[_value(cell) for cell in row] for row in found["rows"]], frozenset(found["formulas"]))
        for name, found in answer["sheets"].items()
    }


def _value(cell: Any) -> Value:
    """Days travel as {"day": "2026-03-12"}; everything else is what JSON says."""
    found: Value = date.fromisoformat(cell["day"]) if isinstance(cell, dict) else cell
    return found


def _refusal(bad: BadWorkbook) -> BadInput:
    text = REFUSALS[bad.code]
    params = {key: f"{value / 2**20:.3g}" if key in ("size", "limit") else value for key, value in bad.params.items()}
    if "found" in params:
        params["found"] = _(params["found"])
    return BadInput(str(text[0]) % params, field="file", place=bad.place, remedy=str(text[1]))

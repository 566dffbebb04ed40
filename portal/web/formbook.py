"""Workbooks to be filled in elsewhere and read again: what is written is what is read, and no text is ever a formula.

Sheets are protected without a password, against slips alone: only cells written as `open` can be typed into. What a
reader is given back is checked as if there were no protection.
"""

import io
from collections.abc import Sequence
from datetime import date
from types import TracebackType
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from portal.errors import BadInput
from portal.web.csvfile import is_formula
from portal.web.xlsxfile import MAX_TEXT

# Excel counts a 29 February 1900 that was none: before March its days mean others elsewhere.
FIRST_DAY = date(1900, 3, 1)
DAY, TEXT = "yyyy-mm-dd", "@"
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def letters(column: int) -> str:
    """AB of 27: a column as spreadsheets name it."""
    return str(xlsxwriter.utility.xl_col_to_name(column))


class Formbook:
    """A workbook; `content` are its bytes once the `with` block is over."""

    def __init__(self) -> None:
        self._file = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._file, _OPTIONS)
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.content = b""

    def __enter__(self) -> "Formbook":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._book.close()
            self.content = self._file.getvalue()

    def sheet(self, name: str, *, hidden: bool = False, locked: bool = True) -> "FormSheet":
        """A new sheet at the end."""
        made = self._book.add_worksheet(name)
        if hidden:
            made.hide()
        if locked:
            made.protect("", {"format_columns": True, "format_rows": True, "sort": False})
        return FormSheet(self, made)

    def format(self, **properties: Any) -> Any:
        """One format for the same properties, as a workbook has few thousand at most."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]


class FormSheet:
    """One sheet; rows and columns count from 0."""

    def __init__(self, book: Formbook, sheet: Any) -> None:
        self._book = book
        self.raw = sheet

    def write(
        self, row: int, column: int, value: object, *, open: bool = False, shape: str = "General", bold: bool = False
    ) -> None:
        """Put a value there, exactly. `open`: it may be changed. `shape` is the number format of a blank cell."""
        style: dict[str, Any] = {"text_wrap": True, "valign": "top"}
        if open:
            style |= {"locked": False, "bg_color": "#FFFBE6", "border": 1, "border_color": "#BFBFBF"}
        if bold:
            style["bold"] = True
        if isinstance(value, date) and value < FIRST_DAY:
            value = value.isoformat()
        if isinstance(value, float) and float(f"{value:.16G}") != value:
            value = repr(value)  # xlsxwriter would round it
        sheet, made = self.raw, self._book.format
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, made(**style, num_format=DAY))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            sheet.write_number(row, column, value, made(**style))
        elif value is None or value == "":
            sheet.write_blank(row, column, None, made(**style, num_format=shape))
        else:
            text = str(value)
            if len(text.encode("utf-16-le")) // 2 > MAX_TEXT:
                raise BadInput(_("A text is longer than a cell of a workbook can hold."), remedy=_("Shorten it."))
            quoted = {"quote_prefix": True} if is_formula(text) else {}
            sheet.write_string(row, column, text, made(**style, num_format=TEXT, **quoted))

    def choices(self, row: int, column: int, source: str | Sequence[object], title: str, text: str) -> None:
        """Offer a list at the cell: short words, or the address of a range such as =Lists!$A$1:$A$4."""
        options = {
            "validate": "list",
            "source": source,
            "error_title": title[:32],
            "error_message": text[:255],
        }
        self.raw.data_validation(row, column, row, column, options)

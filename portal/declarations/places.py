"""Where a finding stands, in words: whole rows and columns are not written as spreadsheets write them."""

import re

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

_ROW = re.compile(r"(\d+):\1")
_COLUMN = re.compile(r"([A-Z]+):\1")


def cells_in_words(cell: str | None) -> str:
    """“rows 157 and 193” for `157:157,193:193`, “column C” for `C:C`; a cell stays as it is, no cell is empty."""
    parts = (cell or "").split(",")
    rows = [match[1] for part in parts if (match := _ROW.fullmatch(part))]
    if len(rows) == len(parts):
        named = format_list(rows, locale=get_locale() or "en")
        return str(ngettext("row %(rows)s", "rows %(rows)s", len(rows), rows=named))
    column = _COLUMN.fullmatch(parts[0])
    if column and len(parts) == 1:
        return _("column %(letters)s", letters=column[1])
    return cell or ""

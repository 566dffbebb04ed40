"""CSV downloads: UTF-8 with a mark for spreadsheet programs, every text neutralised against formula injection."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from flask import Response, stream_with_context

# What spreadsheet programs take for a formula. They skip blanks and invisible characters at the beginning, and in some
# languages read the wide forms of Asian fonts as the plain ones (OWASP, CSV injection).
_FORMULA = re.compile("[\\s\\x00-\\x1f\ufeff\u200b-\u200f\u2060\u00ad]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
PIECE = 64 * 1024  # characters sent at once


def is_formula(text: str) -> bool:
    """Whether a spreadsheet program may take the text for a formula."""
    return _FORMULA.match(text) is not None


def neutral(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet program would take it for a formula."""
    return f"'{text}" if is_formula(text) else text


def csv_pieces(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """`rows` (the header first) as the text of a CSV file, piece by piece; None becomes an empty cell."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if buffer.tell() >= PIECE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def csv_response(rows: Iterable[Sequence[object]], filename: str) -> Response:
    """Stream `rows` (the header first) as a download. Where they are read while they are sent, they open db.snapshot():
    the session of the request, and on whose behalf it read, is gone by then.
    """
    response = Response(stream_with_context(csv_pieces(rows)), mimetype="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response


def _cell(value: object) -> object:
    if value is None:
        return ""
    # Numbers are no formulas, even below zero; everything else is text once it stands in the file.
    return value if isinstance(value, int | float) else neutral(str(value))

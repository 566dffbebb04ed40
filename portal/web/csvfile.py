"""CSV downloads: UTF-8 with a mark for spreadsheet programs, every cell neutralised against formula injection."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutral(value: str) -> str:
    """The text with an apostrophe in front where a spreadsheet program would take it for a formula."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def csv_response(rows: Iterable[Sequence[object]], filename: str) -> Response:
    """Stream `rows` (the header first) as a download; None becomes an empty cell."""

    def lines() -> Iterator[str]:
        yield "\ufeff"
        for row in rows:
            buffer = io.StringIO()
            csv.writer(buffer).writerow(["" if cell is None else neutral(str(cell)) for cell in row])
            yield buffer.getvalue()

    response = Response(lines(), mimetype="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response

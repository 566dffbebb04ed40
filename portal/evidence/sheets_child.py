"""The process in which a filled-in workbook is parsed: workbook on stdin, JSON on stdout, limits set first.

Run as `python -m portal.evidence.sheets_child MEMORY_BYTES CPU_SECONDS`.
"""

import io
import json
import re
import sys
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from portal.evidence.sandbox import limit_this_process
from portal.evidence.workbooks import BadWorkbook, open_container, sheet_parts

MOST_ROWS = 9_999  # a rubric of 500 questions, each with some choices in rows of their own
# A single cell far out makes a parser allocate everything before it: beyond column ZZ or row 9,999.
_FAR = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{3,}\d+|[A-Z]{1,2}\d{5,})["'][^>]*(?<!/)>(?!\s*</)""")
_FORMULA = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,2}\d{1,4})["'][^>]*(?<!/)>\s*<(?:\w+:)?f[\s>/]""")
# What neither the database nor JSON can hold; everything else stays as it was typed.
_UNWANTED = re.compile("[\x00\ud800-\udfff]")


def main(memory: int, cpu: int) -> None:
    """Read one file; what is wrong with it is an answer, too."""
    limit_this_process(memory, cpu)
    try:
        answer = read(sys.stdin.buffer.read())
    except BadWorkbook as bad:
        answer = {"refused": bad.code, "place": bad.place, "params": bad.params}
    except MemoryError:
        answer = {"refused": "out_of_memory", "place": None, "params": {}}
    except Exception as error:  # a defect or a file nobody foresaw: an answer all the same, without content
        answer = {"refused": "damaged_workbook", "place": None, "params": {"detail": type(error).__name__}}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()


def read(data: bytes) -> dict[str, Any]:
    """{"sheets": {name: {"rows": [[value]], "formulas": [address]}}}. Raises BadWorkbook."""
    from python_calamine import CalamineError, CalamineWorkbook

    from portal.evidence.sheets import BOUNDS

    container = open_container(data, BOUNDS)
    parts = sheet_parts(container.parts)
    for name, part in parts.items():
        xml = container.parts.get(part, b"")
        if far := _FAR.search(xml):
            raise BadWorkbook("cell_out_of_bounds", place=f"{name}!{far[1].decode()[:12]}")
        if xml.count(b"<row") + xml.count(b":row ") > MOST_ROWS:
            raise BadWorkbook("too_many_rows", place=name, most=MOST_ROWS)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(_packed(container.parts)))
        return {
            "sheets": {
                name: {
                    "rows": _trimmed(book.get_sheet_by_name(name).to_python(skip_empty_area=False)),
                    "formulas": [
                        one.decode() for one in _FORMULA.findall(container.parts.get(parts.get(name, ""), b""))
                    ],
                }
                for name in book.sheet_names
            }
        }
    except CalamineError as error:
        raise BadWorkbook("damaged_workbook", detail=type(error).__name__) from None


def _trimmed(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The cells as JSON takes them, without the blank ones at the end of each row and of the sheet."""
    kept: list[list[Any]] = []
    for row in rows:
        cells = [_cell(value) for value in row]
        while cells and cells[-1] is None:
            cells.pop()
        kept.append(cells)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _cell(value: Any) -> Any:
    """Texts exactly as they stand there, whole numbers as such, days as {"day": …}, other times as text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, datetime):
        return {"day": value.date().isoformat()} if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    return (_UNWANTED.sub("", value) or None) if isinstance(value, str) else value


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """Only the parts that were checked, so that the parser sees the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

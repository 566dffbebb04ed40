"""The first sheet with content of a workbook, read in a process of its own.

Run as `python -m portal.registry.imports.workbook_reader MEMORY_BYTES CPU_SECONDS`: workbook on stdin, JSON on stdout.
"""

import io
import json
import re
import sys
import zipfile
from datetime import date, datetime, time
from typing import Any

from portal.evidence.sandbox import limit_this_process
from portal.evidence.workbooks import BadWorkbook, Bounds, open_container

# A single cell far out makes a parser allocate everything before it: beyond column ZZ or row 99,999.
_FAR = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{3,}\d+|[A-Z]{1,2}\d{6,})["'][^>]*(?<!/)>(?!\s*</)""")


def main(memory: int, cpu: int) -> None:
    """Read one file; what is wrong with it is an answer, too."""
    limit_this_process(memory, cpu)
    from portal.registry.imports.tables import MAX_FILE

    try:
        answer = first_sheet(sys.stdin.buffer.read(), Bounds(file=MAX_FILE))
    except BadWorkbook as bad:
        answer = {"refused": bad.code, "params": bad.params}
    except MemoryError:
        answer = {"refused": "out_of_memory", "params": {}}
    except Exception as error:  # a defect or a file nobody foresaw: an answer all the same, without content
        answer = {"refused": "damaged_workbook", "params": {"detail": type(error).__name__}}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()


def first_sheet(data: bytes, bounds: Bounds) -> dict[str, Any]:
    """{"sheet": name, "sheets": how many have content, "lines": texts}. Raises BadWorkbook."""
    from python_calamine import CalamineError, CalamineWorkbook

    container = open_container(data, bounds)
    for name, xml in container.parts.items():
        far = _FAR.search(xml) if "worksheets/" in name.lower() else None
        if far:
            raise BadWorkbook("cell_out_of_bounds", cell=far[1].decode()[:12])
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(_packed(container.parts)))
        found: dict[str, Any] = {"sheet": None, "sheets": 0, "lines": []}
        for name in book.sheet_names:
            lines = [
                [as_text(cell) for cell in line]
                for line in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            if any(cell for line in lines for cell in line):
                found["sheets"] += 1
                if found["sheet"] is None:
                    found |= {"sheet": name, "lines": lines}
    except CalamineError as error:
        raise BadWorkbook("damaged_workbook", detail=type(error).__name__) from None
    return found


def as_text(value: Any) -> str:
    """A cell as text: whole numbers without a point, dates in ISO form."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value)


def _packed(parts: dict[str, bytes]) -> bytes:
    """Only the parts that were checked, so that the parser sees the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

"""Workbooks for tests, made here: small lists, and hostile ones."""

import io
import zipfile
from collections.abc import Callable, Sequence

from openpyxl import Workbook


def workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    """An .xlsx with these sheets of rows."""
    book = Workbook()
    for index, rows in enumerate(sheets):
        sheet = book.active if index == 0 else book.create_sheet()
        assert sheet is not None
        for row in rows:
            sheet.append(list(row))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def with_part(data: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The workbook with one part changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info.filename)
            target.writestr(info.filename, change(content.decode()) if info.filename == name else content)
    return packed.getvalue()

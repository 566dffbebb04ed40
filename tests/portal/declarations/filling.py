"""Filled variants of the blank templates, made in memory by writing texts into their cells, never kept."""

import posixpath
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from tests.portal.declarations.workbooks import parts_of, zipped

Cells = Mapping[str, str | None]  # address -> text, None for an empty cell


def fill(template: bytes, sheets: Mapping[str, Cells]) -> bytes:
    """The template with these cells, as a program writes them: texts in the cells, nothing computed anew."""
    parts = parts_of(template)
    for name, cells in sheets.items():
        part = part_of(parts, name)
        xml = parts[part].decode()
        for address, text in cells.items():
            xml = _put(xml, address, text)
        parts[part] = xml.encode()
    return zipped(parts)


def part_of(parts: Mapping[str, bytes], sheet: str) -> str:
    """The part that holds a sheet, by way of its relationship."""
    book = parts["xl/workbook.xml"].decode()
    found = re.search(rf'<sheet [^>]*name="{re.escape(sheet)}"[^>]*r:id="([^"]+)"', book)
    assert found, sheet
    relations = parts["xl/_rels/workbook.xml.rels"].decode()
    for entry in re.findall(r"<Relationship [^>]*>", relations):
        if f'Id="{found[1]}"' in entry:
            target = re.search(r'Target="([^"]+)"', entry)
            assert target
            return posixpath.normpath(posixpath.join("xl", target[1])) if target[1][0] != "/" else target[1][1:]
    raise AssertionError(sheet)


def _put(xml: str, address: str, text: str | None) -> str:
    cell = "" if text is None else f'<c r="{address}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
    there = rf'<c r="{address}"(?:\s[^>]*?)?(?:/>|(?<!/)>.*?</c>)'
    changed, count = re.subn(there, lambda _: cell, xml, count=1, flags=re.DOTALL)
    if count or not cell:
        return changed
    row = re.sub(r"[A-Z]+", "", address)
    changed, count = re.subn(rf'(<row r="{row}"(?:\s[^>]*?)?(?<!/)>)', lambda m: m[1] + cell, xml, count=1)
    assert count, address
    return changed

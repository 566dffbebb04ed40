"""The same workbook as other programs save it: each function gives another file that says the same."""

import io
import re
import warnings
from collections.abc import Callable, Mapping
from itertools import count
from xml.sax.saxutils import escape

from openpyxl import load_workbook

from tests.portal.declarations.filling import part_of
from tests.portal.declarations.workbooks import parts_of, zipped

_SHEETS = ("Declaration", "Smelter List", "Product List", "Mine List", "Smelter Look-up", "Minerals Scope")
_STRICT = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/": "http://purl.oclc.org/ooxml/officeDocument/",
}


def shared_strings(data: bytes) -> bytes:
    """Texts in the table of shared strings, where spreadsheet programs put them."""
    parts = parts_of(data)
    table = parts["xl/sharedStrings.xml"].decode()
    numbers = count(len(re.findall(r"<si[ >/]", table)))
    added: list[str] = []

    def moved(match: re.Match[str]) -> str:
        added.append(f"<si>{match[2]}</si>")
        return f'<c r="{match[1]}" t="s"><v>{next(numbers)}</v></c>'

    for part in _sheets_of(parts):
        xml = parts[part].decode()
        parts[part] = re.sub(r'<c r="([A-Z]+\d+)" t="inlineStr"><is>(.*?)</is></c>', moved, xml, flags=re.S).encode()
    assert added
    parts["xl/sharedStrings.xml"] = table.replace("</sst>", "".join(added) + "</sst>").encode()
    return zipped(parts)


def with_phonetics(data: bytes) -> bytes:
    """Texts in runs, with the reading aid that Japanese programs store beside them."""
    aid = '<rPh sb="0" eb="1"><t>ヨミ</t></rPh><phoneticPr fontId="1"/>'
    return _in_sheets(data, r"<is><t>([^<]+)</t></is>", lambda m: f"<is>{_runs(m[1])}{aid}</is>")


def without_results(data: bytes) -> bytes:
    """Formulas without the values that they had."""
    return _in_sheets(data, r"(<f[ >][^<]*</f>|<f[^>]*/>)<v>[^<]*</v>", lambda m: m[1])


def strict(data: bytes) -> bytes:
    """In the strict form of the standard (ISO/IEC 29500), which Excel offers when saving."""
    parts = parts_of(data)
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")) and not name.startswith("docProps/"):
            for old, new in _STRICT.items():
                content = content.replace(old.encode(), new.encode())
            parts[name] = content
    return zipped(parts)


def prefixed(data: bytes) -> bytes:
    """Every element with a prefix, as Microsoft's own library for programs writes."""
    parts = parts_of(data)
    for part in _sheets_of(parts):
        xml = re.sub(r"<(/?)(\w+)(?=[ >/])", r"<\1x:\2", parts[part].decode())
        parts[part] = xml.replace(' xmlns="', ' xmlns:x="', 1).encode()
    return zipped(parts)


def hidden(data: bytes) -> bytes:
    """All sheets but the first hidden."""
    parts = parts_of(data)
    book = re.sub(r' state="\w+"', "", parts["xl/workbook.xml"].decode())
    head, first, rest = book.partition("<sheet ")
    parts["xl/workbook.xml"] = (head + first + rest.replace("<sheet ", '<sheet state="veryHidden" ')).encode()
    return zipped(parts)


def other_letters(data: bytes) -> bytes:
    """Sheets named in other letters and with a blank, which Excel takes for the same names."""
    parts = parts_of(data)
    book = parts["xl/workbook.xml"].decode()
    for name in _SHEETS:
        book = book.replace(f'name="{name}"', f'name="{name.upper()} "')
    parts["xl/workbook.xml"] = book.encode()
    return zipped(parts)


def without_addresses(data: bytes) -> bytes:
    """Rows that do not say their number (the attribute is optional), in sheets where none is left out."""
    parts = parts_of(data)
    for part in _sheets_of(parts):
        xml = parts[part].decode()
        numbers = [int(number) for number in re.findall(r'<row r="(\d+)"', xml)]
        if numbers == list(range(1, len(numbers) + 1)):
            parts[part] = re.sub(r'<row r="\d+"', "<row", xml).encode()
    return zipped(parts)


def by_openpyxl(data: bytes) -> bytes:
    """Opened and saved by a program that computes nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def renumbered(data: bytes, sheet: str, rows: Mapping[int, int]) -> bytes:
    """The cells of some rows of a sheet moved to other rows, which lose what they had."""
    parts = parts_of(data)
    part = part_of(parts, sheet)
    xml = parts[part].decode()
    found = {int(m[1]): m for m in re.finditer(r'<row r="(\d+)"[^>]*?(?:/>|>(.*?)</row>)', xml, re.S)}
    texts = {row: re.findall(rf'<c r="([A-Z]+){row}" t="inlineStr">(.*?)</c>', found[row][2] or "") for row in rows}
    for row in sorted({*rows, *rows.values()} & {*found}, reverse=True):
        match = found[row]
        xml = xml[: match.start()] + xml[match.end() :]
    added = "".join(
        f'<row r="{new}">'
        + "".join(f'<c r="{letters}{new}" t="inlineStr">{inner}</c>' for letters, inner in texts[old])
        + "</row>"
        for old, new in sorted(rows.items(), key=lambda pair: pair[1])
    )
    parts[part] = xml.replace("</sheetData>", added + "</sheetData>").encode()
    return zipped(parts)


def dated(data: bytes, address: str, cell: str, *, from_1904: bool = False) -> bytes:
    """The effective date as this cell, where {r} is its address and {s} the style that the template gives it."""
    parts = parts_of(data)
    if from_1904:
        book = parts["xl/workbook.xml"].decode()
        parts["xl/workbook.xml"] = re.sub(r"<workbookPr", '<workbookPr date1904="1"', book, count=1).encode()
    part = part_of(parts, "Declaration")
    there = rf'<c r="{address}"(?:\s[^>]*?)?(?:/>|(?<!/)>.*?</c>)'
    xml, changed = re.subn(there, lambda _: cell, parts[part].decode(), count=1, flags=re.S)
    assert changed
    parts[part] = xml.encode()
    return zipped(parts)


SAVINGS: tuple[Callable[[bytes], bytes], ...] = (
    shared_strings,
    with_phonetics,
    without_results,
    strict,
    prefixed,
    hidden,
    other_letters,
    without_addresses,
    by_openpyxl,
)


def _sheets_of(parts: Mapping[str, bytes]) -> list[str]:
    book = parts["xl/workbook.xml"].decode()
    return [part_of(parts, name) for name in _SHEETS if f'name="{name}"' in book]


def _in_sheets(data: bytes, pattern: str, change: Callable[[re.Match[str]], str]) -> bytes:
    parts = parts_of(data)
    for part in _sheets_of(parts):
        parts[part] = re.sub(pattern, change, parts[part].decode()).encode()
    return zipped(parts)


def _runs(text: str) -> str:
    half = len(text) // 2
    if "&" in text:
        return f"<r><t>{text}</t></r>"
    first, second = escape(text[:half]), escape(text[half:])
    return f'<r><t xml:space="preserve">{first}</t></r><r><t xml:space="preserve">{second}</t></r>'

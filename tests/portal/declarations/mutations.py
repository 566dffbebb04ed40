"""Broken workbooks from a seed: one mutation of one draft a case, the same for the same number."""

import io
import random
import re
import zipfile
from collections.abc import Callable

from tests.portal.declarations.workbooks import Draft, parts_of, zipped

_BASE = Draft().to_bytes()
_PARTS = parts_of(_BASE)
_XML_PARTS = sorted(name for name in _PARTS if name.endswith((".xml", ".rels")))
_SHEETS = [name for name in _XML_PARTS if name.startswith("xl/worksheets/")]
_HOSTILE = (
    b"<",
    b"&#0;",
    b"&#xD800;",
    b"&undefined;",
    b"]]>",
    b"<![CDATA[<c r='A1'>]]>",
    b'<!DOCTYPE x [<!ENTITY a "b">]>',
    b'r="A0"',
    b'r="ZZZZZZZ1"',
    b'r="1A"',
    b't="s"><v>99999999</v>',
    b't="s"><v>-1</v>',
    b't="d"><v>9999-99-99</v>',
    b"<v>1e999</v>",
    b"<v>-</v>",
    b'<row r="0">',
    b'<row r="-5">',
    b'<row r="99999999999999999999">',
    b"<f>1/0</f>",
    b'<sheet name="" sheetId="0" r:id="rId1"/>',
    b'Target="../../../../etc/passwd"',
    b'Target="file:///etc/passwd" TargetMode="External"',
    b'<mergeCell ref="A1:A0"/>',
    b'<dimension ref="A1:XFD1048576"/>',
    b"\xff\xfe",
)
_FAR = ("XFD1048576", "XFD1", "A1048576", "ZZZ999999999", "AAAA1", "A0", "ZZ19999", "A99999999999999999999")
_VALUES = (  # what a cell may hold: errors, dates, truth values, formulas as texts, very long texts, numbers
    ' t="e"><v>#N/A</v>',
    ' t="e"><v>#REF!</v>',
    ' t="e"><v>nonsense</v>',
    ' t="b"><v>1</v>',
    ' t="b"><v>maybe</v>',
    ' t="d"><v>2025-06-30T00:00:00</v>',
    ' t="d"><v>0000-00-00</v>',
    ' t="n"><v>-1e308</v>',
    ' t="n"><v>NaN</v>',
    ' t="n"><v>2958466</v>',
    ' t="s"><v>4294967295</v>',
    ' t="str"><f>CMD("x")</f><v>=HYPERLINK("http://example.com")</v>',
    ' t="inlineStr"><is><t>=1+1</t></is>',
    ' t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is>',
    ' t="unheard"><v>1</v>',
    ' t="inlineStr"><is><t>' + "x" * 40_000 + "</t></is>",
    ' t="inlineStr"><is><t>' + "\u202e\u200b\ud55c" * 500 + "</t></is>",
)
_ADDRESSES = ("D3", "J3", "D8", "D9", "D16", "D22", "D26", "D56", "G77", "A5", "B5", "C6", "E7", "P5", "B6")


def flip_bytes(chance: random.Random) -> bytes:
    """Some bytes of the packed file."""
    data = bytearray(_BASE)
    for _ in range(chance.randint(1, 20)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def cut(chance: random.Random) -> bytes:
    """The beginning of the file, or the file without a piece."""
    first = chance.randrange(len(_BASE))
    return _BASE[:first] + (_BASE[first + chance.randint(1, 500) :] if chance.random() < 0.5 else b"")


def flip_inside(chance: random.Random) -> bytes:
    """Bytes of a part before it is packed, so that its checksum is right."""
    name = chance.choice(sorted(_PARTS))
    content = bytearray(_PARTS[name])
    for _ in range(chance.randint(1, 10)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return zipped(_PARTS | {name: bytes(content)})


def hostile_xml(chance: random.Random) -> bytes:
    """Pieces of XML where they do not belong."""
    name = chance.choice(_XML_PARTS)
    content = _PARTS[name]
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(content) + 1)
        content = content[:place] + chance.choice(_HOSTILE) + content[place + chance.choice((0, 0, 5)) :]
    return zipped(_PARTS | {name: content})


def lost_or_swapped_parts(chance: random.Random) -> bytes:
    """A part that is missing, or two that changed places."""
    parts = dict(_PARTS)
    if chance.random() < 0.5:
        del parts[chance.choice(sorted(parts))]
    else:
        one, other = chance.sample(_XML_PARTS, 2)
        parts[one], parts[other] = parts[other], parts[one]
    return zipped(parts)


def nested(chance: random.Random) -> bytes:
    """Zips in zips, repeated names, doubtful names, many parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, content)
        names = (
            "xl/worksheets/sheet1.xml.zip",
            "../../out.txt",
            "/tmp/out.txt",  # noqa: S108 - nobody may write there
            "xl\\workbook.xml",
            "xl//a.xml",
            "C:x",
        )
        for _ in range(chance.choice((1, 3, 600))):
            archive.writestr(
                f"{chance.choice(names)}{chance.randrange(10**6)}", _BASE if chance.random() < 0.1 else b"x"
            )
    return packed.getvalue()


def far_cells(chance: random.Random) -> bytes:
    """Addresses far out, and dimensions that lie."""
    name = chance.choice(_SHEETS)
    cell = f'<row r="{chance.choice(("9", "1048576", "0"))}"><c r="{chance.choice(_FAR)}" t="n"><v>1</v></c></row>'
    xml = _PARTS[name].decode().replace("</sheetData>", cell + "</sheetData>")
    xml = re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="A1:{chance.choice(_FAR)}"', xml)
    return zipped(_PARTS | {name: xml.encode()})


def odd_values(chance: random.Random) -> bytes:
    """Cells of every type where texts are expected."""
    name = chance.choice(_SHEETS)
    xml = _PARTS[name].decode()
    for _ in range(chance.randint(1, 6)):
        address, value = chance.choice(_ADDRESSES), chance.choice(_VALUES)
        cell = f'<c r="{address}"{value}</c>'
        place = re.search(rf'<c r="{address}"(?:\s[^>]*?)?(?:/>|(?<!/)>.*?</c>)', xml)
        if place:
            xml = xml[: place.start()] + cell + xml[place.end() :]
    return zipped(_PARTS | {name: xml.encode()})


def string_bomb(chance: random.Random) -> bytes:
    """Very many or very long shared texts, which pack to almost nothing."""
    count, length = chance.choice(((1, 60_000_000), (200_000, 100), (20, 2_000_000), (1000, 40_000)))
    texts = f"<si><t>{'x' * length}</t></si>" * count
    table = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{texts}</sst>'
    return zipped(_PARTS | {"xl/sharedStrings.xml": table.encode()})


def many_rows(chance: random.Random) -> bytes:
    """More rows than a form has room for, some of them empty, some repeated."""
    count = chance.choice((3000, 19_000, 30_000))
    repeated = chance.random() < 0.3
    numbers = (n % 50 + 5 if repeated else n for n in range(12, count))
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in numbers)
    name = "xl/worksheets/sheet2.xml"
    return zipped(_PARTS | {name: _PARTS[name].replace(b"</sheetData>", rows.encode() + b"</sheetData>")})


MUTATIONS: tuple[Callable[[random.Random], bytes], ...] = (
    flip_bytes,
    cut,
    flip_inside,
    hostile_xml,
    lost_or_swapped_parts,
    nested,
    far_cells,
    odd_values,
)
HEAVY: tuple[Callable[[random.Random], bytes], ...] = (string_bomb, many_rows)


def case(number: int) -> tuple[str, bytes]:
    """(name of the mutation, file) of a case. Every 20th is a heavy one."""
    kinds = HEAVY if number % 20 == 19 else MUTATIONS
    mutate = kinds[(number // 20 if kinds is HEAVY else number) % len(kinds)]
    return mutate.__name__, mutate(random.Random(f"{mutate.__name__} {number}"))

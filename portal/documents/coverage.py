"""Which characters the documents' fonts can show. A tagged PDF must not hold a character without a glyph.

The fonts' own tables are read (OpenType `cmap`, formats 4 and 12), so that there is no list to be kept by hand.
"""

import struct
import unicodedata
from functools import cache
from pathlib import Path

import cvttf_NotoSansCJK_Regular
import fontpkg_source_sans_3
from anyascii import anyascii

FOLDERS = (fontpkg_source_sans_3.ROOT / "files", Path(cvttf_NotoSansCJK_Regular.__file__).parent)
FAMILIES = ("Source Sans 3", "Noto Sans CJK TC")


def showable(text: str) -> str:
    """The text with each character that no font has written in Latin letters (Arabic, Thai, emoji …).

    Control and invisible characters go: PDF/UA forbids some of them, and none is for reading.
    """
    known = _known()
    return "".join(ch if ord(ch) in known else _in_latin(ch) for ch in text if not _invisible(ch))


def _invisible(ch: str) -> bool:
    return unicodedata.category(ch)[0] == "C" and ch not in "\t\r\n"


def _in_latin(ch: str) -> str:
    if ch in "\t\r\n":
        return " "
    return "".join(letter for letter in anyascii(ch) if ord(letter) in _known()) or "?"


@cache
def _known() -> frozenset[int]:
    """Every code point that at least one of the fonts has a glyph for."""
    files = [path for folder in FOLDERS for path in sorted(folder.iterdir()) if path.suffix in (".ttf", ".otf")]
    found = frozenset().union(*(_characters(path.read_bytes()) for path in files if "Italic" not in path.name))
    return found - {ord(ch) for ch in "\t\r\n"}


def _characters(font: bytes) -> set[int]:
    """The code points of a font's character map."""
    count = struct.unpack_from(">H", font, 4)[0]
    tables = {font[12 + 16 * i : 16 + 16 * i]: struct.unpack_from(">I", font, 20 + 16 * i)[0] for i in range(count)}
    start = tables[b"cmap"]
    found: set[int] = set()
    for i in range(struct.unpack_from(">H", font, start + 2)[0]):
        at = start + struct.unpack_from(">I", font, start + 8 + 8 * i)[0]
        kind = struct.unpack_from(">H", font, at)[0]
        if kind == 4:
            found |= _format_4(font, at)
        elif kind == 12:
            groups = struct.unpack_from(">I", font, at + 12)[0]
            for first, last, _glyph in struct.iter_unpack(">III", font[at + 16 : at + 16 + 12 * groups]):
                found.update(range(first, last + 1))
    return found


def _format_4(font: bytes, at: int) -> set[int]:
    segments = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", font, at + 14)
    starts = struct.unpack_from(f">{segments}H", font, at + 16 + 2 * segments)
    deltas = struct.unpack_from(f">{segments}H", font, at + 16 + 4 * segments)
    offsets_at = at + 16 + 6 * segments
    offsets = struct.unpack_from(f">{segments}H", font, offsets_at)
    found = set()
    for i, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            if offsets[i] == 0:
                glyph = (code + deltas[i]) & 0xFFFF
            else:
                place = offsets_at + 2 * i + offsets[i] + 2 * (code - first)
                glyph = struct.unpack_from(">H", font, place)[0]
            if glyph:
                found.add(code)
    return found

"""The checks on the bytes of a workbook before any parser of spreadsheets touches it.

A workbook is a zip of XML parts, and everything in it may lie: names, sizes, checksums, offsets. So each part
is inflated here, bounded, and compared with what the directory says; only parts that passed are handed on.
Sizes are in bytes.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from defusedxml.ElementTree import ParseError, fromstring


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a workbook may have: bytes of the file, of one part and of all parts unpacked, and the number of parts."""

    file: int = 20 * 2**20
    part: int = 64 * 2**20
    total: int = 128 * 2**20
    parts: int = 500


class BadWorkbook(Exception):
    """A file that is not a plain workbook. `code` says why; the features that read workbooks have the sentences."""

    def __init__(self, code: str, *, place: str | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.place = place
        self.params = params


def N_(words: str) -> str:
    """Mark for translation; the words are filled into the sentences of BadWorkbook's codes."""
    return words


_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    (b"\xff\xd8\xff", N_("a JPEG picture")),
    (b"\x89PNG", N_("a PNG picture")),
    (b"GIF8", N_("a GIF picture")),
    (b"%PDF", N_("a PDF document")),
    (b"{\\rtf", N_("an RTF document")),
    (b"\x1f\x8b", N_("a gzip archive")),
    (b"7z\xbc\xaf", N_("a 7z archive")),
    (b"Rar!", N_("a RAR archive")),
    (b"PK\x05\x06", N_("an empty zip archive")),
)
_ZIP_KINDS = (
    ("xl/workbook.bin", "unsupported_format", N_("a binary Excel workbook (.xlsb)")),
    ("content.xml", "unsupported_format", N_("an OpenDocument file")),
    ("word/document.xml", "not_a_spreadsheet", N_("a Word document")),
    ("ppt/presentation.xml", "not_a_spreadsheet", N_("a presentation")),
)
_MACRO_NAME = re.compile(r"vbaproject|vbadata|/macrosheets/|/dialogsheets/", re.IGNORECASE)
_MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject|macrosheet", re.IGNORECASE)
_ACTIVE_NAME = re.compile(r"/activex/|/embeddings/|/ctrlprops/.*\.bin", re.IGNORECASE)
_LIVE_LINK = re.compile(rb"<(?:\w+:)?(?:ddeLink|oleLink)\b")
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
_KEPT = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|xl/(?:workbook|sharedstrings|styles)\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/worksheets/[^/]+\.xml",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Container:
    """The parts that a reader of cells needs, as plain bytes, and what else was seen."""

    parts: dict[str, bytes]
    linked: bool  # whether the workbook is linked to other workbooks


def sniff(data: bytes, bounds: Bounds) -> str:
    """`zip` or `ole`, judged by content, never by name. Raises BadWorkbook for anything else."""
    if not data:
        raise BadWorkbook("empty_file")
    if len(data) > bounds.file:
        raise BadWorkbook("file_too_large", size=len(data), limit=bounds.file)
    if data.startswith(_ZIP):
        return "zip"
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise BadWorkbook("encrypted")
        return "ole"
    raise BadWorkbook("not_a_spreadsheet", found=looks_like(data))


def looks_like(data: bytes) -> str:
    """What a file that is no workbook seems to be, in words."""
    if mark := known_mark(data):
        return mark
    head = data[:4096]
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return N_("an XML or HTML document")
    if b"\0" not in head:
        return N_("plain text (perhaps CSV)")
    return N_("of an unknown kind")


def known_mark(data: bytes) -> str | None:
    """What a file is by its first bytes, in words, if they are the mark of a well-known format."""
    return next((name for magic, name in _MAGIC if data.startswith(magic)), None)


def open_container(data: bytes, bounds: Bounds) -> Container:
    """The checked parts of a workbook. Raises BadWorkbook for what a plain workbook does not hold."""
    parts: dict[str, bytes] = {}
    names: set[str] = set()
    linked = False
    total = 0
    for info in _entries(data, bounds.parts):
        _check_name(info.filename, names)
        if info.is_dir():
            continue
        content = _inflate(data, info, min(bounds.part, bounds.total - total))
        total += len(content)
        name = info.filename.lower()
        kept = _KEPT.fullmatch(name)
        if name.endswith((".xml", ".rels", ".vml")):
            _check_xml(info.filename, content, handed_on=bool(kept))
        if name == "[content_types].xml" and _MACRO_TYPE.search(content):
            raise BadWorkbook("macro_content")
        if name.startswith("xl/externallinks/"):
            linked = True
            if _LIVE_LINK.search(content):
                raise BadWorkbook("active_content", name=info.filename)
        if kept:
            parts[info.filename] = content
    if "xl/workbook.xml" not in parts:
        _refuse_other_zip(names)
    return Container(parts, linked)


def _entries(data: bytes, most: int) -> Iterator[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, EOFError, NotImplementedError, UnicodeDecodeError):
        raise BadWorkbook("damaged_zip", detail="no readable directory of parts") from None
    if len(entries) > most:
        raise BadWorkbook("too_many_parts", count=len(entries), limit=most)
    end = 0
    for info in sorted(entries, key=lambda entry: entry.header_offset):
        if info.header_offset < end:  # overlapping parts multiply themselves when unpacked
            raise BadWorkbook("damaged_zip", detail="parts overlap")
        end = info.header_offset + 30 + info.compress_size
        yield info


def _check_name(name: str, seen: set[str]) -> None:
    """Refuses names that leave the archive, or that two readers may take for different parts."""
    folded = name.lower()
    normal = posixpath.normpath(folded) + ("/" if folded.endswith("/") else "")
    if (
        "\\" in name
        or ":" in name
        or normal != folded
        or normal.startswith(("/", "..", "~"))
        or any(ord(c) < 32 for c in name)
        or folded in seen
    ):
        raise BadWorkbook("unsafe_path", name=name[:80])
    seen.add(folded)
    if _MACRO_NAME.search(folded):
        raise BadWorkbook("macro_content")
    if _ACTIVE_NAME.search(folded):
        raise BadWorkbook("active_content", name=name[:80])


def _inflate(data: bytes, info: zipfile.ZipInfo, limit: int) -> bytes:
    """The content of one part: at most `limit` bytes, and exactly what the directory claims."""
    if info.flag_bits & 0x1:
        raise BadWorkbook("encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadWorkbook("damaged_zip", detail="unusual compression")
    head = data[info.header_offset : info.header_offset + 30]
    start = info.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    name = data[info.header_offset + 30 : info.header_offset + 30 + int.from_bytes(head[26:28], "little")]
    packed = memoryview(data)[start : start + info.compress_size]
    if not head.startswith(_ZIP) or len(packed) != info.compress_size:
        raise BadWorkbook("damaged_zip", detail="a part is cut off")
    if name != _raw_name(info):
        raise BadWorkbook("damaged_zip", detail="a part has two names")
    if info.compress_type == zipfile.ZIP_STORED:
        content = bytes(packed[: limit + 1])
    else:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflater.decompress(packed, limit + 1)
        except zlib.error:
            raise BadWorkbook("damaged_zip", detail="a part cannot be unpacked") from None
    if len(content) > limit:
        raise BadWorkbook("too_large_uncompressed", limit=limit)
    if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
        raise BadWorkbook("damaged_zip", detail="a part differs from its size or checksum")
    return content


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")


def _check_xml(name: str, content: bytes, *, handed_on: bool) -> None:
    """No document type and no entity; and UTF-8 in what the parser sees, as another encoding would hide both.

    Property parts that Excel writes itself (customXml) may be UTF-16: there the search skips the zero bytes.
    """
    wide = b"\0" in content[:512]
    declared = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf"))
    if handed_on and (wide or (declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"))):
        raise BadWorkbook("unexpected_encoding", name=name[:80])
    if _DOCTYPE.search(content.replace(b"\0", b"") if wide else content):
        raise BadWorkbook("doctype_forbidden")


def _refuse_other_zip(names: set[str]) -> None:
    for marker, code, found in _ZIP_KINDS:
        if marker in names:
            raise BadWorkbook(code, found=found)
    raise BadWorkbook("not_a_spreadsheet", found=N_("a zip archive without a workbook"))


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Name of a sheet -> name of its part, by way of the relationship ids. Raises BadWorkbook."""
    try:
        relations = fromstring(parts.get("xl/_rels/workbook.xml.rels", b"<Relationships/>"))
        sheets = fromstring(parts["xl/workbook.xml"]).findall("{*}sheets/{*}sheet")
    except ParseError:
        raise BadWorkbook("damaged_workbook", detail="XML") from None
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    found = {}
    for sheet in sheets:
        relation = next((value for key, value in sheet.items() if key.endswith("}id")), None)
        target = targets.get(relation, "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        found[sheet.get("name", "")] = path
    return found

"""The checks before any parser sees a file: what lies about its size, name or kind is refused, bounded."""

import io
import struct
import zipfile

import pytest

from portal.declarations.reading import container
from portal.declarations.reading.container import open_container, sniff
from portal.declarations.reading.unreadable import Unreadable
from tests.portal.declarations.workbooks import Draft, parts_of, read_here, with_part, zipped

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture(scope="module")
def workbook() -> bytes:
    """A good declaration."""
    return Draft().to_bytes()


def refused(data: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        if sniff(data) == "zip":
            open_container(data)
    return caught.value


def test_a_good_workbook_passes_with_the_parts_that_a_reader_needs(workbook: bytes):
    opened = open_container(workbook)

    assert {"xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"} <= set(opened.parts)
    assert not any("docProps" in name or "theme" in name for name in opened.parts)
    assert not opened.linked


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"", "empty_file", "empty"),
        (b"Company;Metal\nA;Gold\n", "not_a_spreadsheet", "plain text"),
        (b"\xff\xd8\xff\xe0 picture", "not_a_spreadsheet", "JPEG"),
        (b"%PDF-1.7", "not_a_spreadsheet", "PDF"),
        (b"\xef\xbb\xbf<html><body>", "not_a_spreadsheet", "HTML"),
        (b"PK\x05\x06" + b"\0" * 18, "not_a_spreadsheet", "empty zip"),
        (b"\x00\x01\x02\x03", "not_a_spreadsheet", "unknown"),
        (_OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", "password"),
    ],
)
def test_the_kind_is_judged_by_content(data: bytes, code: str, word: str):
    error = refused(data)

    assert error.code == code
    assert word in error.message


def test_an_old_binary_workbook_is_told_apart_from_an_encrypted_one():
    assert sniff(_OLE + b"Workbook") == "ole"


def test_files_over_the_limit_are_refused_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(container, "MAX_FILE", 100)

    assert refused(b"PK\x03\x04" + b"x" * 100).code == "file_too_large"


@pytest.mark.parametrize(
    ("part", "code", "word"),
    [
        ("word/document.xml", "not_a_spreadsheet", "Word"),
        ("ppt/presentation.xml", "not_a_spreadsheet", "presentation"),
        ("xl/workbook.bin", "unsupported_format", ".xlsb"),
        ("content.xml", "unsupported_format", "OpenDocument"),
        ("readme.txt", "not_a_spreadsheet", "zip archive"),
    ],
)
def test_other_zip_files_are_named(part: str, code: str, word: str):
    error = refused(zipped({part: b"<x/>"}))

    assert error.code == code
    assert word in error.message


@pytest.mark.parametrize("keep", [0.1, 0.62, 0.99])
def test_a_truncated_file_is_damaged(workbook: bytes, keep: float):
    assert refused(workbook[: int(len(workbook) * keep)]).code == "damaged_zip"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet2.xml", "xl/media/image1.png", "xl/sharedStrings.xml"])
def test_a_part_that_unpacks_too_far_is_refused_while_unpacking(
    workbook: bytes, part: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(container, "MAX_PART", 2**20)
    bomb = zipped({**parts_of(workbook), part: b"0" * 2**21})

    assert len(bomb) < 40_000
    assert refused(bomb).code == "too_large_uncompressed"


def test_many_parts_that_are_too_large_together(workbook: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(container, "MAX_TOTAL", 2**20)
    parts = parts_of(workbook) | {f"xl/media/{number}.png": b"0" * 2**18 for number in range(5)}

    assert refused(zipped(parts)).code == "too_large_uncompressed"


def _size_field(data: bytes, part: str, size: int) -> bytes:
    """The zip with a false size of one part in both of its headers."""
    changed = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(part)
    struct.pack_into("<I", changed, info.header_offset + 22, size)
    central = data.index(b"PK\x01\x02")
    while data[central + 46 : central + 46 + len(part)] != part.encode():
        central = data.index(b"PK\x01\x02", central + 4)
    struct.pack_into("<I", changed, central + 24, size)
    return bytes(changed)


@pytest.mark.parametrize("size", [10, 2**31])
def test_a_size_that_lies_is_found_out(workbook: bytes, size: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(container, "MAX_PART", 2**20)
    bomb = zipped({**parts_of(workbook), "xl/worksheets/sheet2.xml": b"0" * 2**21})

    assert refused(_size_field(bomb, "xl/worksheets/sheet2.xml", size)).code == "too_large_uncompressed"
    assert refused(_size_field(workbook, "xl/worksheets/sheet2.xml", size)).code == "damaged_zip"


def test_a_wrong_checksum_is_damage(workbook: bytes):
    parts = parts_of(workbook)
    data = zipped(parts, zipfile.ZIP_STORED)
    place = data.index(b"<sheetData>")

    assert refused(data[:place] + b"<sheetdata>" + data[place + 11 :]).code == "damaged_zip"


def test_overlapping_parts_are_refused(workbook: bytes):
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        entries = archive.infolist()
    changed = bytearray(workbook)
    second = workbook.index(b"PK\x01\x02", workbook.index(b"PK\x01\x02") + 4)
    struct.pack_into("<I", changed, second + 42, entries[0].header_offset)

    assert refused(bytes(changed)).code == "damaged_zip"


def test_a_part_with_two_names_is_refused(workbook: bytes):
    name = b"xl/worksheets/sheet2.xml"
    place = workbook.index(name)

    assert refused(workbook[:place] + b"xl/worksheets/sheet9.xml" + workbook[place + len(name) :]).code == "damaged_zip"


def test_too_many_parts(workbook: bytes):
    parts = parts_of(workbook) | {f"xl/media/{number}.png": b"" for number in range(600)}
    error = refused(zipped(parts))

    assert error.code == "too_many_parts"


@pytest.mark.parametrize(
    "name",
    ["../evil.xml", "/etc/evil.xml", "xl/../../evil.xml", "xl\\evil.xml", "C:/evil.xml", "xl//evil.xml", "./xl/e.xml"],
)
def test_names_that_lead_out_of_the_archive(workbook: bytes, name: str):
    assert refused(zipped({**parts_of(workbook), name: b"x"})).code == "unsafe_path"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_the_same_name(workbook: bytes):
    packed = io.BytesIO(workbook)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("XL/Workbook.xml", b"<other/>")

    assert refused(packed.getvalue()).code == "unsafe_path"


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "XL/VBAPROJECT.BIN"])
def test_macros_are_never_accepted(workbook: bytes, name: str):
    assert refused(zipped({**parts_of(workbook), name: b"filler"})).code == "macro_content"


def test_a_macro_content_type_is_enough(workbook: bytes):
    data = with_part(
        workbook,
        "[Content_Types].xml",
        lambda xml: xml.replace("spreadsheetml.sheet.main", "sheet.macroEnabled.main"),
    )

    assert refused(data).code == "macro_content"


@pytest.mark.parametrize("name", ["xl/embeddings/oleObject1.bin", "xl/activeX/activeX1.bin"])
def test_embedded_objects_are_refused(workbook: bytes, name: str):
    assert refused(zipped({**parts_of(workbook), name: b"filler"})).code == "active_content"


def test_live_data_links_are_refused_and_plain_links_are_only_noticed(workbook: bytes):
    plain = zipped({**parts_of(workbook), "xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    live = zipped({**parts_of(workbook), "xl/externalLinks/externalLink1.xml": b"<x><ddeLink ddeService='cmd'/></x>"})

    assert open_container(plain).linked
    assert refused(live).code == "active_content"


_DOCTYPES = (
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    '<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>',
)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("doctype", _DOCTYPES)
def test_document_types_and_entities_are_refused(workbook: bytes, part: str, doctype: str):
    data = with_part(workbook, part, lambda xml: doctype + xml)
    error = refused(data)

    assert error.code == "doctype_forbidden"
    assert "passwd" not in str(error)


def test_another_encoding_cannot_hide_a_document_type(workbook: bytes):
    parts = parts_of(workbook)
    hidden = _DOCTYPES[0] + "<x/>"

    wide = parts | {"xl/workbook.xml": hidden.encode("utf-16")}
    assert refused(zipped(wide)).code == "unexpected_encoding"
    named = parts | {"xl/workbook.xml": b"<?xml version='1.0' encoding='UTF-7'?><x/>"}
    assert refused(zipped(named)).code == "unexpected_encoding"
    beside = parts | {"customXml/item1.xml": hidden.encode("utf-16")}
    assert refused(zipped(beside)).code == "doctype_forbidden"


def test_property_parts_may_be_utf_16_as_excel_writes_them(workbook: bytes):
    data = zipped({**parts_of(workbook), "customXml/item1.xml": "<?xml encoding='utf-16'?><x/>".encode("utf-16")})

    assert open_container(data).parts


def _encrypted_flag(data: bytes) -> bytes:
    changed = bytearray(data)
    struct.pack_into("<H", changed, data.index(b"PK\x01\x02") + 8, 1)
    return bytes(changed)


def test_an_encrypted_part(workbook: bytes):
    assert refused(_encrypted_flag(workbook)).code == "encrypted"


def test_an_unusual_compression(workbook: bytes):
    assert refused(zipped(parts_of(workbook), zipfile.ZIP_BZIP2)).code == "damaged_zip"


def test_only_checked_bytes_reach_the_parser(workbook: bytes):
    """A zip in front of the zip, or a note after it, is not what is parsed."""
    assert read_here(workbook).company.name
    doubled = zipped({"readme.txt": b"x"}) + workbook
    with pytest.raises(Unreadable):
        if sniff(doubled) == "zip":
            read_here(doubled.replace(b"PK\x05\x06", b"PK\x05\x07"))

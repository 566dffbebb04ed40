"""Any list that a person may send becomes a table, or is refused with what is wrong and what to do."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.evidence.sandbox import Limits
from portal.registry.imports import reading, tables
from portal.registry.imports.delimited import decode, sniff_delimiter
from portal.registry.imports.reading import read_table
from portal.registry.imports.tables import Table, letters_of
from portal.registry.reasons import Refused
from tests.portal.registry.imports.workbook import with_part, workbook

SHEET = "xl/worksheets/sheet1.xml"
LIST = "Leverantör;Land\nÅkerlunds Nät AB;Sverige\nSkärhamns El;Norge\n"


def names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def refused(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_table(data)
    assert caught.value.message
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_encodings(encoding: str) -> None:
    table = read_table(LIST.encode(encoding))
    assert names(table) == ["Leverantör", "Land"]
    assert table.rows[1].cells == ("Skärhamns El", "Norge")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (
            "公司名称,国家\n深圳市万普拉斯科技有限公司,中国\n富士康科技集团股份有限公司,中国\n比亚迪股份有限公司,中国\n",
            "gb18030",
        ),
        ("会社名,国\nソニーグループ株式会社,日本\nパナソニック株式会社,日本\n株式会社日立製作所,日本\n", "cp932"),
        ("Поставщик,Страна\nООО Ромашка и компания,Россия\nЗавод имени Лихачёва,Россия\n", "cp1251"),
        ("Raó social,País\nDistribuïdora d’Elèctrics,Espanya\nPeça i Màquina SL,Espanya\n", "cp1252"),
    ],
)
def test_older_encodings_are_told_by_their_letters(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == (text, encoding)


NORDIC = (
    ("Företag", "Land", "Organisationsnummer", "Adress"),
    ("Älvsjö Datorer AB", "Sverige", "556036-0793", "Storgatan 1, Borås"),
    ("Ærø Data A/S", "Danmark", "13585628", "Søndergade 4, Ærøskøbing"),
    ("Barceló Informàtica SL", "España", "B58378431", "Carrer de Sant Martí 3"),
)
SHORT = (("Supplier", "Country"), ("Kabel & Käll AB", "Sverige"))
CATALAN = (("Proveïdor", "País"), ("Informàtica Muñoz SL", "Espanya"), ("Sol·lucions de l’Hospitalet", "Espanya"))


@pytest.mark.parametrize("lines", [NORDIC, SHORT, CATALAN], ids=["nordic", "short", "catalan"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old mac"])
def test_every_usual_way_to_write_a_list(
    lines: tuple[tuple[str, ...], ...], encoding: str, delimiter: str, end: str
) -> None:
    text = "".join(delimiter.join(f'"{cell}"' for cell in line) + end for line in lines)
    table = read_table(text.encode(encoding))
    assert names(table) == list(lines[0])
    assert [row.cells for row in table.rows] == list(lines[1:])


@pytest.mark.parametrize("word", ["Älvsjö", "SJÖVÄG ÅS", "Gjøvik", "Ærøskøbing", "Muñoz", "Façana", "Über", "d’Escala"])
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_one_word_is_enough_to_tell_windows_from_mac(word: str, encoding: str) -> None:
    assert decode(f"name\n{word} AB\n".encode(encoding))[0] == f"name\n{word} AB\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter: str) -> None:
    lines = [["company", "address", "country"], ["Halden, Nordvik; Søn AB", "Storgatan 1, Borås", "SE"]] * 3
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    table = read_table(text.encode())
    assert names(table) == lines[0]
    assert table.rows[0].cells == tuple(lines[1])


def test_a_list_of_one_column() -> None:
    assert sniff_delimiter("name\nHalden AB\n") == ","
    assert names(read_table(b"name\nHalden AB\n")) == ["name"]


def test_rows_are_numbered_as_spreadsheets_number_them() -> None:
    text = 'Our suppliers\n\nname,country\n"Halden\nComputing",SE\n\n"Nordvik ""N"" AS",NO\n'
    table = read_table(text.encode())
    assert table.layout["header_row"] == 3
    assert [(row.number, row.cells[0]) for row in table.rows] == [(4, "Halden\nComputing"), (6, 'Nordvik "N" AS')]
    same = read_table(workbook([["Our suppliers"], [], ["name", "country"], ["Halden", "SE"], [], ["Nordvik", "NO"]]))
    assert same.layout["header_row"] == 3
    assert [row.number for row in same.rows] == [4, 6]


def test_headers_are_made_unique_and_never_empty() -> None:
    table = read_table(b"name,,Name,name,B,\nHalden,x,y,z,u,v\n")
    assert names(table) == ["name", "B", "Name", "name (2)", "B (2)"]
    assert table.rows[0].wide  # the last value stands under no header


def test_short_and_long_rows() -> None:
    table = read_table(b"name,country,city\nHalden\nNordvik,NO,Horten,\nKestrel,FI,Salo,more\n")
    assert [(row.cells, row.wide) for row in table.rows] == [
        (("Halden", "", ""), False),
        (("Nordvik", "NO", "Horten"), False),
        (("Kestrel", "FI", "Salo"), True),
    ]


def test_samples_are_the_first_different_values() -> None:
    table = read_table(b"name,country\nA,SE\nB,\nC,SE\nD,NO\nE,DK\nF,FI\n")
    assert table.columns[1].samples == ("SE", "NO", "DK")


def test_workbooks_by_content_and_numbers_as_people_typed_them() -> None:
    table = read_table(workbook([], [["name", "orgnr", "share"], ["Halden AB", 5560360793, 0.5]], [["notes"]]))
    assert table.layout["sheet"] == "Sheet1"
    assert table.layout["sheets"] == 2
    assert table.rows[0].cells == ("Halden AB", "5560360793", "0.5")


def test_letters_of_columns() -> None:
    assert [letters_of(index) for index in (0, 25, 26, 51, 701, 702)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty_file"),
        (b" \n\n", "file_empty_file"),
        (b"name,country\n", "list_header_only"),
        (b",,,\n,,\n", "list_empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "file_not_a_spreadsheet"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><a/>', "file_not_a_spreadsheet"),
        (b'{"suppliers": []}', "file_not_a_spreadsheet"),
        (b"%PDF-1.7\n1 0 obj", "file_not_a_spreadsheet"),
        (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4, "file_not_a_spreadsheet"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "file_not_a_spreadsheet"),
        (b"PK\x05\x06" + bytes(18), "file_not_a_spreadsheet"),
        (b"PK\x03\x04 truncated", "file_damaged_zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_unsupported_format"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "file_encrypted",
        ),
        (b"\xff\xfea", "list_encoding"),
        (b'name,country\n"Halden,SE\n' + b"Nordvik,NO\n" * 100, "list_open_quote"),
        (b'name\n"' + b"x" * 200_000 + b'"\n', "list_open_quote"),
        (b"a," * 300 + b"\n" + b"1," * 300, "list_too_wide"),
    ],
)
def test_what_is_no_list_is_refused_with_a_remedy(data: bytes, code: str) -> None:
    assert refused(data).code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda xml: xml.replace('r="A2"', 'r="XFD1048576"'), "file_cell_out_of_bounds"),
        (
            lambda xml: xml.replace("<worksheet", '<!DOCTYPE x [<!ENTITY e "x">]><worksheet', 1),
            "file_doctype_forbidden",
        ),
        (lambda xml: xml[: len(xml) // 2], "file_damaged_workbook"),
        (lambda xml: xml.replace("</sheetData>", "<row/>" * 3 + " " * (65 * 2**20) + "</sheetData>"), None),
    ],
)
def test_hostile_workbooks(change, code) -> None:
    data = with_part(workbook([["name"], ["Halden"]]), SHEET, change)
    assert refused(data).code == (code or "file_too_large_uncompressed")


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LIMITS", Limits(wall=0.001))
    assert refused(workbook([["name"], ["Halden"]])).code == "file_timed_out"


@pytest.mark.parametrize("answer", [b"", b"{", b'{"refused": "damaged_workbook", "params": {}}'])
def test_a_reader_that_breaks_is_a_damaged_workbook(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    monkeypatch.setattr(reading, "answer_of_child", lambda module, data, limits: answer)
    assert refused(workbook([["name"], ["Halden"]])).code == "file_damaged_workbook"


def test_lists_that_are_too_long_or_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    found = refused(b"name\nA\nB\nC\n")
    assert found.code == "list_too_long"
    assert "3 rows; 2 are taken" in found.message
    monkeypatch.setattr(reading, "MAX_FILE", 2**20)
    found = refused(b"name\n" + b"Halden AB\n" * 200_000)
    assert "1.91 MB; 1 are taken" in found.message


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader_of_text(data: bytes) -> None:
    """Anything is a table or a refusal (workbooks have their own process)."""
    if data.startswith((b"PK", b"\xd0\xcf")):
        return
    try:
        table = read_table(data)
    except Refused:
        return
    assert table.rows
    assert len({len(row.cells) for row in table.rows} | {len(table.columns)}) == 1
    json.dumps(table.layout)


def test_the_real_lists_are_read(shared_data) -> None:
    lists = [*sorted((shared_data / "suppliers").rglob("*.csv")), *sorted((shared_data / "suppliers").rglob("*.xlsx"))]
    assert len(lists) == 7
    for path in lists:
        table = read_table(path.read_bytes())
        assert names(table) in (["supplier", "address"], ["country", "name", "address", "sector"]), path.name
        assert not [row for row in table.rows if row.wide]


def test_the_bad_files_among_the_declarations_are_refused(shared_data) -> None:
    codes = {
        path.name: refused(path.read_bytes()).code
        for path in sorted((shared_data / "declarations").iterdir())
        if path.name in BAD
    }
    assert codes == BAD


BAD = {
    "legacy-cmrt-3.01.xls": "file_unsupported_format",
    "neg-200k-smelters.xlsx": "file_cell_out_of_bounds",
    "neg-docx-renamed.xlsx": "file_not_a_spreadsheet",
    "neg-empty.xlsx": "file_empty_file",
    "neg-encrypted-ole.xlsx": "file_encrypted",
    "neg-jpeg-named.xls": "file_not_a_spreadsheet",
    "neg-macro-named.xlsx": "file_macro_content",
    "neg-macro.xlsm": "file_macro_content",
    "neg-truncated.xlsx": "file_damaged_zip",
    "neg-xxe.xlsx": "file_doctype_forbidden",
    "neg-zip-bomb.xlsx": "file_too_large_uncompressed",
}

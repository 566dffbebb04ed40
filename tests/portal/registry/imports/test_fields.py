"""What columns mean is guessed from headers in five languages and from their values."""

import pytest

from portal.registry.imports.fields import FIELDS, Field, guess, problems
from portal.registry.imports.reading import read_table


def guessed(header: str, *rows: str) -> list[str]:
    text = "\n".join([header, *(rows or (";".join("x" * len(header.split(";"))),))])
    return [field.value for field in guess(read_table(text.encode()))]


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("Supplier;VAT no.;Org. no.;Country;Address;City", "name vat national country address city"),
        ("Leverantör;Momsnummer;Orgnr;Land;Adress;Ort", "name vat national country address city"),
        ("Firmanavn;MVA-nummer;Org.nr.;Land;Besøksadresse;Poststed", "name vat national country address city"),
        ("Raó social;NIF-IVA;NIF;País;Adreça;Població", "name vat national country address city"),
        ("Razón social;NIF-IVA;CIF;País;Dirección;Ciudad", "name vat national country address city"),
        ("Legal name;Trading name;Former name;Local name;LEI", "name trading_name former_name local_name lei"),
        ("Supplier;Facility name;Address line 1;Address line 2;Product", "name site_name address address sector"),
        ("Facility name;Address", "name address"),
        ("Company;Name;Parent company", "name ignore parent"),
        ("LEVERANDØR;Konsern;Fabrikk", "name parent site_name"),
    ],
)
def test_headers_in_five_languages(header: str, fields: str) -> None:
    assert guessed(header) == fields.split()


def test_values_tell_what_a_header_does_not() -> None:
    rows = [
        "Halden AB;213800KUD8LAJWSQ9D15;SE556036079301;556036-0793;Sverige;富士康",
        "Nordvik AS;213800KUD8LAJWSQ9D15;;556036-0793;NO;比亚迪",
        "Kestrel Oy;;;;Finland;x",
    ]
    assert guessed("Supplier;A;B;C;D;E", *rows) == ["name", "lei", "vat", "national", "country", "local_name"]


def test_a_choice_needs_one_legal_name_and_no_field_twice() -> None:
    assert problems([Field.NAME, Field.ADDRESS, Field.ADDRESS, Field.IGNORE, Field.IGNORE]) == []
    assert problems([Field.COUNTRY]) == ["mapping_no_name"]
    assert problems([Field.NAME, Field.LEI, Field.LEI]) == ["mapping_twice"]
    assert problems([Field.NAME, Field.NAME]) == ["mapping_twice"]


def test_every_field_has_a_label() -> None:
    assert set(FIELDS) == set(Field)

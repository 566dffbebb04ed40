"""A row is taken whole, or rejected whole with the cell and the reason."""

import pytest

from portal.registry.identifiers import Identifier
from portal.registry.imports.fields import Field
from portal.registry.imports.reading import read_table
from portal.registry.imports.rows import Rejection, RowFacts, SiteFacts, read_rows
from portal.registry.reasons import sentence
from portal.registry.rules import NameKind

FIELDS = {
    "n": Field.NAME,
    "t": Field.TRADING_NAME,
    "o": Field.FORMER_NAME,
    "l": Field.LOCAL_NAME,
    "c": Field.COUNTRY,
    "lei": Field.LEI,
    "vat": Field.VAT,
    "nat": Field.NATIONAL,
    "s": Field.SITE_NAME,
    "a": Field.ADDRESS,
    "a2": Field.ADDRESS,
    "city": Field.CITY,
    "p": Field.PARENT,
    "x": Field.SECTOR,
    "r": Field.ROLE,
    "os": Field.OS_ID,
    "cid": Field.CID,
}


def read(header: str, *rows: str) -> list[RowFacts | Rejection]:
    table = read_table("\n".join([header, *rows]).encode("utf-8", "surrogatepass"))
    return list(read_rows(table, {i: FIELDS[column.name] for i, column in enumerate(table.columns)}))


def taken(header: str, row: str) -> RowFacts:
    (fact,) = read(header, row)
    assert isinstance(fact, RowFacts), fact
    return fact


def test_everything_that_a_row_can_say() -> None:
    fact = taken(
        "n;t;o;l;c;lei;vat;nat;s;a;a2;city;p;x",
        "Halden  Computing AB;Halden;Datorhuset AB;哈尔登;Sverige;213800KUD8LAJWSQ9D15;556036079301;556036-0793;"
        "Plant 1;Storgatan 1;511 62;Borås;Halden Group AB;Laptops",
    )
    assert fact == RowFacts(
        number=2,
        name="Halden Computing AB",
        norm="halden computing ab",
        core="halden computing",
        form="ab",
        country="SE",
        other_names=(
            (NameKind.FORMER, "Datorhuset AB"),
            (NameKind.TRADING, "Halden"),
            (NameKind.LOCAL, "哈尔登"),
        ),
        identifiers=(
            Identifier("lei", "213800KUD8LAJWSQ9D15"),
            Identifier("vat", "SE556036079301"),
            Identifier("se.orgnr", "5560360793"),
        ),
        site=SiteFacts("Storgatan 1, 511 62", "Plant 1", "Borås", "SE", "Laptops"),
        parent="Halden Group AB",
        parent_cell="M2",
    )


@pytest.mark.parametrize(
    ("header", "row", "cell", "code"),
    [
        ("n;c", ";SE", "A2", "row_name_missing"),
        ("c;n", "SE;!!!", "B2", "name_empty"),
        ("c;n", "SE;Halden\u202e AB", "B2", "text_direction"),
        ("c;n", "SE;Halden\x00AB", "B2", "text_control"),
        ("n;c", "x" * 301 + ";SE", "A2", "text_long"),
        ("n;c", "x" * 100_000 + ";SE", "A2", "text_long"),
        ("n;t", "Halden;\u202e", "B2", "text_direction"),
        ("n;c", "Halden;Atlantis", "B2", "country_unknown"),
        ("n;lei", "Halden;213800KUD8LAJWSQ9D16", "B2", "identifier_checksum"),
        ("n;c;vat", "Halden;SE;DE136695977", "C2", "identifier_checksum"),
        ("n;c;nat", "Halden;SE;556036-0794", "C2", "identifier_checksum"),
        ("n;c;nat", "Halden;SE;811218-9876", "C2", "identifier_person"),
        ("n;nat", "Halden;hello", "B2", "identifier_unknown"),
        ("n;a", "Halden;" + "x" * 501, "B2", "text_long"),
        ("n;a;a2", f"Halden;{'x' * 300};{'y' * 300}", "B2", "text_long"),
        ("n;city", "Halden;\u2066", "B2", "text_direction"),
        ("n;c", "Halden;SE;more", "C2", "row_wide"),
    ],
)
def test_what_cannot_be_taken_says_where_and_why(header: str, row: str, cell: str, code: str) -> None:
    (fact,) = read(header, row)
    assert isinstance(fact, Rejection)
    assert (fact.number, fact.cell, fact.code) == (2, cell, code)
    assert len(fact.name) <= 80
    assert not set("\x00\u202e\u2066") & set(f"{fact.name}{fact.params}")


@pytest.mark.parametrize(
    ("header", "row", "code"),
    [
        ("n;c;nat", "Halden;GB;01234567", "identifier_uncheckable"),
        ("n;nat", "Halden;5560360793", "identifier_ambiguous"),
    ],
)
def test_a_number_that_cannot_be_checked_is_left_out_with_a_remark(header: str, row: str, code: str) -> None:
    fact = taken(header, row)
    assert fact.identifiers == ()
    assert fact.remark
    assert fact.remark[0] == code


@pytest.mark.parametrize(
    ("header", "row", "site"),
    [
        ("n;a", "H;1 Road, Suzhou, China", SiteFacts("1 Road, Suzhou, China", None, None, "CN", None)),
        ("n;a", "H;1 Road, Bombay, USA", SiteFacts("1 Road, Bombay, USA", None, None, "US", None)),
        ("n;c;a", "H;US;1 Road, Atlanta, Georgia", SiteFacts("1 Road, Atlanta, Georgia", None, None, "US", None)),
        ("n;c;a", "H;US;1 Road, San Jose, CA", SiteFacts("1 Road, San Jose, CA", None, None, "US", None)),
        ("n;c;a", "H;US;1 Road, Suzhou, China", SiteFacts("1 Road, Suzhou, China", None, None, "CN", None)),
        ("n;city", "H;Borås", SiteFacts("Borås", None, "Borås", None, None)),
        ("n;s", "H;Plant 2", SiteFacts("Plant 2", "Plant 2", None, None, None)),
        ("n;x", "H;Laptops", None),
    ],
)
def test_sites(header: str, row: str, site: SiteFacts | None) -> None:
    assert taken(header, row).site == site


def test_addresses_are_compared_without_punctuation_and_case() -> None:
    keys = {taken("n;a", f"H;{address}").site for address in ("1 Road, Borås", "1 ROAD  Boras.", "1 road/BORÅS")}
    assert len({site.key for site in keys if site}) == 1


@pytest.mark.parametrize(
    ("cell", "roles"),
    [
        ("Reseller", ["reseller"]),
        ("brand; MANUFACTURER", ["brand", "manufacturer"]),
        ("Brand owner / OEM / brand", ["brand", "manufacturer"]),
        ("Återförsäljare", ["reseller"]),
        ("produsent og forhandler", ["manufacturer", "reseller"]),
        ("fabricant i marca", ["manufacturer", "brand"]),
        ("Smelter/Refiner", ["smelter_group"]),
        ("smelter_group", ["smelter_group"]),
        ("", []),
        (" , ", []),
    ],
)
def test_roles_in_five_languages_each_once(cell: str, roles: list[str]) -> None:
    assert list(taken("n,r".replace(",", "\t"), f"Halden AB\t{cell}").roles) == roles


def test_a_word_that_is_no_role_rejects_the_row_with_what_may_be_written() -> None:
    (fact,) = read("n\tr", "Halden AB\tbrand, sponsor")
    assert isinstance(fact, Rejection)
    assert (fact.cell, fact.code, fact.params) == ("B2", "role_unknown", {"text": "sponsor"})
    assert "Write reseller, brand, manufacturer or smelter group" in sentence(fact.code, fact.params)


@pytest.mark.parametrize("between", ["; ", ",", " | "])
def test_numbers_of_places_stand_one_after_the_other_in_a_cell(between: str) -> None:
    fact = taken("n\tos\tcid", f"Halden\tOS ID: IN-2019067-X1K87-G\tcid 000113{between}CID-001234{between}CID000113")
    assert fact.identifiers == (
        Identifier("os_id", "IN2019067X1K87G"),
        Identifier("cid", "CID000113"),
        Identifier("cid", "CID001234"),
    )


def test_one_wrong_number_of_a_place_rejects_the_row_with_its_cell() -> None:
    (fact,) = read("n\tcid", "Halden\tCID000113; CID12")
    assert isinstance(fact, Rejection)
    assert (fact.cell, fact.code, fact.params["number"]) == ("B2", "identifier_length", "CID12")

"""Numbers: recognised however they are written, checked by their check digits, personal ones refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.registry.identifiers import (
    SCHEMES,
    VAT_COUNTRIES,
    Identifier,
    check,
    check_national,
    detect,
    embedded,
    identify,
    national_schemes,
    pretty,
)
from portal.registry.reasons import Refused


@pytest.mark.parametrize("scheme", tuple(SCHEMES))
def test_each_scheme_takes_its_own_example_and_what_it_writes(scheme: str) -> None:
    found = check(scheme, SCHEMES[scheme].example)
    assert check(scheme, found.value) == found
    assert check(scheme, found.pretty) == found
    assert check(scheme, f"  {found.pretty.lower() if scheme != 'de.hr' else found.pretty} ") == found
    assert found in detect(found.value)


@pytest.mark.parametrize(
    ("text", "country", "value"),
    [
        ("SE 556036-0793 01", None, "SE556036079301"),
        ("556036079301", "SE", "SE556036079301"),
        ("NO 995 525 828 MVA", None, "NO995525828MVA"),
        ("995525828", "NO", "NO995525828MVA"),
        ("CHE-107.787.577 IVA", None, "CHE107787577MWST"),
        ("CHE-107.787.577 TVA", "CH", "CHE107787577MWST"),
        ("GB 980 7806 84", None, "GB980780684"),
        ("GR094259216", None, "EL094259216"),
        ("094259216", "GR", "EL094259216"),
        ("BE 428759497", None, "BE0428759497"),
        ("ATU13585627", None, "ATU13585627"),
        ("ES-B58378431", None, "ESB58378431"),
    ],
)
def test_vat_numbers_have_one_form(text: str, country: str | None, value: str) -> None:
    assert check("vat", text, country) == Identifier("vat", value)


def test_vat_numbers_of_the_union_norway_britain_and_switzerland() -> None:
    assert len(VAT_COUNTRIES) == 27 + 1 + 3  # members, Northern Ireland, and the three
    assert {"SE", "ES", "EL", "XI", "NO", "GB", "CH"} <= VAT_COUNTRIES


@pytest.mark.parametrize(
    ("scheme", "text", "code"),
    [
        ("lei", "213800KUD8LAJWSQ9D16", "identifier_checksum"),
        ("lei", "SE", "identifier_length"),
        ("se.orgnr", "556036-0794", "identifier_checksum"),
        ("se.orgnr", "165560360793", "identifier_length"),
        ("no.orgnr", "98807791A", "identifier_format"),
        ("vat", "556036079301", "vat_country"),
        ("vat", "US123456789", "vat_country"),
        ("vat", "DE136695977", "identifier_checksum"),
        ("cn.uscc", "91110000600037341X", "identifier_checksum"),
        ("lei", "x" * 10_000, "identifier_length"),
        ("xx.none", "1", "identifier_scheme"),
    ],
)
def test_what_is_wrong_is_said_with_the_number_and_a_remedy(scheme: str, text: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        check(scheme, text)
    assert caught.value.code == code
    assert caught.value.message
    if code != "identifier_scheme":
        assert caught.value.remedy
        assert text[:20] in str(caught.value)
        assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("scheme", "text"),
    [("se.orgnr", "811218-9876"), ("vat", "SE811218987601"), ("es.nif", "54362315-K"), ("vat", "ES54362315K")],
)
def test_numbers_of_persons_are_refused_and_not_repeated(scheme: str, text: str) -> None:
    with pytest.raises(Refused) as caught:
        check(scheme, text)
    assert caught.value.code == "identifier_person"
    assert text[-4:] not in f"{caught.value} {caught.value.params}"
    assert all(one.scheme != scheme for one in detect(text))


def test_a_vat_number_brings_the_national_number_in_it() -> None:
    assert detect("SE556036079301") == (Identifier("vat", "SE556036079301"), Identifier("se.orgnr", "5560360793"))
    assert embedded(Identifier("vat", "NO988077917MVA")) == Identifier("no.orgnr", "988077917")
    assert embedded(Identifier("vat", "FR40303265045")) == Identifier("fr.siren", "303265045")
    assert embedded(Identifier("vat", "DE136695976")) is None


def test_the_country_decides_between_numbers_of_one_form() -> None:
    both = {one.scheme for one in detect("5560360793")}
    assert {"se.orgnr", "kr.brn"} <= both
    assert detect("5560360793", "KR")[0].scheme == "kr.brn"
    assert identify("5560360793", "SE") == Identifier("se.orgnr", "5560360793")
    with pytest.raises(Refused, match=r"KR.*SE"):
        identify("5560360793")


def test_national_numbers_by_country() -> None:
    assert national_schemes("PL") == ("pl.nip", "pl.regon")
    assert check_national("192598184", "PL") == Identifier("pl.regon", "192598184")
    with pytest.raises(Refused) as caught:
        check_national("01234567", "GB")
    assert caught.value.code == "identifier_uncheckable"
    with pytest.raises(Refused) as caught:
        check_national("8567346216", "PL")
    assert caught.value.code == "identifier_checksum"


@pytest.mark.parametrize("text", ["Dell", "3M", "", "Plant 2, Suzhou", "=1+1", "x" * 100, "\x00" * 10, "½½½½½½"])
def test_words_are_no_numbers(text: str) -> None:
    assert detect(text) == ()


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_is_not(text: str) -> None:
    for found in detect(text):
        assert check(found.scheme, found.value) == found
        assert check(found.scheme, pretty(found.scheme, found.value)) == found


@pytest.mark.parametrize(
    "text", ["IN2019067X1K87G", "in 2019067 x1k87 g", "IN-2019067-X1K87-G", "OS ID: IN2019067X1K87G"]
)
def test_an_os_id_however_it_is_written(text: str) -> None:
    assert check("os_id", text) == Identifier("os_id", "IN2019067X1K87G")


@pytest.mark.parametrize("text", ["CID000113", "cid 000113", "CID-000113", " Cid000113 "])
def test_a_cid_however_it_is_written(text: str) -> None:
    assert check("cid", text) == Identifier("cid", "CID000113")
    assert identify(text) == Identifier("cid", "CID000113")


@pytest.mark.parametrize(
    ("scheme", "text", "says"),
    [
        ("os_id", "IN2019067X1K87F", "wrong check digit"),
        ("os_id", "IN2019067X1K78G", None),  # the sum does not see two that changed places: so it was made
        ("os_id", "IN2019067X1K8", "too few or too many characters. A right one looks like IN2019067X1K87G."),
        ("os_id", "I12019067X1K87G", "is not written as one"),
        ("os_id", "IN2019067X1U87G", "is not written as one"),  # U is no character of base 32
        ("os_id", "IN2019400X1K87G", "a part of it does not exist"),
        ("os_id", "IN1019067X1K87G", "a part of it does not exist"),
        ("cid", "CID00113", "too few or too many characters. A right one looks like CID000113."),
        ("cid", "000113", "is not written as one"),
        ("cid", "CID00011A", "is not written as one"),
    ],
)
def test_a_wrong_number_of_a_place_says_what_is_wrong(scheme: str, text: str, says: str | None) -> None:
    if says is None:
        assert check(scheme, text).value == text
        return
    with pytest.raises(Refused, match=says):
        check(scheme, text)


def test_six_digits_alone_are_no_cid() -> None:
    """They may be anything; only look-up tries them as one."""
    assert all(one.scheme != "cid" for one in detect("000113"))

"""What decides whether two companies are one: numbers, else name and country and address; never a name alone."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.registry.identifiers import Identifier
from portal.registry.matching.compare import CONTRADICTED, compare
from portal.registry.matching.name_score import name_score
from portal.registry.matching.profile import Decision, Name, Profile
from portal.registry.matching.texts import EVIDENCE, all_in_words
from portal.registry.rules import NameKind

LEI = Identifier("lei", "529900T8BM49AURSDO55")
OTHER_LEI = Identifier("lei", "549300TRUWO2CD2G5692")
ORGNR = Identifier("se.orgnr", "5560360793")
OTHER_ORGNR = Identifier("se.orgnr", "5561037010")
VAT = Identifier("vat", "SE556036079301")
OTHER_VAT = Identifier("vat", "SE556103701001")
ADDRESS = "Storgatan 12, 111 22 Stockholm"

PARTS = ("Nordlys", "Nordlyss", "Halden", "haldén", "Components", "Fund", "II", "2", "AB", "Oy", "&", "S", "A", "of")
WORDS = st.lists(st.sampled_from(PARTS) | st.text(max_size=8), min_size=1, max_size=5).map(" ".join)
NUMBERS = st.frozensets(st.sampled_from([LEI, OTHER_LEI, ORGNR, OTHER_ORGNR, VAT, OTHER_VAT]), max_size=3)
KEYS = st.none() | st.sampled_from([UUID(int=1), UUID(int=2)])
PLACES = st.lists(st.sampled_from([ADDRESS, "Stockholm", "Oslo", "Industriveien 4 Oslo", ""]), max_size=2).map(tuple)
COMPANIES = st.builds(
    Profile,
    names=st.lists(st.builds(Name, WORDS, st.sampled_from(NameKind)), min_size=1, max_size=3).map(tuple),
    identifiers=NUMBERS,
    country=st.sampled_from([None, "SE", "NO"]),
    addresses=PLACES,
    cities=PLACES,
    key=KEYS,
    parent=KEYS,
)


def company(name: str, *identifiers: Identifier, **more: object) -> Profile:
    return Profile((Name(name),), frozenset(identifiers), **more)  # type: ignore[arg-type]


def codes(one: Profile, other: Profile) -> set[str]:
    return {found.code for found in compare(one, other).evidence}


@given(COMPANIES, COMPANIES)
def test_compare_is_symmetric(one: Profile, other: Profile) -> None:
    there, back = compare(one, other), compare(other, one)
    assert (there.score, there.decision) == (back.score, back.decision)
    assert {found.code for found in there.evidence} == {found.code for found in back.evidence}
    assert 0 <= there.score <= 1
    assert all(found.code in EVIDENCE for found in there.evidence)


@given(WORDS, WORDS, st.sampled_from([None, "SE"]), PLACES)
def test_a_name_alone_is_never_the_same(one: str, other: str, country: str | None, cities: tuple[str, ...]) -> None:
    for name in (one, other):
        verdict = compare(company(one, country=country, cities=cities), company(name, country=country, cities=cities))
        assert verdict.decision is not Decision.SAME


@given(COMPANIES, COMPANIES)
def test_the_same_takes_a_number_or_name_country_and_address(one: Profile, other: Profile) -> None:
    if compare(one, other).decision is Decision.SAME and not one.identifiers & other.identifiers:
        assert one.country == other.country is not None
        assert ADDRESS in {*one.addresses} & {*other.addresses} or "Industriveien 4 Oslo" in one.addresses
        assert name_score(one.names[0].text, other.names[0].text) == 1 or len(one.names) + len(other.names) > 2


@given(WORDS.filter(lambda name: any(ch.isascii() and ch.isalnum() for ch in name)))
def test_a_name_is_as_like_as_can_be_to_itself(name: str) -> None:
    assert name_score(name, name) == 1
    assert name_score(name, name.upper()) <= 1


@pytest.mark.parametrize("number", [LEI, ORGNR, VAT])
def test_the_same_number_is_the_same_company(number: Identifier) -> None:
    verdict = compare(company("Nordlys AB", number), company("Haldenberg GmbH", number))
    assert (verdict.score, verdict.decision) == (1, Decision.SAME)
    assert verdict.evidence[0].code == "same_number"
    assert verdict.reasons_for[0].params["number"].endswith(number.pretty)


@pytest.mark.parametrize(("mine", "theirs"), [(LEI, OTHER_LEI), (ORGNR, OTHER_ORGNR)])
def test_other_numbers_of_one_kind_are_other_companies(mine: Identifier, theirs: Identifier) -> None:
    one = company("Nordlys AB", mine, country="SE", addresses=(ADDRESS,))
    verdict = compare(one, company("Nordlys AB", theirs, country="SE", addresses=(ADDRESS,)))
    assert (verdict.score, verdict.decision) == (CONTRADICTED, Decision.DIFFERENT)
    assert verdict.reasons_against[0].code == "other_number"


def test_numbers_that_contradict_each_other_are_for_a_person() -> None:
    verdict = compare(company("Nordlys AB", LEI, ORGNR), company("Nordlys AB", LEI, OTHER_ORGNR))
    assert verdict.decision is Decision.REVIEW
    assert {"same_number", "other_number"} <= {found.code for found in verdict.evidence}


def test_another_vat_number_hinders_but_does_not_decide() -> None:
    verdict = compare(company("Nordlys Components AB", VAT), company("Nordlys Components AB", OTHER_VAT))
    assert verdict.decision is Decision.REVIEW
    assert verdict.score < 1


def test_name_country_and_address_are_the_same_company() -> None:
    here = {"country": "SE", "addresses": (ADDRESS,)}
    assert compare(company("Nordlys AB", **here), company("NORDLYS AB", **here)).decision is Decision.SAME
    assert compare(company("Nordlys AB", **here), company("Nordlys Oy", **here)).decision is not Decision.SAME
    assert compare(company("Nordlys AB", **here), company("Nordlis AB", **here)).decision is not Decision.SAME
    assert compare(company("Nordlys AB", **here), company("Nordlys AB", country="SE")).decision is Decision.REVIEW
    city = {"country": "SE", "addresses": ("Stockholm",)}
    assert compare(company("Nordlys AB", **city), company("Nordlys AB", **city)).decision is Decision.REVIEW


def test_a_former_name_at_the_same_address_may_have_a_new_owner() -> None:
    here = {"country": "SE", "addresses": (ADDRESS,)}
    renamed = Profile((Name("Sundvik AB"), Name("Nordlys AB", NameKind.FORMER)), **here)  # type: ignore[arg-type]
    verdict = compare(renamed, company("Nordlys AB", **here))
    assert verdict.decision is Decision.REVIEW
    assert "other_name" in {found.code for found in verdict.evidence}


def test_a_parent_is_another_company() -> None:
    parent = company("Nordlys AB", key=UUID(int=1))
    child = company("Nordlys AB", key=UUID(int=2), parent=UUID(int=1))
    assert compare(child, parent).decision is Decision.DIFFERENT
    assert "parent" in codes(child, parent)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Nordlys AB", "Nordlys Oy", {"same_core", "form_differs"}),
        ("Nordlys AB", "Nordlys", {"same_core", "form_missing"}),
        ("Nordlys Plant 2 AB", "Nordlys Plant 3 AB", {"similar_name", "number_in_name"}),
        ("Nordlys Invest II", "Nordlys Invest", {"similar_name", "number_in_one_name"}),
        ("Nordlys Components AB", "Nordlis Components AB", {"slip_apart"}),
        ("Nordlys Components AB", "Components Nordlys AB", {"same_words_moved"}),
        ("Nord Lys AB", "Nordlys AB", {"same_letters"}),
        ("Nordlys Components AB", "Nordlys Comp AB", {"abbreviated"}),
        ("Nordlys Components AB", "Nordlys Bryggeri AB", {"similar_name", "words_differ"}),
        ("Nordlys Halden AB", "Nordlys AB", {"similar_name", "words_missing"}),
    ],
)
def test_reasons_of_names(one: str, other: str, expected: set[str]) -> None:
    assert codes(company(one), company(other)) == expected


def test_reasons_of_places() -> None:
    one = company("Nordlys AB", country="SE", cities=("Malmö",))
    assert {"country_differs", "city_differs"} <= codes(one, company("Nordlys AS", country="NO", cities=("Oslo",)))
    assert {"same_country", "same_city"} <= codes(one, company("Nordlys AB", country="SE", cities=("MALMO",)))


def test_places_move_the_score() -> None:
    alone = compare(company("Nordlys Components AB"), company("Nordlis Components AB")).score
    places = [{"country": "SE", "cities": ("Malmö",)}, {"country": "NO", "cities": ("Oslo",)}]
    same = compare(*(company(name, **places[0]) for name in ("Nordlys Components AB", "Nordlis Components AB"))).score
    pair = zip(("Nordlys Components AB", "Nordlis Components AB"), places, strict=True)
    apart = compare(*(company(name, **place) for name, place in pair)).score
    assert apart < alone < same


def test_reasons_are_told_in_words(app) -> None:
    with app.test_request_context():
        verdict = compare(company("Nordlys 2 AB", country="SE"), company("Nordlys 3 Oy", country="SE"))
        assert all_in_words(verdict.reasons_against) == [
            "A number in the name differs: 2, 3",
            "Legal form differs: AB, Oy",
        ]


def test_every_code_that_is_used_has_a_sentence() -> None:
    folder = Path(__file__).parents[4] / "portal" / "registry" / "matching"
    used: set[str] = set()
    for file in ("compare.py", "name_reasons.py"):
        text = (folder / file).read_text(encoding="utf-8")
        used |= set(re.findall(r'Evidence\(\s*"(\w+)"', text)) | set(re.findall(r'return "(\w+)"', text))
    used |= {"same_name", "same_core"}
    assert used == set(EVIDENCE)

"""Who resembles a listed party, and who does not: by name, number and country, with the reasons."""

from pathlib import Path

import pytest

from portal.registry.countries import country_code
from portal.sanctions.reading import eu_regulations
from portal.sanctions.resemblance import THRESHOLD, Listed, Resemblance, Screen, Subject

PARTIES = (
    Listed("refinery", (("Kalvik Gold Refinery", "name"), ("Raffinerie d’or de Kalvik", "alias")), (), ("RW",)),
    Listed("trust", (("Elvdal Mining Trust JSC", "name"), ("EMT", "weak")), ("5560360793",), ("SE",)),
    Listed("vostok", (("Vostok JSC", "name"),), (), ("RU",)),
    Listed("bank", (("Novikomsbank", "name"),), (), ("RU",)),
    Listed("lei", (("Skog Holding", "name"),), ("529900T8BM49AURSDO55",), ()),
)


@pytest.fixture(scope="module")
def screen() -> Screen:
    return Screen(PARTIES)


def found(screen: Screen, *names: str, country: str | None = None, **values) -> dict[str, Resemblance]:
    return {str(one.key): one for one in screen.resembling(Subject(names, country, **values))}


def codes(one: Resemblance, *, supports: bool) -> list[str]:
    return [each.code for each in one.evidence if each.supports is supports]


def test_the_same_name_with_a_legal_form_is_found_with_its_reasons(screen: Screen) -> None:
    one = found(screen, "Kalvik Gold Refinery Ltd", country="RW")["refinery"]
    assert codes(one, supports=True) == ["same_core", "same_country"]
    assert codes(one, supports=False) == ["form_missing"]
    assert THRESHOLD <= one.score < 1


def test_a_country_moves_the_score_both_ways(screen: Screen) -> None:
    at_home, unknown, abroad = (
        Screen(PARTIES).resembling(Subject(("Kalvik Gold Refineries",), country), 0.0)[0].score
        for country in ("RW", None, "NO")
    )
    assert at_home > unknown > abroad
    assert codes(found(screen, "Kalvik Gold Refinery", country="NO")["refinery"], supports=False) == ["country_differs"]


@pytest.mark.parametrize(
    "name", ["KALVIK GOLD REFINERY", "Kalvik Gold Refinrey", "Gold Refinery Kalvik", "KalvikGold Refinery"]
)
def test_slips_order_and_spaces_are_got_over(screen: Screen, name: str) -> None:
    assert "refinery" in found(screen, name, country="RW")


@pytest.mark.parametrize("name", ["Kalvik Software", "Dal Gold Refinery", "", "!!!", "Refinery"])
def test_a_part_of_a_name_is_not_enough(screen: Screen, name: str) -> None:
    assert found(screen, name, country="RW") == {}


@pytest.mark.parametrize(
    ("name", "country", "expected"),
    [
        ("Vostok", "RU", {"vostok"}),
        ("Vostok JSC", "RU", {"vostok"}),
        ("Vostok LLC", "RU", set()),
        ("Vostok", "NO", set()),
        ("Vostok", None, set()),
        ("Vostoc", "RU", set()),
        ("Novikombank", "RU", {"bank"}),
        ("EMT", "SE", {"trust"}),
        ("EMT", "DE", set()),
        ("EMT", None, set()),
    ],
)
def test_one_word_and_a_weak_alias_need_the_country_and_all_letters(
    screen: Screen, name: str, country: str | None, expected: set[str]
) -> None:
    assert set(found(screen, name, country=country)) == expected


def test_a_number_finds_whatever_the_name_but_only_in_its_country(screen: Screen) -> None:
    one = found(screen, "Quite Another AB", country="SE", numbers=(("se.orgnr", "5560360793"),))["trust"]
    assert (one.score, one.evidence[0].code) == (1.0, "same_number")
    assert found(screen, "Quite Another AS", country="NO", numbers=(("no.orgnr", "5560360793"),)) == {}
    assert set(found(screen, "X Y", numbers=(("lei", "529900T8BM49AURSDO55"),))) == {"lei"}
    assert found(screen, "X Y", numbers=(("lei", "529900T8BM49AURSDO56"),)) == {}


def test_each_party_is_named_once_by_its_best_name(screen: Screen) -> None:
    names = ("Kalvik Gold Refinery", "Raffinerie d’or de Kalvik")
    assert [one.key for one in screen.resembling(Subject(names, "RW"))] == ["refinery"]


def test_the_real_refinery_is_found_with_its_reason(shared_data: Path) -> None:
    """CID005006 of the smelter look-up, under an EU asset freeze since 17 March 2025."""
    parties = eu_regulations.read((shared_data / "sanctions" / "32005R1183.csv").read_bytes()).parties.values()
    real = Screen(Listed(one.ref, one.names, one.numbers, one.countries) for one in parties)
    (one,) = real.resembling(Subject(("Gasabo Gold Refinery Ltd",), country_code("RWANDA")))
    assert one.listed_name == "Gasabo Gold Refinery"
    assert codes(one, supports=True) == ["same_core", "same_country"]
    assert next(str(party.listed_on) for party in parties if party.ref == one.key) == "2025-03-17"

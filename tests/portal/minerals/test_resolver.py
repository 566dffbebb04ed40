"""Which smelter a row means, on invented lists."""

import pytest

from portal.minerals.matching.lists import ListedName, SmelterLists
from portal.minerals.matching.resolver import Method, Outcome, resolve
from portal.minerals.matching.texts import all_in_words
from portal.minerals.spelling import name_key


def listed(metal: str, name: str, cid: str, standard: str | None = None, **more) -> ListedName:
    return ListedName(metal, name, cid, standard or name, **more)


ROWS = [
    listed("Gold", "Nordgull AG", "CID900001", country="NORWAY", city="Drammen"),
    listed("Gold", "Nordgull Raffineri", "CID900001", "Nordgull AG", country="NORWAY", city="Drammen"),
    listed("Gold", "Kvarnsved Rönnmetall", "CID900002", country="SWEDEN", city="Borlänge"),
    listed("Gold", "Altiplano Oro (Plant One)", "CID900003", country="PERU", city="Puno"),
    listed("Gold", "Altiplano Oro (Plant Two)", "CID900004", country="PERU", city="Tacna"),
    listed("Gold", "Twin Name Refining", "CID900005", country="JAPAN", city="Osaka"),
    listed("Gold", "Twin Name Refining", "CID900006", country="JAPAN", city="Kobe"),
    listed("Gold", "Jadeholt Refinery - Glenmoor Corporation", "CID900007", country="CANADA", city="Montréal"),
    listed("Gold", "Shenfeng Gold Smelting Co., Ltd.", "CID900008", country="CHINA", city="Laizhou"),
    listed("Gold", "Orewell Starkvik Ltd.", "CID900009", country="JAPAN", city="Mito"),
    listed("Gold", "Tantorius (Shanwei) Ltd.", "CID900010", country="CHINA", city="Shanwei"),
    listed("Gold", "Precious Metals International", "CID900012", country="CHINA", city="Hongwan"),
    listed("Tin", "Nordgull AG", "CID900011", country="NORWAY", city="Drammen"),
]
LISTS = SmelterLists.of(ROWS)


def gold(name: str | None, **more):
    return resolve(LISTS, "Gold", name, **more)


def test_an_id_with_its_metal_comes_before_the_name():
    found = gold("Kvarnsved Rönnmetall", facility_id=" cid900001 ")
    assert (found.outcome, found.method, found.confidence) == (Outcome.RESOLVED, Method.ID, 100)
    assert found.smelter
    assert found.smelter.facility_id == "CID900001"


def test_an_id_of_another_metal_is_not_mended_by_the_name():
    found = gold("Nordgull AG", facility_id="CID900011")
    assert (found.outcome, found.smelter) == (Outcome.AMBIGUOUS, None)
    assert [each.smelter.facility_id for each in found.suggestions] == ["CID900001"]


def test_four_ways_of_not_knowing_stay_apart():
    assert gold("Smelter Not Yet Identified").outcome is Outcome.NOT_IDENTIFIED
    assert gold("Smelter not listed").outcome is Outcome.NOT_LISTED
    assert gold("Zzyzx Quorum", not_listed=True).outcome is Outcome.NOT_LISTED
    assert gold("Zzyzx Quorum", facility_id="CID999999").outcome is Outcome.UNKNOWN_ID
    assert gold("Zzyzx Quorum").outcome is Outcome.NO_MATCH


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("nordgull  ag", Method.NAME),
        ("Nordgull Raffineri", Method.NAME),
        ("Kvarnsved Ronnmetall", Method.SPELLING),
        ("KVARNSVED-RÖNNMETALL", Method.SPELLING),
        ("Nordgull AG, Drammen", Method.TOLERANT),  # its own place
        ("Nordgull", Method.TOLERANT),  # no legal form
        ("Glenmoor Corporation - Jadeholt Refinery", Method.TOLERANT),  # another order
        ("Jadeholt Smelter, Glenmoor Corporation", Method.TOLERANT),  # its trade in another word
    ],
)
def test_resolved_by(name, method):
    found = gold(name)
    assert (found.outcome, found.method) == (Outcome.RESOLVED, method)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Altiplano Oro", "fits_others"),  # which of the two plants
        ("Orewell Starkvik GmbH", "form_differs"),
        ("Tantorius (Laizhou) Ltd.", "other_place"),
        ("International Precious Metals Trading", "too_general"),
    ],
)
def test_what_forbids_to_rest_on_a_likeness_is_said(name, why):
    found = gold(name)
    assert found.outcome is Outcome.AMBIGUOUS
    assert found.smelter is None
    assert why in [each.code for each in found.suggestions[0].evidence if not each.supports]


def test_general_words_alone_are_no_likeness():
    assert gold("Gold Smelting Co., Ltd.").smelter is None
    assert gold("China Gold Refinery").smelter is None


def test_one_name_of_two_facilities_is_left_to_a_person():
    found = gold("Twin Name Refining")
    assert found.outcome is Outcome.AMBIGUOUS
    assert [(each.smelter.facility_id, each.confidence) for each in found.suggestions] == [
        ("CID900005", 50),
        ("CID900006", 50),
    ]


def test_another_country_speaks_against_a_tolerant_match_only():
    assert gold("Nordgull AG, Drammen", country="Norway").outcome is Outcome.RESOLVED
    assert gold("Nordgull AG, Drammen", country="Peru").outcome is Outcome.AMBIGUOUS
    assert gold("Nordgull AG", country="Peru").outcome is Outcome.RESOLVED


def test_the_metal_decides_and_without_one_nothing_is_resolved():
    tin = resolve(LISTS, "tin", "Nordgull AG").smelter
    assert tin
    assert tin.facility_id == "CID900011"
    assert resolve(LISTS, None, "Nordgull AG").outcome is Outcome.NO_MATCH
    assert resolve(LISTS, "Cobalt", "Nordgull AG").outcome is Outcome.NO_MATCH


def test_an_accepted_name_comes_before_the_lists():
    lists = SmelterLists.of([*ROWS, ROWS[0]._replace(name="Twin Name Refining", accepted=True)])
    found = resolve(lists, "Gold", "twin name refining")
    assert (found.method, found.smelter and found.smelter.facility_id) == (Method.ACCEPTED, "CID900001")


def test_an_accepted_name_alone_is_no_pattern_for_others():
    lists = SmelterLists.of([*ROWS, ROWS[0]._replace(name="Zzyzx Quorum AG", accepted=True)])
    assert resolve(lists, "Gold", "Zzyzx Quorum").outcome is Outcome.NO_MATCH


@pytest.mark.parametrize("name", ["", "   ", "—", "?", "#N/A", "x" * 5000, "Ω" * 300, "\u202e\u0000"])
def test_any_text_can_be_asked(name):
    assert gold(name).smelter is None


def test_empty_lists():
    assert resolve(SmelterLists.of([]), "Gold", "Nordgull AG").outcome is Outcome.NO_MATCH
    assert resolve(SmelterLists.of([]), "Gold", None, facility_id="CID900001").outcome is Outcome.UNKNOWN_ID


def test_every_reason_has_its_sentence(app):
    with app.test_request_context():
        for name in ("Altiplano Oro", "Tantorius (Laizhou) Ltd.", "Nordgull AG, Drammen", "Twin Name Refining"):
            for each in gold(name).suggestions:
                assert all(sentence and "%(" not in sentence for sentence in all_in_words(each.evidence))


def test_the_key_of_a_name():
    assert name_key("  Xi’en\u200b  NEW ") == name_key("xi'en new")
    assert name_key("Å") != name_key("A")

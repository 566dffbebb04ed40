"""The places of a declaration beside the lists of areas of then and now."""

from datetime import date
from typing import Any

from portal import db
from portal.cahra.rules import Area, CahraList, Listing
from portal.declarations.areas import Row, answers_of, places_of, wholly_listed
from portal.declarations.models import Declaration, SmelterLine
from tests.factories.cahra import PLACES, document, read_areas
from tests.factories.declarations import make_declaration

OLD = CahraList(date(2025, 6, 30), {"CD": [Area("CD", "CD-NK", "North Kivu")]})
NEW = CahraList(date(2026, 6, 28), {"CD": [Area("CD", "CD-NK", "North Kivu")], "ZW": [Area("ZW", "ZW", "Zimbabwe")]})


def test_mines_and_smelters_are_matched_with_both_lists() -> None:
    rows = [
        Row("tin", country="ZIMBABWE"),
        Row("gold", country="Zimbabwe"),
        Row("tin", mine="Bisie, North Kivu", mine_country="DR Congo", country="Sweden"),
        Row("tin", mine="Kamituga", mine_country="Congo, Democratic Republic of the"),
        Row("tin", mine_country="various"),
        Row(),
    ]
    places = places_of(rows, OLD, NEW)
    assert [
        (place.kind, place.country, place.region, place.rows, place.then.listing, place.today.listing)
        for place in places
    ] == [
        ("mine", "CD", None, 1, Listing.IN_PART, Listing.IN_PART),
        ("mine", "CD", "CD-NK", 1, Listing.LISTED, Listing.LISTED),
        ("smelter", "ZW", None, 2, Listing.NOT_LISTED, Listing.LISTED),
        ("mine", None, None, 1, Listing.UNKNOWN_PLACE, Listing.UNKNOWN_PLACE),
        ("smelter", "SE", None, 1, Listing.NOT_LISTED, Listing.NOT_LISTED),
    ]
    assert [place.flagged for place in places] == [True, True, True, False, False]
    assert places[2].metals == ("gold", "tin")


def test_without_a_list_of_the_day_nothing_is_called_unlisted() -> None:
    (place,) = places_of([Row("tin", country="Sweden")], None, NEW)
    assert (place.then.listing, place.today.listing) == (Listing.NO_LIST, Listing.NOT_LISTED)
    (place,) = places_of([Row("tin", mine_country="Zimbabwe")], None, None)
    assert (place.then.listing, place.flagged) == (Listing.NO_LIST, False)


def test_a_country_is_wholly_listed_or_its_name_says_nothing() -> None:
    texts = {"ZIMBABWE", "DR Congo", "Sweden", "various"}
    assert wholly_listed(texts, NEW) == {"ZIMBABWE": "Zimbabwe"}
    assert wholly_listed(texts, OLD) == wholly_listed(texts, None) == {}


def test_an_answer_of_no_beside_a_mine_in_a_listed_area() -> None:
    places = places_of(
        [Row("tin", mine="North Kivu", mine_country="DRC"), Row("gold", mine_country="Sweden")], NEW, NEW
    )
    answers: list[dict[str, Any]] = [
        {"question": "Q4", "mineral": "Tin", "answer": "No"},
        {"question": "Q4", "mineral": "Gold", "answer": "No"},
        {"question": "Q4", "mineral": "Tungsten", "answer": None},
        {"question": "Q3", "mineral": "Tin", "answer": "No"},
    ]
    found = answers_of("CMRT", answers, places)
    assert [(one.mineral, one.contradicts) for one in found] == [("Tin", True), ("Gold", False)]
    assert [one.mineral for one in answers_of("EMRT", answers, places)] == ["Tin"]
    assert answers_of("AMRT", answers, places) == []


def test_the_page_shows_places_on_the_day_and_today(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        read_areas(document(), date(2025, 6, 30))
        read_areas(document({**PLACES, "ZW": None}), date(2026, 6, 28))
        declaration = make_declaration(
            owner_id=authority_ids["oslo"],
            effective_date=date(2025, 12, 31),
            answers=[{"question": "Q4", "mineral": "Tin", "answer": "No", "comment": None, "cell": "D44"}],
        )
        places = [("Zimbabwe", None, None), ("Sweden", "Bisie, Nord-Kivu", "DR Congo")]
        db.session.add_all(
            SmelterLine(
                declaration_id=declaration.id,
                row=5 + number,
                metal="tin",
                declared_country=country,
                mine=mine,
                mine_country=mine_country,
                status="unresolved",
            )
            for number, (country, mine, mine_country) in enumerate(places)
        )
    page = client_for("oslo-officer").get(f"/declarations/{declaration.id}").text
    assert "Not on the CAHRA list" in page
    assert "CD-NK" in page
    assert "the answer and the mines do not fit" in page
    assert "indicative and not exhaustive" in page


def test_the_page_says_when_no_list_was_read(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        declaration = make_declaration(owner_id=authority_ids["oslo"], smelters=(("CID000001", "tin"),))
    client = client_for("oslo-officer")
    assert "No list of areas was read yet" in client.get(f"/declarations/{declaration.id}").text
    acting("system")
    with db.transaction():
        read_areas(document(), date(2026, 10, 1))  # after the effective date
        for line in db.session.get_one(Declaration, declaration.id).lines:
            line.listed_country = "SWEDEN"
    page = client.get(f"/declarations/{declaration.id}").text
    assert "No list of the effective date is known" in page
    assert "is on today’s list" in page
    assert "neither on its effective date" not in page
    assert "1 other place" in page

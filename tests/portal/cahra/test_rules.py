"""What the list of a day says of a place."""

from datetime import date

import pytest

from portal.cahra.places import named_in, subdivision_code, top_subdivisions
from portal.cahra.rules import Area, CahraList, Listing, match_on

LIST = CahraList(
    date(2026, 6, 28),
    {
        "BI": [Area("BI", "BI", "Burundi")],
        "CO": [Area("CO", "CO-CHO", "Chocó", True, False)],
        "SS": [Area("SS", code, code) for code in sorted(top_subdivisions("SS"))],
        "CD": [Area("CD", "CD-NK", "North Kivu", True, True)],
    },
)


@pytest.mark.parametrize(
    ("country", "region", "expected", "codes"),
    [
        ("BI", None, Listing.LISTED, ["BI"]),
        ("BI", "BI-BM", Listing.LISTED, ["BI"]),
        ("CO", None, Listing.IN_PART, ["CO-CHO"]),
        ("CO", "CO-CHO", Listing.LISTED, ["CO-CHO"]),
        ("CO", "CO-AMA", Listing.NOT_LISTED, []),
        ("SE", None, Listing.NOT_LISTED, []),
        (None, None, Listing.UNKNOWN_PLACE, []),
        ("SS", "SS-EC", Listing.LISTED, ["SS-EC"]),
    ],
)
def test_a_place_on_the_list(country: str | None, region: str | None, expected: Listing, codes: list[str]) -> None:
    found = LIST.match(country, region)
    assert (found.listing, [area.code for area in found.areas]) == (expected, codes)


def test_a_country_all_of_whose_regions_are_listed_is_listed_wherever_in_it() -> None:
    assert LIST.match("SS").listing is Listing.LISTED
    fewer = CahraList(LIST.valid_from, {"SS": LIST.areas["SS"][1:]})
    assert fewer.match("SS").listing is Listing.IN_PART


def test_no_list_of_the_day_is_not_the_same_as_not_on_it() -> None:
    assert match_on(None, "SE").listing is Listing.NO_LIST
    assert match_on(None, None).listing is Listing.NO_LIST
    assert match_on(LIST, "SE").listing is Listing.NOT_LISTED


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Bisie mine, Nord-Kivu", "CD-NK"),
        ("Rubaya (North Kivu)", "CD-NK"),  # the list's own name, in English
        ("Kasaï Central", "CD-KC"),  # and not Kasaï, which stands inside it
        ("Nord-Kivu and Sud-Kivu", None),
        ("undisclosed", None),
        (None, None),
    ],
)
def test_a_region_is_read_from_the_words_about_a_mine(text: str | None, region: str | None) -> None:
    assert LIST.region_in("CD", text) == region


def test_regions_by_code_or_exact_name_only() -> None:
    assert subdivision_code("CD", "cd-nk") == "CD-NK"
    assert subdivision_code("CD", "Nord-Kivu") == "CD-NK"
    assert subdivision_code("CO", "CD-NK") is None
    assert subdivision_code("CD", "Kivu") is None
    assert named_in("NG", "Nigeria", ()) is None

"""The map: every country has its place, and what is drawn says what the list says."""

import re
from datetime import date

import pycountry

from portal import db
from portal.cahra.rules import Listing
from portal.cahra.world import picture, world
from portal.declarations.where import smelters_by_country
from portal.minerals.models import PinchPoint
from tests.factories.cahra import document, read_areas
from tests.factories.declarations import make_declaration
from tests.portal.cahra.test_rules import LIST


def test_every_country_of_iso_has_its_place() -> None:
    base = world()
    codes = {country.alpha_2 for country in pycountry.countries}
    # Natural Earth draws these with the country that they belong to, or not at all.
    missing = codes - base.shapes.keys()
    assert missing <= {"AQ", "BQ", "BV", "CC", "CX", "GF", "GI", "GP", "MQ", "RE", "SJ", "TK", "TV", "UM", "YT"}
    for shape in base.shapes.values():
        assert 0 <= shape.x <= base.width
        assert 0 <= shape.y <= base.height
        assert re.fullmatch(r"(M\d+,\d+l[-\d, ]+z)*", shape.path)


def test_places_are_where_they_are() -> None:
    shapes = world().shapes
    assert shapes["SE"].y < shapes["CD"].y < shapes["ZA"].y
    assert shapes["US"].x < shapes["GB"].x < shapes["CN"].x < shapes["AU"].x
    assert shapes["AU"].y > shapes["ID"].y  # the continent, not its islands
    assert abs(shapes["GA"].x - world().width / 2) < 40  # close to the prime meridian


def test_no_outline_runs_across_the_picture() -> None:
    for shape in world().shapes.values():
        steps = [
            abs(int(step.split(",")[0])) for step in re.findall(r"-?\d+,-?\d+", re.sub(r"M[-\d,]+l", "", shape.path))
        ]
        assert max(steps, default=0) < 150, shape.code  # Russia and Fiji lie on both sides of the 180th meridian


def test_lands_are_marked_and_dots_grow_with_the_numbers() -> None:
    drawn = picture(LIST, {"SE": 1, "CN": 100, "XX": 3, "BI": 0})
    listings = {land.shape.code: land.listing for land in drawn.lands}
    assert (listings["BI"], listings["CO"], listings["SE"]) == (Listing.LISTED, Listing.IN_PART, Listing.NOT_LISTED)
    assert [(dot.shape.code, dot.count) for dot in drawn.dots] == [("CN", 100), ("SE", 1)]
    assert drawn.dots[0].radius > drawn.dots[1].radius
    assert {land.listing for land in picture(None).lands} == {None}


def test_only_declarations_that_an_actor_sees_put_smelters_on_the_map(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        read_areas(document(), db.now().date())
        for number, country in (("1", "VENEZUELA"), ("2", "Sweden")):
            db.session.add(PinchPoint(facility_id=f"CID00000{number}", metal="tin", name="A", country=country))
        make_declaration(
            owner_id=authority_ids["oslo"],
            smelters=(("CID000001", "tin"), ("CID000002", "tin"), ("CID000003", "tin")),
        )
    _known, rows = smelters_by_country(acting("oslo-officer"))
    assert [(row.country, row.smelters, row.match.listing) for row in rows] == [
        ("SE", 1, Listing.NOT_LISTED),
        ("VE", 1, Listing.LISTED),
        (None, 1, Listing.UNKNOWN_PLACE),
    ]
    assert smelters_by_country(acting("stavanger-officer"))[1] == []
    answer = client_for("oslo-officer").get("/declarations/map")
    assert len(answer.data) < 200_000
    assert 'role="img"' in answer.text
    assert "<script>" not in answer.text
    assert re.search(r"<title>Venezuela: on the list</title>", answer.text)
    assert re.search(r"<title>Sweden: 1 smelter</title>", answer.text)
    assert "Venezuela" in client_for("oslo-officer").get("/areas").text
    assert "VE,1,tin,listed" in client_for("oslo-officer").get("/declarations/map.csv").text
    assert "No smelter is known yet" in client_for("stavanger-officer").get("/declarations/map").text


def test_an_older_declaration_of_a_supplier_puts_nothing_on_the_map(acting, authority_ids) -> None:
    actor = acting("oslo-officer")
    with db.transaction():
        new = make_declaration(owner_id=authority_ids["oslo"], smelters=(("CID000001", "tin"),))
        make_declaration(
            owner_id=authority_ids["oslo"],
            supplier_id=new.supplier_id,
            effective_date=date(2024, 1, 1),
            smelters=(("CID000009", "tin"), ("CID000008", "tin")),
        )
    assert sum(row.smelters for row in smelters_by_country(actor)[1]) == 1

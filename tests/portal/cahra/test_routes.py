"""The page of areas, and the page of its runs."""

import csv
import io
from datetime import date

from portal import db
from portal.cahra.reading import read_areas as parse
from tests.factories.cahra import PLACES, document, read_areas


def test_the_list_of_a_day_with_its_limits(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        read_areas(document(), date(2025, 6, 30))
        read_areas(document({**PLACES, "ZW": None}), date(2026, 6, 28))
    client = client_for("oslo-officer")
    page = client.get("/areas").text
    assert "Zimbabwe" in page
    assert "indicative and not exhaustive" in page
    assert "What this does not prove" in page
    assert "Zimbabwe" not in client.get("/areas?on=2026-01-31").text
    assert "No list of that day is known" in client.get("/areas?on=31.12.2024").text
    found = client.get("/areas?place=DR+Congo&on=2026-01-31").text
    assert "Congo - Kinshasa: " in found
    assert "2 regions are listed" in found
    assert ">BI<" not in found
    assert "Not on the CAHRA list" in client.get("/areas?place=Sweden").text
    assert "Place not recognised" in client.get("/areas?place=Atlantis").text


def test_a_day_that_is_none_is_said(client_for) -> None:
    assert "is not a date" in client_for("oslo-officer").get("/areas?on=yesterday").text


def test_the_download_can_be_read_again(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        read_areas(document(), date(2026, 6, 28))
    content = client_for("oslo-officer").get("/areas.csv").data
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[1] == ["BI", "", "", "", ""]
    assert {area.code for area in parse(content).areas} == {area.code for area in parse(document()).areas}


def test_a_run_of_areas_shows_what_changes(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        read_areas(document(), date(2025, 6, 30))
        run = read_areas(document({**PLACES, "ZW": None}), date(2026, 6, 28))
        held = read_areas(document({"BI": None, "XK": None}), date(2026, 7, 28))
    client = client_for("operator")
    page = client.get(f"/sources/runs/{run.id}").text
    assert "Zimbabwe" in page
    assert "Areas read" in page
    assert "ZW" in client.get(f"/sources/runs/{run.id}/changes.csv").text
    page = client.get(f"/sources/runs/{held.id}").text
    assert "could not be placed" in page
    assert "not a country of ISO 3166-1" in page
    assert "Suppliers touched" not in page
    assert "Each list is kept as a version" in client.get("/sources/cahra").text

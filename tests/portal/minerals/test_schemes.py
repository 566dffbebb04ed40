"""The pages of schemes, and the sentence on limits behind every status."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from portal import db
from portal.minerals import queries
from portal.minerals.models import PinchPoint
from portal.minerals.rules import Assurance, Scheme
from portal.minerals.schemes import PAGES, RMAP, short_of
from portal.sources.catalogue import SOURCES
from portal.sources.models import SyncRun
from tests.factories.cahra import document, read_areas
from tests.factories.declarations import make_declaration
from tests.factories.minerals import make_run_of, observe


def test_every_scheme_and_source_has_a_page() -> None:
    assert set(Scheme) | {"cross_recognition", "cahra", "sanctions"} <= PAGES.keys()
    assert SOURCES.keys() <= {page.source_code for page in PAGES.values()}
    assert short_of("rmap") == RMAP.short


@pytest.mark.parametrize("code", list(PAGES))
def test_a_page_says_what_it_covers_and_what_not(client_for, database, code: str) -> None:
    client = client_for("oslo-officer")
    text = client.get(f"/schemes/{code}").text
    page = PAGES[code]
    assert page.not_covered
    assert page.sources
    for words in (page.short, page.cycle, page.recognition, *page.covers, *page.not_covered, *page.sources):
        assert str(words) in text
    for one in page.criticism:
        assert one.source in text
    assert str(page.title) in client.get("/schemes").text


def test_an_unknown_scheme_is_not_found(client_for, database) -> None:
    assert client_for("oslo-officer").get("/schemes/green").status_code == 404


def test_the_status_on_a_day_is_one_call_and_a_field(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        first, second = make_run_of(date(2026, 3, 1)), make_run_of(date(2026, 9, 1))
        observe(first.id, "CID900001", "gold", "conformant", first.as_of)
        observe(second.id, "CID900001", "gold", "removed", second.as_of)
    assert queries.status_on("CID900001", "gold", date(2026, 6, 1)).status == Assurance.CONFORMANT
    assert queries.status_on("CID900001", "gold", date(2026, 9, 1)).status == Assurance.REMOVED
    assert queries.status_on("CID900001", "gold", date(2026, 2, 1)).status == Assurance.NOT_CHECKED
    assert queries.status_on("CID900002", "gold", date(2026, 6, 1)).status == Assurance.NOT_LISTED
    client = client_for("oslo-officer")
    page = client.get("/smelters/CID900001?on=01.06.2026").text
    assert "1 June 2026" in page
    assert "by the list of 1 Mar 2026" in page
    assert "What this does not prove:" in page
    assert 'class="bar"' in page
    assert "is not a date" in client.get("/smelters/CID900001?on=soon").text


def test_a_smelter_shows_its_country_and_what_is_documented_for_its_metal(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        read_areas(document(), db.now().date())
        run = make_run_of(date(2026, 9, 1))
        point = observe(run.id, "CID900001", "mica", "conformant", run.as_of).pinch_point_id
        db.session.execute(update(PinchPoint).where(PinchPoint.id == point).values(country="Venezuela"))
    page = client_for("oslo-officer").get("/smelters/CID900001").text
    assert "CAHRA" in page
    assert "11,000 children" in page


def test_a_list_that_is_out_of_date_is_said_wherever_its_words_stand(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        run = make_run_of(date(2026, 9, 1))
        observe(run.id, "CID900001", "gold", "conformant", run.as_of)
        declaration = make_declaration(owner_id=authority_ids["oslo"], smelters=(("CID900001", "gold"),))
        run.finished_at = db.now() - timedelta(hours=47)  # the source expects one each 24 hours
    pages = (
        "/smelters/CID900001",
        f"/declarations/{declaration.id}",
        f"/suppliers/{declaration.supplier_id}",
        "/schemes/rmap",
    )
    client = client_for("oslo-officer")
    words = "which is more than twice as long ago as expected"
    assert [words in client.get(page).text for page in pages] == [False] * 4
    acting("system")
    with db.transaction():
        db.session.get_one(SyncRun, run.id).finished_at = db.now() - timedelta(hours=49)
    assert [words in client.get(page).text for page in pages] == [True] * 4
    assert all("does not prove" in client.get(page).text for page in pages)

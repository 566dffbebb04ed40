"""The list through the runs of sources: versions by day, what is held, what an operator decides."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal import db
from portal.access.actor import Actor
from portal.cahra import queries
from portal.cahra.models import CahraVersion
from portal.cahra.rules import Listing
from portal.clock import today
from portal.outbox.models import OutboxEvent
from portal.sources import queries as sources
from portal.sources.models import SyncRun
from portal.sources.services import decisions, requests, runs
from portal.sources.services.runs import Fetched
from tests.factories.cahra import PLACES, Places, document, read_areas

DAY1, DAY2, DAY3 = date(2025, 6, 30), date(2025, 12, 31), date(2026, 6, 28)


@pytest.fixture(autouse=True)
def _system(acting: Callable[[str], Actor]) -> None:
    acting("system")


def take(places: Places, as_of: date, published: str | None = None) -> SyncRun:
    with db.transaction():
        return read_areas(document(places, published), as_of)


def listing(country: str, on: date | None = None, region: str | None = None) -> Listing:
    return queries.match(country, region, on).listing


def test_each_list_holds_from_its_day_until_the_next() -> None:
    first = take(PLACES, DAY1)
    second = take({**PLACES, "ZW": None}, DAY3)
    assert (first.state, second.state) == ("applied", "applied")
    assert (second.counts["added"], second.counts["removed"], second.counts["unchanged"]) == (1, 0, 7)
    assert second.diff["added"] == [{"country": "ZW", "code": "ZW", "name": "Zimbabwe"}]
    assert listing("ZW", DAY2) is Listing.NOT_LISTED
    assert listing("ZW", DAY3) is Listing.LISTED
    assert listing("ZW") is Listing.LISTED
    assert listing("ZW", date(2025, 6, 29)) is Listing.NO_LIST
    assert listing("CD", DAY1, "CD-NK") is Listing.LISTED
    assert [line.entries for line in queries.versions()] == [8, 7]


def test_an_older_list_may_come_later_and_stands_for_its_own_days() -> None:
    take({**PLACES, "ZW": None}, DAY3)
    older = take(PLACES, DAY1)
    assert (older.state, older.previous_run_id) == ("applied", None)
    assert listing("ZW", DAY2) is Listing.NOT_LISTED
    assert listing("ZW") is Listing.LISTED
    shown = sources.last_applied("cahra")
    assert shown
    assert shown.as_of == DAY3


def test_the_day_in_the_list_goes_before_the_one_it_came_with() -> None:
    assert take(PLACES, DAY3, published="2025-06-29T22:00:00Z").as_of == DAY1
    assert take(PLACES, DAY2, published="2199-01-01T00:00:00Z").as_of == DAY2  # no list holds from a day to come


def test_a_list_that_lacks_a_fifth_waits_for_a_person() -> None:
    take(PLACES, DAY1)
    held = take({"BI": None, "CO": ["CO-CAU", "CO-CHO"], "CD": ["CD-NK"], "ML": ["ML-1"]}, DAY2)
    assert (held.state, held.reason, held.reason_params["count"]) == ("held", "areas_removed", 2)
    assert listing("VE") is Listing.LISTED
    events = db.session.scalar(select(func.count()).select_from(OutboxEvent).where(OutboxEvent.name == "sync.held"))
    assert events == 0


def test_an_operator_applies_or_rejects_what_is_held(acting: Callable[[str], Actor]) -> None:
    take(PLACES, DAY1)
    held = take({"BI": None}, DAY2)
    operator = acting("operator")
    with db.transaction():
        decisions.apply_held(operator, held.id, "The publisher says so.")
    assert listing("VE") is Listing.NOT_LISTED
    assert listing("VE", DAY1) is Listing.LISTED
    acting("system")
    again = take({"BI": None, "XK": None}, DAY3)
    assert (again.state, again.reason) == ("held", "areas_unreadable")
    operator = acting("operator")
    with db.transaction():
        decisions.reject_held(operator, again.id, "Kosovo has no code in ISO 3166.")
    assert db.session.scalar(select(func.count()).select_from(CahraVersion)) == 2


def test_the_same_bytes_again_are_no_new_version() -> None:
    take(PLACES, DAY1)
    assert take(PLACES, DAY2).state == "unchanged"
    assert len(queries.versions()) == 1
    assert listing("VE", DAY2) is Listing.LISTED


def test_a_fetched_list_and_a_page_in_its_place(acting: Callable[[str], Actor]) -> None:
    with db.transaction():
        operator = acting("operator")
        url = "https://www.cahraslist.net/list.json"
        requests.change_settings(operator, "cahra", url=url, interval_hours=24, enabled=False)
    for content, state, reason in ((document(), "applied", None), (b"<html>", "failed", "not_a_list")):
        with db.transaction():
            run = requests.fetch_now(operator, "cahra")
            runs.execute(operator, run.id, lambda _done, _total: None, Fetched(content, 200, '"1"'))
        assert (run.state, run.reason, len(run.sha256 or "")) == (state, reason, 64)
    assert queries.match("BI").listing is Listing.LISTED
    assert queries.versions()[0].version.valid_from == today()


def test_the_real_list_of_june_2026(shared_data: Path) -> None:
    with db.transaction():
        run = read_areas((shared_data / "cahra" / "cahra.json").read_bytes(), date(2026, 7, 14))
    assert (run.state, run.rows_read, run.as_of) == ("applied", 239, DAY3)
    assert listing("CD", DAY3) is Listing.LISTED
    assert listing("RU") is Listing.IN_PART
    assert listing("SE") is Listing.NOT_LISTED
    assert listing("CD", DAY2) is Listing.NO_LIST

"""Runs: what is applied, what is held, what never overwrites; decisions; the clock."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import func, select, text

from portal import db
from portal.access.actor import Actor
from portal.clock import today
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition
from portal.minerals import queries as minerals
from portal.minerals.models import AssuranceObservation, PinchPoint
from portal.outbox.models import OutboxEvent
from portal.sources import queries
from portal.sources.models import ListAbsence, SnapshotRow, Source, SyncRun
from portal.sources.rules import Freshness
from portal.sources.services import decisions, requests, runs
from portal.sources.services.runs import Fetched
from tests.factories.sources import Line, feed, line, read
from tests.servers import Servers

DAY1, DAY2, DAY3 = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
LIST = [line(number) for number in range(1, 11)]


@pytest.fixture(autouse=True)
def _system(acting: Callable[[str], Actor]) -> None:
    acting("system")


def take(lines: list[Line], as_of: date) -> SyncRun:
    with db.transaction():
        return read(feed(lines), as_of)


def status(number: int, on: date | None = None) -> str:
    pair = (f"CID9000{number:02d}", "gold")
    return minerals.statuses([pair], on=on)[pair].status


def observations() -> int:
    return db.session.scalar(select(func.count()).select_from(AssuranceObservation)) or 0


def events(name: str) -> int:
    return db.session.scalar(select(func.count()).select_from(OutboxEvent).where(OutboxEvent.name == name)) or 0


def operator(acting: Callable[[str], Actor]) -> Actor:
    return acting("operator")


def test_a_first_list_is_applied_and_is_no_change_to_tell_of() -> None:
    run = take(LIST, DAY1)
    assert (run.state, run.rows_read, run.counts["added"], run.diff) == ("applied", 10, 10, {})
    assert observations() == 10
    assert events("assurance.changed") == 0
    assert len(run.sha256 or "") == 64
    assert status(1) == "conformant"


def test_only_what_a_list_says_anew_is_observed() -> None:
    take(LIST, DAY1)
    run = take([line(1, "Non-Conformant"), line(2, name="Renamed"), *LIST[2:], line(11)], DAY2)
    assert observations() == 13
    assert run.counts["observed"] == 3
    assert events("assurance.changed") == 1
    assert (status(1, DAY1), status(1, DAY2), status(1)) == ("conformant", "non_conformant", "non_conformant")
    changes = {(one.facility_id, one.before, one.after) for one in minerals.changes_of_run(run.id)}
    assert changes == {("CID900001", "conformant", "non_conformant"), ("CID900011", None, "conformant")}
    assert db.session.scalar(select(PinchPoint.name).where(PinchPoint.facility_id == "CID900002")) == "Renamed"


def test_the_same_bytes_again_change_nothing_but_freshness() -> None:
    first = take(LIST, DAY1)
    second = take(LIST, DAY1)
    assert (second.state, second.counts) == ("unchanged", {"confirmed": 0})
    assert observations() == 10
    assert db.session.scalar(select(func.count()).select_from(SnapshotRow)) == 10
    standing = queries.standing("rmap")
    assert standing.last_good == second.finished_at
    assert standing.list_run
    assert standing.list_run.id == first.id


def test_a_facility_is_removed_when_two_lists_of_different_days_lack_it() -> None:
    take(LIST, DAY1)
    second = take(LIST[1:], DAY2)
    assert [one["facility_id"] for one in second.diff["removed"]] == ["CID900001"]
    assert (second.counts["confirmed"], status(1)) == (0, "conformant")
    third = take([*LIST[1:9], line(10, "Active")], DAY3)
    assert third.diff["removed"] == []
    assert third.counts["confirmed"] == 1
    assert (status(1), status(1, DAY2)) == ("removed", "conformant")
    assert ("CID900001", "conformant", "removed") in {
        (one.facility_id, one.before, one.after) for one in minerals.changes_of_run(third.id)
    }
    take([*LIST[1:9], line(10)], DAY3 + timedelta(days=1))
    assert db.session.scalar(text("SELECT count(*) FROM assurance_observation WHERE status = 'removed'")) == 1


def test_the_same_list_on_a_later_day_confirms_what_is_missing() -> None:
    """A publisher that changes its list once a month would otherwise hide a removal for a month."""
    take(LIST, DAY1)
    take(LIST[1:], DAY2)
    assert take(LIST[1:], DAY2).counts == {"confirmed": 0}
    run = take(LIST[1:], DAY2 + timedelta(days=1))
    assert (run.state, run.counts, status(1)) == ("unchanged", {"confirmed": 1}, "removed")
    assert take(LIST[1:], DAY3).counts == {"confirmed": 0}


def test_a_correction_of_the_same_day_confirms_nothing() -> None:
    take(LIST, DAY1)
    take(LIST[1:], DAY2)
    run = take([line(2, "Active"), *LIST[2:]], DAY2)
    assert (run.state, run.counts["confirmed"], status(1), status(2)) == ("applied", 0, "conformant", "active")


def test_who_comes_back_is_no_longer_removed() -> None:
    take(LIST, DAY1)
    take(LIST[1:], DAY2)
    take([*LIST[1:9], line(10, "Active")], DAY2 + timedelta(days=1))
    assert status(1) == "removed"
    take(LIST, DAY3)
    assert status(1) == "conformant"


def test_a_row_that_could_not_be_taken_is_not_a_missing_one() -> None:
    many = [line(number) for number in range(1, 30)]
    take(many, DAY1)
    spoilt = [line(1, audit_date="soon"), *many[1:]]
    for day in (DAY2, DAY3):
        run = take([*spoilt, *(line(30 + month) for month in range(10, day.month + 1))], day)
        assert (run.state, run.diff["removed"], run.counts["confirmed"]) == ("applied", [], 0)
        assert [one["facility_id"] for one in run.rejects] == ["CID900001"]
    assert status(1) == "conformant"


def test_who_is_missing_and_then_stands_in_a_bad_row_is_missed_twice_anew() -> None:
    """A bad row names the facility, so neither that list nor the next one confirms that it left."""
    many = [line(number) for number in range(1, 30)]
    take(many, DAY1)
    take(many[1:], DAY2)
    for day, lines in enumerate(([line(1, audit_date="soon"), *many[1:]], [*many[1:], line(41)])):
        assert take(lines, DAY3 + timedelta(days=day)).counts["confirmed"] == 0
    assert status(1) == "conformant"
    assert take([*many[1:], line(42)], DAY3 + timedelta(days=2)).counts["confirmed"] == 1
    assert status(1) == "removed"
    assert db.session.scalars(select(ListAbsence.facility_id)).all() == ["CID900041"]


def test_an_older_list_never_overwrites_a_newer_one() -> None:
    take([line(1, "Active"), *LIST[1:]], DAY2)
    late = take(LIST, DAY1)
    assert (late.state, late.reason) == ("failed", "older_list")
    assert status(1) == "active"
    assert observations() == 10


@pytest.mark.parametrize(
    ("lines", "reason", "count"),
    [
        (LIST[3:], "mass_removal", 3),
        ([*LIST[3:], *(line(20 + n) for n in range(3))], "mass_removal", 3),
        ([line(n, name=f"New name {n}") if n <= 3 else line(n) for n in range(1, 11)], "mass_renames", 3),
        ([line(n, "Listed") if n <= 3 else line(n) for n in range(1, 11)], "mass_status_changes", 3),
        ([line(n, audit_date="2025-01-15") if n <= 3 else line(n) for n in range(1, 11)], "dates_backwards", 3),
        ([*LIST, line(20, audit_date="x"), line(21, cycle="x")], "many_rejects", 2),
    ],
)
def test_a_list_that_changes_too_much_is_held(lines: list[Line], reason: str, count: int) -> None:
    take(LIST, DAY1)
    run = take(lines, DAY2)
    assert (run.state, run.reason, run.reason_params["count"]) == ("held", reason, count)
    assert observations() == 10
    assert (events("sync.held"), events("assurance.changed")) == (1, 0)
    assert queries.standing("rmap").status == Freshness.HELD


def test_a_fifth_of_the_list_may_go_unseen() -> None:
    take(LIST, DAY1)
    assert take(LIST[2:], DAY2).state == "applied"


def test_an_operator_applies_a_held_list_with_a_reason(acting) -> None:
    take(LIST, DAY1)
    held = take(LIST[3:], DAY2)
    actor = operator(acting)
    with pytest.raises(BadInput), db.transaction():
        decisions.apply_held(actor, held.id, "  ")
    with db.transaction():
        run = decisions.apply_held(actor, held.id, "The publisher announced it.")
    assert (run.state, run.decision_note, run.decided_by) == ("applied", "The publisher announced it.", actor.user_id)
    assert status(1) == "conformant"
    with pytest.raises(InvalidTransition), db.transaction():
        decisions.apply_held(actor, held.id, "again")
    acting("system")
    take([*LIST[3:9], line(10, "Active")], DAY3)
    assert status(1) == "removed"


def test_an_operator_throws_a_held_list_away(acting) -> None:
    take(LIST, DAY1)
    held = take(LIST[3:], DAY2)
    actor = operator(acting)
    with db.transaction():
        decisions.reject_held(actor, held.id, "The download stopped early.")
    assert queries.get_run(held.id).state == "rejected"
    assert queries.standing("rmap").status != Freshness.HELD
    acting("system")
    assert take(LIST[1:], DAY2).state == "applied"


@pytest.mark.parametrize("name", ["stockholm-officer", "stockholm-coordinator", "stockholm-reader"])
def test_only_operators_run_sources(acting, name: str) -> None:
    take(LIST, DAY1)
    held = take(LIST[3:], DAY2)
    actor = acting(name)
    attempts = [
        lambda: decisions.apply_held(actor, held.id, "x"),
        lambda: decisions.reject_held(actor, held.id, "x"),
        lambda: requests.upload_list(actor, "rmap", content=b"x", filename="x", as_of=DAY2),
        lambda: requests.fetch_now(actor, "rmap"),
        lambda: requests.change_settings(actor, "rmap", url=None, interval_hours=24, enabled=False),
    ]
    for attempt in attempts:
        with pytest.raises(Forbidden), db.transaction():
            attempt()


def test_a_newer_list_takes_the_place_of_a_held_one(acting) -> None:
    take(LIST, DAY1)
    held = take(LIST[3:], DAY2)
    worse = take(LIST[5:], DAY2)
    assert (worse.state, queries.get_run(held.id).state) == ("held", "rejected")
    good = take([*LIST, line(11)], DAY3)
    db.session.expire_all()
    assert (good.state, queries.get_run(worse.id).reason) == ("applied", "superseded")
    actor = operator(acting)
    with pytest.raises(InvalidTransition), db.transaction():
        decisions.apply_held(actor, worse.id, "late")


def test_a_run_is_carried_out_once_however_often_it_is_asked_for() -> None:
    run = take(LIST, DAY1)
    with db.transaction():
        assert runs.execute(Actor(name="test", is_system=True), run.id, lambda _d, _t: None) is None
    assert observations() == 10


def test_an_upload_is_journaled_and_asks_the_worker(acting) -> None:
    actor = operator(acting)
    with db.transaction():
        run = requests.upload_list(actor, "rmap", content=feed(LIST), filename="../x/list.csv", as_of=DAY1)
    assert (run.state, run.filename, run.requested_by) == ("queued", "list.csv", actor.user_id)
    assert events("sync.requested") == 1
    actions = db.session.scalars(text("SELECT action FROM journal_entry")).all()
    assert actions == ["source.run_requested"]
    with pytest.raises(BadInput, match="future"), db.transaction():
        requests.upload_list(actor, "rmap", content=b"x", filename="x", as_of=today() + timedelta(days=1))


URL = "https://www.responsiblemineralsinitiative.org/list.csv"


def fetched_run(content: bytes | None, as_of: date = DAY1, status: int = 200, etag: str | None = "v1") -> SyncRun:
    """A run as the clock asks for it, with what the network gave."""
    with db.transaction():
        requests.change_settings(Actor("t", is_system=True), "rmap", url=URL, interval_hours=24, enabled=True)
        (run_id,) = requests.request_due(Actor("t", is_system=True))
        run = db.session.get_one(SyncRun, run_id)
        run.as_of = as_of
    with db.transaction():
        runs.execute(Actor("t", is_system=True), run_id, lambda _d, _t: None, Fetched(content, status, etag))
    return run


def test_what_was_fetched_is_kept_with_status_and_etag() -> None:
    run = fetched_run(feed(LIST))
    assert (run.state, run.http_status, run.etag, run.url) == ("applied", 200, "v1", URL)
    again = fetched_run(None, DAY2, 304)
    assert (again.state, again.sha256, again.rows_read) == ("unchanged", run.sha256, 10)
    assert fetched_run(feed(LIST), DAY3).state == "unchanged"


def test_not_modified_without_a_list_is_a_failure() -> None:
    run = fetched_run(None, DAY1, 304)
    assert (run.state, run.reason) == ("failed", "http_error")


def test_the_clock_does_not_ask_again_about_a_list_that_was_thrown_away(acting) -> None:
    take(LIST, DAY1)
    held = fetched_run(feed(LIST[3:]), DAY2)
    actor = operator(acting)
    with db.transaction():
        decisions.reject_held(actor, held.id, "Stopped early.")
    acting("system")
    again = fetched_run(feed(LIST[3:]), DAY2)
    assert (again.state, again.reason) == ("failed", "rejected_before")
    assert take(LIST[3:], DAY2).state == "held"  # a person may put it forward again


def test_two_clocks_ask_for_one_run(servers: Servers, database: str) -> None:
    with db.transaction():
        requests.change_settings(Actor("t", is_system=True), "rmap", url=URL, interval_hours=24, enabled=True)
    with psycopg.connect(servers.app_url(database)) as other:
        other.execute("SELECT * FROM source WHERE code = 'rmap' FOR UPDATE")
        with db.transaction():
            assert requests.request_due(Actor("t", is_system=True)) == []
    for expected in (1, 0):
        with db.transaction():
            assert len(requests.request_due(Actor("t", is_system=True))) == expected
    assert events("sync.requested") == 1


@pytest.mark.parametrize("waiting", ["queued", "held"])
def test_the_clock_waits_while_a_run_waits(waiting: str) -> None:
    take(LIST, DAY1)
    if waiting == "held":
        take(LIST[3:], DAY2)
    with db.transaction():
        requests.change_settings(Actor("t", is_system=True), "rmap", url=URL, interval_hours=24, enabled=True)
        if waiting == "queued":
            requests.fetch_now(Actor("t", is_system=True), "rmap")
        assert requests.request_due(Actor("t", is_system=True)) == []
        source = db.session.get_one(Source, "rmap")
        assert source.next_run_at
        assert source.next_run_at > db.now() + timedelta(hours=23)


def test_an_address_that_is_no_longer_allowed_is_not_visited() -> None:
    with db.transaction():
        requests.change_settings(Actor("t", is_system=True), "rmap", url=URL, interval_hours=24, enabled=True)
        db.session.get_one(Source, "rmap").url = "https://169.254.169.254/latest"
        assert requests.request_due(Actor("t", is_system=True)) == []


def test_settings_need_an_allowed_address(acting) -> None:
    actor = operator(acting)
    for url, enabled in ((None, True), ("https://example.org/list.csv", False)):
        with pytest.raises(BadInput), db.transaction():
            requests.change_settings(actor, "rmap", url=url, interval_hours=24, enabled=enabled)
    with pytest.raises(BadInput, match="no address"), db.transaction():
        requests.fetch_now(actor, "rmap")


def test_what_waits_for_an_operator(acting) -> None:
    take(LIST, DAY1)
    held = take(LIST[3:], DAY2)
    assert [item.args["run_id"] for item in queries.todo(operator(acting))] == [held.id]
    assert queries.todo(acting("stockholm-officer")) == []
    acting("system")
    failed = take([], DAY3)
    assert {item.args["run_id"] for item in queries.todo(operator(acting))} == {held.id, failed.id}


def test_only_one_run_of_a_source_at_a_time(servers: Servers, database: str, acting) -> None:
    take(LIST, DAY1)
    held = take(LIST[3:], DAY2)
    actor = operator(acting)
    with psycopg.connect(servers.app_url(database)) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended('source:rmap', 0))")
        with pytest.raises(Conflict, match="at this moment"), db.transaction():
            decisions.apply_held(actor, held.id, "Announced.")


def test_after_a_short_list_the_rows_of_a_long_one_are_not_checked_by_reading_all(
    servers: Servers, database: str
) -> None:
    take(LIST, DAY1)
    with psycopg.connect(servers.owner_url(database), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE pinch_point")
    some = [*LIST, *(line(number) for number in range(11, 21))]
    assert take(some, DAY2).state == "applied"  # and now it is planned to read this short table whole
    with db.transaction() as session:
        more = [line(0, name=f"Smelter {n}", facility_id=f"CID{n:06d}") for n in range(2_000)]
        run = read(feed([*some, *more]), DAY3)
        rows_read = session.scalar(
            text("SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'pinch_point'")
        )
    assert (run.state, run.counts["added"]) == ("applied", 2_000)
    assert rows_read < 100 * 2_000


def test_runs_are_paged_newest_first() -> None:
    ids: list[UUID] = []
    for day in range(32):
        ids.append(take([line(1, "Active" if day % 2 else "Conformant")], DAY1 + timedelta(days=day)).id)
    first = queries.runs_page("rmap")
    second = queries.runs_page("rmap", first.next_cursor)
    assert [run.id for run in [*first.rows, *second.rows]] == ids[::-1]
    assert second.next_cursor is None

"""The feeds of the shared data, each with what must come of it, day after day and in both formats."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from portal import db
from portal.sources.catalogue import RMAP, SOURCES, Columns, ListSource
from portal.sources.models import SnapshotRow, SyncRun
from portal.sources.refusal import Refused
from tests.factories.sources import read, read_list

DAYS = ("2026-09-01", "2026-10-01", "2026-11-01")
BAD = ("duplicate-ids", "empty", "header-only", "html-login", "latin1", "mojibake", "renamed-columns")
PROGRAMMES = ("rmap", "lbma", "rjc")
NAMES = {"audit_date": "last_audit_date", "cycle_years": "audit_cycle", "cross_recognised": "cross_recognised_scheme"}


@pytest.fixture(scope="session")
def feeds(shared_data: Path) -> Path:
    """The folder of feeds."""
    return shared_data / "feeds"


def expectation(feeds: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((feeds / f"{name}.expected.json").read_text())
    return found


def offer(feeds: Path, programme: str, day: str, suffix: str) -> SyncRun:
    """The run of one day's list, carried out."""
    file = f"synthetic-{programme}-{day}.{suffix}"
    with db.transaction():
        return read((feeds / file).read_bytes(), date.fromisoformat(day), filename=file, source=programme)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("programme", PROGRAMMES)
def test_each_day_is_read_whole(feeds: Path, programme: str, day: str, suffix: str) -> None:
    expected = expectation(feeds, f"synthetic-{programme}-{day}")
    source = SOURCES[programme]
    assert isinstance(source, ListSource)
    assert Columns(**_fields(expected["columns"])) == source.columns
    got = read_list((feeds / f"synthetic-{programme}-{day}.{suffix}").read_bytes(), source)
    assert got.rejects == []
    assert len(got.rows) == expected["rows"]
    assert Counter(row.metal.capitalize() for row in got.rows.values()) == expected["rows_by_metal"]
    assert Counter(row.raw_status for row in got.rows.values()) == expected["rows_by_status"]
    assert "unknown_label" not in {row.status for row in got.rows.values()}


@pytest.mark.parametrize("suffixes", [("csv", "csv"), ("csv", "xlsx"), ("xlsx", "csv")], ids="-".join)
@pytest.mark.parametrize("programme", PROGRAMMES)
def test_the_three_days_change_exactly_what_they_should(
    feeds: Path, acting, programme: str, suffixes: tuple[str, str]
) -> None:
    """The second day is applied with exactly its differences; the third, cut off, is held and changes nothing."""
    acting("system")
    first = offer(feeds, programme, DAYS[0], suffixes[0])
    assert first.state == "applied"
    second = offer(feeds, programme, DAYS[1], suffixes[1])
    assert second.state == "applied"
    expected = expectation(feeds, f"synthetic-{programme}-{DAYS[1]}")["diff"]
    _assert_equal(second, expected)
    # New observations: those added, and whatever row has another word; who is missing for the first time keeps its own.
    changed = {one["smelter_id"] for kind in ("status_changed", "renamed") for one in expected[kind]}
    changed |= {one["smelter_id"] for one in expected["other_field_changes"] if one["field"] != "country"}
    assert second.counts["observed"] == len(changed) + len(expected["added"])
    before = state()
    _assert_held(offer(feeds, programme, DAYS[2], suffixes[0]), expectation(feeds, f"synthetic-{programme}-{DAYS[2]}"))
    assert state() == before


def _assert_equal(run: SyncRun, expected: dict[str, Any]) -> None:
    """The run's difference is the expected one, entry for entry."""
    for kind, fields in (
        ("status_changed", ("from", "to")),
        ("renamed", ("from", "to")),
        ("removed", ("name", "status")),
        ("added", ("name", "country", "status")),
    ):
        assert _keyed(run.diff[kind], *fields) == _keyed(expected[kind], *fields), kind
    assert {one["facility_id"]: one["audit_date"] for one in run.diff["added"]} == {
        one["smelter_id"]: one["last_audit_date"] for one in expected["added"]
    }
    assert Counter((one["facility_id"], NAMES.get(one["field"], one["field"])) for one in run.diff["other_fields"]) == (
        Counter((one["smelter_id"], one["field"]) for one in expected["other_field_changes"])
    )
    assert run.counts["unchanged"] == expected["unchanged"]


def _assert_held(run: SyncRun, expected: dict[str, Any]) -> None:
    assert (run.state, run.reason) == ("held", expected["guard"])
    assert {name: run.counts[name] for name in expected["diff"]} == expected["diff"]
    assert run.reason_params["count"] == expected["would_remove"]
    assert round(run.reason_params["share"], 2) == round(expected["would_remove_share"], 2)


def test_the_lists_stand_side_by_side(feeds: Path, acting) -> None:
    """What one scheme says never changes what another says of the same refinery."""
    acting("system")
    offer(feeds, "rmap", DAYS[0], "csv")
    before = state("rmap")
    for programme in ("lbma", "rjc"):
        for day in DAYS[:2]:
            assert offer(feeds, programme, day, "csv").state == "applied"
    assert [row[:2] + row[3:] for row in state("rmap")] == [row[:2] + row[3:] for row in before]
    shown = db.session.execute(text("SELECT count(*), count(DISTINCT (facility_id, metal)) FROM pinch_point")).one()
    assert shown[0] == shown[1]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_by_name(feeds: Path, name: str) -> None:
    expected = expectation(feeds, f"bad-{name}")
    for file in expected["files"]:
        with pytest.raises(Refused) as refused:
            read_list((feeds / file).read_bytes(), RMAP)
        assert refused.value.reason == expected["reason"]
        params = refused.value.params
        if name == "duplicate-ids":
            assert {(one["facility_id"], *sorted(one["statuses"])) for one in params["conflicting"]} == {
                (one["smelter_id"], *sorted(one["statuses"])) for one in expected["conflicting"]
            }
            assert params["identical"] == expected["identical_duplicates"]
        elif name == "mojibake":
            assert set(params["affected"]) == set(expected["unexplained_renames"])
        elif name == "renamed-columns":
            assert (params["expected"], params["found"]) == (expected["expected_columns"], expected["found_columns"])


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_changes_nothing(feeds: Path, acting, name: str) -> None:
    """Offered after the first day: the run fails with its reason, what is shown stays to the last observation."""
    acting("system")
    expected = expectation(feeds, f"bad-{name}")
    with db.transaction():
        first = read((feeds / f"synthetic-rmap-{DAYS[0]}.csv").read_bytes(), date(2026, 9, 1))
    assert first.state == "applied"
    before = state()
    for file in expected["files"]:
        with db.transaction():
            run = read((feeds / file).read_bytes(), date(2026, 10, 1), filename=file)
        assert (run.state, run.reason) == ("failed", expected["reason"])
    assert state() == before
    assert db.session.scalar(select(func.count()).select_from(SnapshotRow)) == 323


def state(scheme: str | None = None) -> list[Any]:
    """The newest word of each scheme (or one) on each facility, as it would be shown."""
    rows = db.session.execute(
        text("""
            SELECT DISTINCT ON (p.id, o.scheme)
              p.facility_id, p.metal, p.name, o.scheme, o.status, o.raw_status, o.audit_date, o.as_of
            FROM pinch_point p JOIN assurance_observation o ON o.pinch_point_id = p.id
            WHERE o.scheme = coalesce(:scheme, o.scheme)
            ORDER BY p.id, o.scheme, o.as_of DESC, o.seen_at DESC
        """),
        {"scheme": scheme},
    )
    return sorted((tuple(row) for row in rows), key=str)


def _fields(columns: dict[str, str]) -> dict[str, str]:
    ours = {"smelter_id": "facility_id", "last_audit_date": "audit_date", "audit_cycle": "cycle"}
    ours["cross_recognised_scheme"] = "cross_recognised"
    return {ours.get(name, name): title for name, title in columns.items()}


def _keyed(entries: list[dict[str, Any]], *fields: str) -> Counter[tuple[Any, ...]]:
    return Counter(
        (one.get("facility_id", one.get("smelter_id")), one["metal"].lower(), *(one[field] for field in fields))
        for one in entries
    )

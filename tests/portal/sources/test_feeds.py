"""The feeds of the shared data, each with what must come of it, day after day and in both formats."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from portal import db
from portal.minerals.models import AssuranceObservation
from portal.sources.catalogue import RMAP, Columns, ListSource
from portal.sources.compare import compare, guard
from portal.sources.facilities import Reading, read_list
from portal.sources.models import SnapshotRow
from portal.sources.refusal import Refused
from tests.factories.sources import read

DAYS = ("2026-09-01", "2026-10-01", "2026-11-01")
BAD = ("duplicate-ids", "empty", "header-only", "html-login", "latin1", "mojibake", "renamed-columns")
NAMES = {"audit_date": "last_audit_date", "cycle_years": "audit_cycle", "cross_recognised": "cross_recognised_scheme"}


def entry(programme: str) -> ListSource:
    """The catalogue's entry, or one as a further list would have: the same columns, other dates and words."""
    words = {"Listed": "conformant", "Certified": "conformant"}
    values = {**vars(RMAP), "normal_status": lambda raw: words.get(raw, "unknown_label")}
    return {
        "rmap": RMAP,
        "lbma": ListSource(**{**values, "code": "lbma", "scheme": "lbma", "date_format": "%d/%m/%Y"}),
        "rjc": ListSource(**{**values, "code": "rjc", "scheme": "rjc", "facility_id": re.compile(r"CID\d{6}")}),
    }[programme]


@pytest.fixture(scope="session")
def feeds(shared_data: Path) -> Path:
    """The folder of feeds."""
    return shared_data / "feeds"


def expectation(feeds: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((feeds / f"{name}.expected.json").read_text())
    return found


def reading(feeds: Path, programme: str, day: str, suffix: str) -> Reading:
    return read_list((feeds / f"synthetic-{programme}-{day}.{suffix}").read_bytes(), entry(programme))


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("programme", ["rmap", "lbma", "rjc"])
def test_each_day_is_read_whole(feeds: Path, programme: str, day: str, suffix: str) -> None:
    expected = expectation(feeds, f"synthetic-{programme}-{day}")
    assert Columns(**_fields(expected["columns"])) == entry(programme).columns
    got = reading(feeds, programme, day, suffix)
    assert got.rejects == []
    assert len(got.rows) == expected["rows"]
    assert _counted(row.metal.capitalize() for row in got.rows.values()) == expected["rows_by_metal"]
    assert _counted(row.raw_status for row in got.rows.values()) == expected["rows_by_status"]


@pytest.mark.parametrize("suffixes", [("csv", "csv"), ("csv", "xlsx"), ("xlsx", "csv")], ids="-".join)
@pytest.mark.parametrize("programme", ["rmap", "lbma", "rjc"])
def test_the_second_day_changes_exactly_what_it_should(feeds: Path, programme: str, suffixes: tuple[str, str]) -> None:
    expected = expectation(feeds, f"synthetic-{programme}-{DAYS[1]}")["diff"]
    before = reading(feeds, programme, DAYS[0], suffixes[0]).rows
    now = reading(feeds, programme, DAYS[1], suffixes[1])
    diff = compare(before, now)
    assert _keyed(diff.status_changed, "from", "to") == _keyed(expected["status_changed"], "from", "to")
    assert _keyed(diff.renamed, "from", "to") == _keyed(expected["renamed"], "from", "to")
    assert _keyed(diff.removed, "name", "status") == _keyed(expected["removed"], "name", "status")
    assert _keyed(diff.added, "name", "country", "status") == _keyed(expected["added"], "name", "country", "status")
    assert {one["facility_id"]: one["audit_date"] for one in diff.added} == {
        one["smelter_id"]: one["last_audit_date"] for one in expected["added"]
    }
    assert {(one["facility_id"], NAMES.get(one["field"], one["field"])) for one in diff.other_fields} == {
        (one["smelter_id"], one["field"]) for one in expected["other_field_changes"]
    }
    assert diff.unchanged == expected["unchanged"]
    assert guard(diff, before, now) is None


@pytest.mark.parametrize("programme", ["rmap", "lbma", "rjc"])
def test_the_truncated_third_day_is_held(feeds: Path, programme: str) -> None:
    expected = expectation(feeds, f"synthetic-{programme}-{DAYS[2]}")
    before = reading(feeds, programme, DAYS[1], "csv").rows
    now = reading(feeds, programme, DAYS[2], "xlsx")
    diff = compare(before, now)
    counts = diff.counts()
    assert {name: counts[name] for name in expected["diff"]} == expected["diff"]
    finding = guard(diff, before, now)
    assert finding
    assert finding[0] == expected["guard"]
    assert finding[1]["count"] == expected["would_remove"]
    assert round(finding[1]["share"], 2) == round(expected["would_remove_share"], 2)


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


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_three_days_one_after_the_other(feeds: Path, acting, suffix: str) -> None:
    acting("system")
    states = []
    for day in DAYS:
        with db.transaction():
            content = (feeds / f"synthetic-rmap-{day}.{suffix}").read_bytes()
            states.append(read(content, date.fromisoformat(day), filename=f"list.{suffix}").state)
        if day == DAYS[1]:
            second = state()
    assert states == ["applied", "applied", "held"]
    assert state() == second
    # 323 at first, then 4 new, 7 statuses and 3 names; the two that are missing for the first time keep their status.
    assert db.session.scalar(select(func.count()).select_from(AssuranceObservation)) == 323 + 14


def state() -> list[Any]:
    """The newest word on each facility, as it would be shown."""
    rows = db.session.execute(
        text("""
            SELECT DISTINCT ON (p.id) p.facility_id, p.metal, p.name, o.status, o.raw_status, o.audit_date, o.as_of
            FROM pinch_point p JOIN assurance_observation o ON o.pinch_point_id = p.id
            ORDER BY p.id, o.as_of DESC, o.seen_at DESC
        """)
    )
    return sorted(tuple(row) for row in rows)


def _fields(columns: dict[str, str]) -> dict[str, str]:
    ours = {"smelter_id": "facility_id", "last_audit_date": "audit_date", "audit_cycle": "cycle"}
    ours["cross_recognised_scheme"] = "cross_recognised"
    return {ours.get(name, name): title for name, title in columns.items()}


def _keyed(entries: list[dict[str, Any]], *fields: str) -> set[tuple[Any, ...]]:
    return {
        (one.get("facility_id", one.get("smelter_id")), one["metal"].lower(), *(one[field] for field in fields))
        for one in entries
    }


def _counted(values: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found

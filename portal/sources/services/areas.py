"""The part of a run that is about areas: read the list, compare it with the version before it, keep it as a version."""

from collections.abc import Callable, Sequence
from typing import Any

from portal.cahra.queries import areas_of_run
from portal.cahra.reading import PARSER, AreaReading, read_areas
from portal.cahra.rules import Area
from portal.cahra.services import add_version
from portal.clock import today
from portal.evidence.queries import content_of
from portal.sources.models import SyncRun
from portal.sources.rules import Reason

LIMIT = 0.20  # of the areas of the version before; a list that lacks more waits for a person
FIELDS = ("conflict_affected", "high_risk", "name")

_NEW = ("added", "status_changed")

Entry = dict[str, Any]
Finding = tuple[Reason, Entry]


def read_and_compare(
    run: SyncRun, content: bytes, compared_with: Callable[[SyncRun], SyncRun | None]
) -> Finding | None:
    """Note on the run what the list says and what is different; why it must wait for a person, if it must.

    The day that the list itself gives goes before the one that it came with.
    """
    reading = read_areas(content)
    run.parser = PARSER
    if reading.published and reading.published <= today():
        run.as_of = reading.published
    before = compared_with(run)
    run.previous_run_id = before.id if before else None
    was = areas_of_run(run.previous_run_id)
    diff = compare(was, reading.areas)
    run.rows_read = len(reading.areas)
    run.rejects = [
        {name: value for name, value in vars(reject).items() if value is not None} for reject in reading.rejects
    ]
    run.counts = {
        **{kind: len(entries) for kind, entries in diff.items()},
        "unchanged": len(reading.areas) - len({entry["code"] for kind in _NEW for entry in diff[kind]}),
        "rejects": len(reading.rejects),
    }
    run.diff = diff if before else {}
    return _guard(reading, len(was), len(diff["removed"]))


def compare(was: Sequence[Area], now: Sequence[Area]) -> dict[str, list[Entry]]:
    """What the new list says differently, by kind and sorted by code."""
    before, after = ({area.code: area for area in areas} for areas in (was, now))
    return {
        "removed": [_entry(before[code]) for code in sorted(before.keys() - after.keys())],
        "added": [_entry(after[code]) for code in sorted(after.keys() - before.keys())],
        "status_changed": [
            {**_entry(after[code]), "field": field, "from": getattr(before[code], field), "to": getattr(area, field)}
            for code, area in sorted(after.items())
            if code in before
            for field in FIELDS
            if getattr(before[code], field) != getattr(area, field)
        ],
    }


def _entry(area: Area) -> Entry:
    return {"country": area.country, "code": area.code, "name": area.name}


def _guard(reading: AreaReading, whole: int, removed: int) -> Finding | None:
    wrong = [reject for reject in reading.rejects if reject.reason != "repeated"]
    if wrong:
        return Reason.AREAS_UNREADABLE, {"count": len(wrong), "of": len(reading.areas) + len(wrong)}
    if removed > LIMIT * whole:
        return Reason.AREAS_REMOVED, {"count": removed, "of": whole, "limit": LIMIT}
    return None


def apply(run: SyncRun) -> None:
    """Keep the run's list as the version that holds from the run's day on."""
    reading = read_areas(content_of(run.sha256 or ""))
    add_version(run.id, run.as_of, reading.label, reading.areas)

"""Sources and runs for tests; `feed` writes a list as RMI would, `read` has a run carried out without a worker."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from portal.access.actor import system_actor
from portal.db import session
from portal.sources.catalogue import RMAP, ListSource
from portal.sources.facilities import FacilityRow, Key, Reading, Reject
from portal.sources.models import Source, SyncRun
from portal.sources.rules import Trigger
from portal.sources.services import requests, runs

Line = tuple[str, ...]


def line(number: int, status: str = "Conformant", name: str | None = None, metal: str = "Gold", **cells: str) -> Line:
    """One line of a list: facility CID9000NN."""
    return (
        cells.get("facility_id", f"CID9000{number:02d}"),
        metal,
        name or f"Smelter {number}",
        cells.get("country", "SWEDEN"),
        status,
        cells.get("audit_date", "2026-01-15"),
        cells.get("cycle", "1 year"),
        cells.get("cross_recognised", ""),
    )


def feed(lines: Iterable[Line], titles: Iterable[str] = RMAP.columns.titles) -> bytes:
    """A list as CSV."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([tuple(titles), *lines])
    return buffer.getvalue().encode()


class Read(NamedTuple):
    """What a file says, whole."""

    rows: dict[Key, FacilityRow]
    rejects: list[Reject]


def read_list(content: bytes, source: ListSource) -> Read:
    """Read a file to its end. Raises Refused."""
    reading = Reading(content, source)
    return Read({row[:2]: row for row in reading}, reading.rejects)


def read(content: bytes, as_of: date, *, filename: str = "list.csv", source: str = "rmap") -> SyncRun:
    """The run of a list, carried out; within the caller's transaction."""
    actor = system_actor("test")
    run = requests.add_file_run(actor, source, content=content, filename=filename, as_of=as_of, trigger=Trigger.UPLOAD)
    runs.execute(actor, run.id, lambda _done, _total: None)
    return run


def make_run(**values: Any) -> SyncRun:
    """An applied run of the RMAP list without rows; flushed."""
    if session.get(Source, "rmap") is None:
        session.add(Source(code="rmap"))
        session.flush()
    run = SyncRun(
        **{"source_code": "rmap", "state": "applied", "trigger": "upload", "as_of": date(2026, 9, 1), **values}
    )
    session.add(run)
    session.flush()
    return run

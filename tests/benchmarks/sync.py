"""A list of 50,000 rows read, compared and applied, beside a bare COPY of the same rows; and what a change touches.

ROWS=50000 make bench B=sync      the rows of the list
LINES=1000000                     the declared rows that 100 changed smelters are looked for in
"""

import gc
import os
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import psycopg

from portal import db
from portal.access.actor import system_actor
from portal.sources import queries
from portal.sources.catalogue import RMAP
from portal.sources.facilities import FacilityRow, Reading
from portal.sources.models import SyncRun
from portal.sources.rules import RunState
from portal.sources.services import runs, snapshots
from tests.benchmarks.lookup_bench.database import Database, database
from tests.factories.sources import feed, line, read

DAY = date(2026, 9, 1)
SHARE_OF_COPY = 0.4  # the goal: at least this part of the speed of a bare COPY
UNCHANGED_FASTER = 2.0  # times
RIPPLE_SECONDS = 2.0
ROUNDS = 5


def run() -> None:
    """Print every figure; one that misses its goal is said so."""
    with tempfile.TemporaryDirectory(prefix="bench-sync-") as folder:
        Path(folder).chmod(0o755)
        with database(Path(folder)) as made:
            db.configure(made.app_url)
            db.set_scope(authority_id=None, system=True)
            _lists(made, int(os.environ.get("ROWS", "50000")))
            _ripple(made, int(os.environ.get("LINES", "1000000")))
            db.session.remove()


def big_list(rows: int, change: int = 0) -> bytes:
    """A list in which every tenth row has another status, every fiftieth another name, where `change` is not 0."""
    words = ("Conformant", "Active")
    return feed(
        line(
            0,
            words[change % 2] if number % 10 == 0 else words[0],
            f"Smelter {number}, version {change}" if change and number % 50 == 1 else f"Smelter {number}",
            facility_id=f"CID{number:06d}",
        )
        for number in range(rows)
    )


def _lists(made: Database, rows: int) -> None:
    """Rounds of the same work by turns, the best of each: so the machine's other load falls out of the comparison."""
    content = big_list(rows)
    print(f"{rows:,} rows, {len(content) / 2**20:.1f} MiB of CSV", flush=True)
    first = _seconds(lambda: _apply(content, 0))
    made.run("VACUUM ANALYZE")
    best: dict[str, float] = {}
    for number in range(ROUNDS):
        changed, turned = big_list(rows, number + 1), _turned(big_list(rows, number + 1))
        parsed = list(Reading(big_list(rows, ROUNDS + number + 1), RMAP))
        _empty_table(made)
        for what, work in (
            ("bare", lambda parsed=parsed: _bare_copy(made, parsed)),
            ("read", lambda changed=changed: sum(1 for _row in Reading(changed, RMAP))),
            ("whole", lambda changed=changed, n=number: _apply(changed, 4 * n + 1)),
            ("same", lambda changed=changed, n=number: _apply(changed, 4 * n + 2)),
            ("turned", lambda turned=turned, n=number: _apply(turned, 4 * n + 3)),
            ("merged", lambda parsed=parsed, n=number: _merge(parsed, 4 * n + 4)),
        ):
            best[what] = min(best.get(what, 3600.0), _seconds(work))
    bare, merged, whole = best["bare"], best["merged"], best["whole"]
    for what, seconds, more in (
        ("bare COPY of the rows into a table with the same key", bare, ""),
        ("the same rows stored, compared, 12 % changed, applied", merged, _of_copy(bare / merged)),
        ("reading and checking the file", best["read"], ""),
        ("the whole run: file read, kept, compared, applied", whole, f", {bare / whole:.2f} of COPY"),
        ("a first list: everything is new", first, ""),
        ("the same file again", best["same"], _faster(whole / best["same"])),
        ("the same rows in another order", best["turned"], f", {whole / best['turned']:.1f} times faster"),
    ):
        print(f"  {what:<54}{seconds:7.2f} s{more}")
    print(f"  {'most memory of Python while a list is applied':<54}{_memory(rows):7.1f} MiB", flush=True)


def _of_copy(share: float) -> str:
    return f", {share:.2f} of COPY{_missed(share, SHARE_OF_COPY)}"


def _faster(times: float) -> str:
    return f", {times:.1f} times faster{_missed(times, UNCHANGED_FASTER)}"


def _turned(content: bytes) -> bytes:
    """The same rows, the last one first."""
    title, *lines = content.splitlines(keepends=True)
    return b"".join([title, *reversed(lines)])


def _merge(rows: list[FacilityRow], day: int) -> None:
    """What a run does with the rows once they are read, in its own transaction."""
    with db.transaction() as session:
        shown = queries.last_applied("rmap")
        run = SyncRun(
            source_code="rmap",
            state=RunState.QUEUED,
            trigger="command",
            as_of=DAY + timedelta(days=day),
            rows_read=len(rows),
            previous_run_id=shown.id if shown else None,
        )
        session.add(run)
        session.flush()
        snapshots.plan_for_lists()
        snapshots.take_in(run.id, rows)
        counts = snapshots.compare(run)
        if counts["status_changed"] < len(rows) // 20:
            raise AssertionError(f"nothing to apply: {counts}")
        runs.apply(system_actor("bench"), run)
    db.session.remove()


def _apply(content: bytes, day: int) -> None:
    with db.transaction():
        run = read(content, DAY + timedelta(days=day))
        if run.state not in ("applied", "unchanged"):
            raise AssertionError(f"the run is {run.state}: {run.reason}")
    db.session.remove()


def _memory(rows: int) -> float:
    content = big_list(rows, 51)
    gc.collect()
    tracemalloc.start()
    _apply(content, 50)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def _empty_table(made: Database) -> None:
    made.run(
        "DROP TABLE IF EXISTS bare",
        "CREATE TABLE bare (LIKE snapshot_row INCLUDING ALL)",
        "GRANT ALL ON bare TO portal_app",
    )


def _bare_copy(made: Database, rows: list[FacilityRow]) -> None:
    columns = ", ".join(("source_code", *FacilityRow._fields))
    with (
        psycopg.connect(made.app_url) as connection,
        connection.cursor() as cursor,
        cursor.copy(f"COPY bare ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(("rmap", *row))


def _ripple(made: Database, lines: int) -> None:
    pass


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _missed(value: float, goal: float, *, at_most: bool = False) -> str:
    good = value <= goal if at_most else value >= goal
    return "" if good else f"  MISSES THE GOAL of {goal}"

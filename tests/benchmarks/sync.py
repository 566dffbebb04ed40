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
from statistics import median
from uuid import uuid4

import psycopg
from sqlalchemy import text

from portal import db
from portal.access.actor import system_actor
from portal.notifications.ripple import tell_of_changes
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
ROUNDS = 7


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
    """Rounds of the same work by turns, the best of each; the share of COPY is the median of the rounds' own shares.

    The two stand beside each other in a round, so that the machine's other load falls on both.
    """
    content = big_list(rows)
    print(f"{rows:,} rows, {len(content) / 2**20:.1f} MiB of CSV", flush=True)
    first = _seconds(lambda: _apply(content, 0))
    made.run("VACUUM ANALYZE")
    best: dict[str, float] = {}
    shares = []
    for number in range(ROUNDS):
        changed, turned = big_list(rows, number + 1), _turned(big_list(rows, number + 1))
        parsed = list(Reading(big_list(rows, ROUNDS + number + 1), RMAP))
        _empty_table(made)
        took = {}
        for what, work in (
            ("read", lambda changed=changed: sum(1 for _row in Reading(changed, RMAP))),
            ("whole", lambda changed=changed, n=number: _apply(changed, 4 * n + 1)),
            ("same", lambda changed=changed, n=number: _apply(changed, 4 * n + 2)),
            ("turned", lambda turned=turned, n=number: _apply(turned, 4 * n + 3)),
            ("bare", lambda parsed=parsed: _bare_copy(made, parsed)),
            ("merged", lambda parsed=parsed, n=number: _merge(parsed, 4 * n + 4)),
        ):
            took[what] = _seconds(work)
            best[what] = min(best.get(what, 3600.0), took[what])
        shares.append(took["bare"] / took["merged"])
    bare, merged, whole = best["bare"], best["merged"], best["whole"]
    for what, seconds, more in (
        ("bare COPY of the rows into a table with the same key", bare, ""),
        ("the same rows stored, compared, 12 % changed, applied", merged, _of_copy(median(shares))),
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
        db.join_whole_sets()
        snapshots.take_in(rows)
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


# Declarations of 333 rows by 600 facilities; suppliers are followed and bought from; the newest declaration speaks.
DECLARE = """
TRUNCATE assurance_observation, pinch_point, snapshot_row CASCADE;
INSERT INTO authority (code, slug, name, country, locale, timezone)
  SELECT 'B' || n, 'bench-' || n, 'Buyer ' || n, 'SE', 'sv', 'Europe/Stockholm' FROM generate_series(1, 40) n;
INSERT INTO supplier (legal_name, sort_key, country, version)
  SELECT 'Firm ' || n, 'firm ' || lpad(n::text, 6, '0'), 'SE', 1 FROM generate_series(1, %(declarations)s) n;
INSERT INTO file_blob (sha256, size, content) VALUES (repeat('0', 64), 0, '');
CREATE TEMP TABLE buyer AS SELECT id, row_number() OVER () - 1 AS n FROM authority;
CREATE TEMP TABLE firm AS SELECT id, row_number() OVER (ORDER BY sort_key) AS n FROM supplier;
INSERT INTO evidence_item (owner_id, audience, filename, media_type, sha256)
  SELECT id, 'members', 'a.xlsx', 'x', repeat('0', 64) FROM buyer WHERE n = 0;
INSERT INTO declaration (owner_id, audience, supplier_id, evidence_id, template, revision, received_on, answers, counts,
                         rules_version)
  SELECT b.id, 'members', f.id, (SELECT id FROM evidence_item LIMIT 1), 'CMRT', '6.5', '2026-08-01', '[]', '{}', '1'
  FROM firm f JOIN buyer b ON b.n = f.n %% 40;
INSERT INTO smelter_line (declaration_id, row, metal, resolved_id, status)
  SELECT d.id, r, 'gold', 'CID' || lpad(((d.n * 7 + r * 11) %% 600)::text, 6, '0'), 'matched'
  FROM (SELECT id, row_number() OVER () AS n FROM declaration) d, generate_series(1, 333) r;
INSERT INTO follow (authority_id, supplier_id)
  SELECT b.id, f.id FROM firm f JOIN buyer b ON (f.n + b.n) %% 20 = 0;
INSERT INTO contract (supplier_id, owner_id, audience, number, title, product_group, starts_on, version)
  SELECT f.id, b.id, 'owner', 'B-' || f.n, 'Laptops', 'computers', '2026-01-01', 1
  FROM firm f JOIN buyer b ON b.n = f.n %% 40
"""


def _ripple(made: Database, lines: int) -> None:
    """100 of 600 smelters change: everybody concerned is told, in one pass over a million declared rows."""
    declarations = lines // 333 + 1
    with psycopg.connect(made.owner_url, autocommit=True) as connection:
        connection.execute("SELECT set_config('app.system', 'on', false)")
        for statement in DECLARE.split(";\n"):
            connection.execute(statement, {"declarations": declarations})
    with db.transaction() as session:
        session.execute(text("UPDATE sync_run SET state = 'failed', reason = 'empty' WHERE state = 'applied'"))
    names = [line(0, name=f"Smelter {n}", facility_id=f"CID{n:06d}") for n in range(600)]
    changed = [line(0, "Active", f"Smelter {n}", facility_id=f"CID{n:06d}") for n in range(100)]
    _apply(feed(names), 60)
    with db.transaction() as session:
        run = read(feed([*changed, *names[100:]]), DAY + timedelta(days=61))
        run_id, counted = run.id, run.counts["status_changed"]
    made.run("VACUUM ANALYZE")
    db.session.remove()
    db.set_scope(authority_id=None, system=True)

    def tell() -> None:
        with db.transaction() as session:
            session.execute(text("DELETE FROM notice"))
            tell_of_changes(uuid4(), {"run_id": str(run_id)})

    seconds = min(_seconds(tell) for _ in range(3))
    with db.transaction() as session:
        notices = session.scalar(text("SELECT count(*) FROM notice"))
        total = session.scalar(text("SELECT count(*) FROM smelter_line"))
        named = session.scalar(text("SELECT count(*) FROM smelter_line WHERE resolved_id < 'CID000100'"))
    said = _missed(seconds, RIPPLE_SECONDS, at_most=True)
    print(
        f"{counted} changed smelters, {total:,} declared rows ({named:,} name one of them), {declarations:,} suppliers:"
        f"\n  {notices:,} notices to 40 authorities in {seconds:.2f} s{said}",
        flush=True,
    )


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _missed(value: float, goal: float, *, at_most: bool = False) -> str:
    good = value <= goal if at_most else value >= goal
    return "" if good else f"  MISSES THE GOAL of {goal}"

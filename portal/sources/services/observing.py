"""From a snapshot to observations, in statements over whole lists: 50,000 rows are as one.

An observation is written where a list says something other than the newest observation of that facility and metal
under the scheme; that it was said again is kept by the run. A facility that is missing from a list is noted in the
run's difference. Only when a list of a later day lacks it too is it observed as removed: lists lose rows by mistake.
"""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

import psycopg
from sqlalchemy import CursorResult, text

from portal.db import now, session
from portal.sources.facilities import FacilityRow
from portal.sources.models import SyncRun

_NEWEST = """
    LEFT JOIN LATERAL (
      SELECT o.* FROM assurance_observation o
      WHERE o.pinch_point_id = p.id AND o.scheme = :scheme
      ORDER BY o.as_of DESC, o.seen_at DESC LIMIT 1
    ) newest ON true
"""

# In one order, so that two lists that name the same facility never wait for each other.
_POINTS = text("""
    INSERT INTO pinch_point (facility_id, metal, name, country)
    SELECT facility_id, metal, name, country FROM snapshot_row WHERE run_id = :run ORDER BY facility_id, metal
    ON CONFLICT (facility_id, metal) DO UPDATE SET name = excluded.name, country = excluded.country
    WHERE (pinch_point.name, pinch_point.country) IS DISTINCT FROM (excluded.name, excluded.country)
""")

_OBSERVE = text(f"""
    INSERT INTO assurance_observation
      (scheme, pinch_point_id, status, raw_status, raw_name, audit_date, cycle_years, cross_recognised, as_of, seen_at,
       run_id)
    SELECT :scheme, p.id, s.status, s.raw_status, s.name, s.audit_date, s.cycle_years, s.cross_recognised, :as_of,
           :seen_at, s.run_id
    FROM snapshot_row s JOIN pinch_point p USING (facility_id, metal) {_NEWEST}
    WHERE s.run_id = :run AND (newest.id IS NULL OR
      (s.status, s.raw_status, s.name, s.audit_date, s.cycle_years, s.cross_recognised) IS DISTINCT FROM
      (newest.status, newest.raw_status, newest.raw_name, newest.audit_date, newest.cycle_years,
       newest.cross_recognised))
""")  # noqa: S608 - our own words only

# A facility that either list names in a row that could not be taken is not missing.
_REMOVE = text(f"""
    INSERT INTO assurance_observation
      (scheme, pinch_point_id, status, raw_name, audit_date, cycle_years, cross_recognised, as_of, seen_at, run_id)
    SELECT :scheme, p.id, 'removed', newest.raw_name, newest.audit_date, newest.cycle_years, newest.cross_recognised,
           :as_of, :seen_at, :run
    FROM pinch_point p {_NEWEST}
    WHERE newest.status <> 'removed'
      AND NOT EXISTS (SELECT 1 FROM snapshot_row s
                      WHERE s.run_id IN (:shown, :missing_from) AND s.facility_id = p.facility_id AND s.metal = p.metal)
      AND NOT EXISTS (SELECT 1 FROM sync_run r, jsonb_to_recordset(r.rejects) AS x (facility_id text, metal text)
                      WHERE r.id IN (:shown, :missing_from) AND x.facility_id = p.facility_id AND x.metal = p.metal)
""")  # noqa: S608


def keep_snapshot(run_id: UUID, rows: Iterable[FacilityRow]) -> None:
    """Store the rows of a run with COPY."""
    session.flush()
    connection = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    columns = ", ".join(("run_id", *FacilityRow._fields))
    with connection.cursor() as cursor, cursor.copy(f"COPY snapshot_row ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((run_id, *row))


def observe_snapshot(run: SyncRun, scheme: str) -> int:
    """Append what the run's snapshot says anew; how many observations that are."""
    session.flush()
    session.execute(_POINTS, {"run": run.id})
    return _rows(_OBSERVE, {"run": run.id, "scheme": scheme, "as_of": run.as_of, "seen_at": now()})


def confirm_removals(run: SyncRun, scheme: str, shown: SyncRun, *, missing_from: UUID) -> int:
    """Observe as removed what both the list that was shown and this one of a later day lack; how many those are."""
    if run.as_of <= shown.as_of:
        return 0
    session.flush()
    values = {"run": run.id, "shown": shown.id, "missing_from": missing_from, "scheme": scheme}
    return _rows(_REMOVE, {**values, "as_of": run.as_of, "seen_at": now()})


def _rows(statement: Any, values: dict[str, Any]) -> int:
    return cast("CursorResult[Any]", session.execute(statement, values)).rowcount

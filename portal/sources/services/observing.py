"""From the changes of a list to observations, in statements over whole lists: 50,000 rows are as one.

An observation is written where a list says something other than the newest observation of that facility and metal
under the scheme; that it was said again is kept by the run. A facility that is missing from a list is noted in the
run's difference. Only when a list of a later day lacks it too is it observed as removed: lists lose rows by mistake.

Times come from the database's clock, and none is earlier than the observation before it: workers' clocks may differ.
"""

from typing import Any, cast

from sqlalchemy import CursorResult, text

from portal.db import plan_anew, session
from portal.sources.models import SyncRun

# By its index, point by point: few points change, and to sort what was ever observed costs more.
_NEWEST = """
    LATERAL (
      SELECT o.* FROM assurance_observation o WHERE o.scheme = :scheme AND o.pinch_point_id = point.id
      ORDER BY o.as_of DESC, o.seen_at DESC LIMIT 1
    ) newest
"""
_SEEN_AT = "greatest(clock_timestamp(), newest.seen_at + interval '1 microsecond')"

# Points are made and locked in one order, so that two lists that name the same facility never wait for each other. A
# list renames a point where it renames the facility itself; what another scheme calls it elsewhere is no rename.
_POINTS = text("""
    WITH change AS (
      SELECT * FROM list_change WHERE name IS NOT NULL
        AND (was_name IS NULL OR (name, country) IS DISTINCT FROM (was_name, was_country))
    ),
    renamed AS MATERIALIZED (
      SELECT p.id, c.name, c.country FROM change c JOIN pinch_point p ON p.id = c.pinch_point_id
      WHERE (p.name, p.country) IS DISTINCT FROM (c.name, c.country)
        AND (c.was_name IS NOT NULL
             OR NOT EXISTS (SELECT 1 FROM assurance_observation o
                            WHERE o.pinch_point_id = p.id AND o.scheme <> :scheme))
      ORDER BY p.facility_id, p.metal FOR NO KEY UPDATE OF p
    ), written AS (
      UPDATE pinch_point p SET name = r.name, country = r.country FROM renamed r WHERE r.id = p.id
    )
    INSERT INTO pinch_point (facility_id, metal, name, country)
    SELECT c.facility_id, c.metal, c.name, c.country FROM change c WHERE c.pinch_point_id IS NULL
    ORDER BY c.facility_id, c.metal
    ON CONFLICT (facility_id, metal) DO NOTHING
""")
_NEW_POINTS = text("""
    UPDATE list_change c SET pinch_point_id = p.id FROM pinch_point p
    WHERE c.pinch_point_id IS NULL AND p.facility_id = c.facility_id AND p.metal = c.metal
""")

_OBSERVE = text(f"""
    WITH point AS MATERIALIZED (
      SELECT c.pinch_point_id AS id, c.* FROM list_change c WHERE c.name IS NOT NULL
    )
    INSERT INTO assurance_observation
      (scheme, pinch_point_id, status, raw_status, raw_name, audit_date, cycle_years, cross_recognised, as_of, seen_at,
       run_id)
    SELECT :scheme, point.id, point.status, point.raw_status, point.name, point.audit_date, point.cycle_years,
           point.cross_recognised, :as_of, {_SEEN_AT}, :run
    FROM point LEFT JOIN {_NEWEST} ON true
    WHERE newest.run_id IS NULL OR
      (point.status, point.raw_status, point.name, point.audit_date, point.cycle_years, point.cross_recognised)
      IS DISTINCT FROM
      (newest.status, newest.raw_status, newest.raw_name, newest.audit_date, newest.cycle_years,
       newest.cross_recognised)
""")  # noqa: S608 - our own words only

# A facility that either list names in a row that could not be taken is not missing.
_REMOVE = text(f"""
    WITH gone AS (
      DELETE FROM list_absence a WHERE a.source_code = :source
        AND NOT EXISTS (SELECT 1 FROM incoming_row s WHERE s.facility_id = a.facility_id AND s.metal = a.metal)
        AND NOT EXISTS (SELECT 1 FROM sync_run r, jsonb_to_recordset(r.rejects) AS x (facility_id text, metal text)
                        WHERE r.id IN (:shown, :run) AND x.facility_id = a.facility_id AND x.metal = a.metal)
      RETURNING a.facility_id, a.metal
    ), point AS MATERIALIZED (
      SELECT p.id FROM gone JOIN pinch_point p USING (facility_id, metal)
    )
    INSERT INTO assurance_observation
      (scheme, pinch_point_id, status, raw_name, audit_date, cycle_years, cross_recognised, as_of, seen_at, run_id)
    SELECT :scheme, point.id, 'removed', newest.raw_name, newest.audit_date, newest.cycle_years,
           newest.cross_recognised, :as_of, {_SEEN_AT}, :run
    FROM point JOIN {_NEWEST} ON true
    WHERE newest.status <> 'removed'
""")  # noqa: S608


def observe_changes(run: SyncRun, scheme: str) -> int:
    """Append what the run's list says anew, as noted in list_change; how many observations that are."""
    session.flush()
    session.execute(_POINTS, {"scheme": scheme})
    session.execute(_NEW_POINTS)
    plan_anew()
    return _rows(_OBSERVE, {"run": run.id, "scheme": scheme, "as_of": run.as_of})


def confirm_removals(run: SyncRun, scheme: str, shown: SyncRun) -> int:
    """Observe as removed what both the list that is shown and this one of a later day lack; how many those are.

    Before the run's list takes the place of the shown one. A run without rows of its own found the same list again.
    """
    if run.as_of <= shown.as_of:
        return 0
    session.flush()
    values = {"run": run.id, "shown": shown.id, "source": run.source_code, "scheme": scheme}
    return _rows(_REMOVE, {**values, "as_of": run.as_of})


def _rows(statement: Any, values: dict[str, Any]) -> int:
    return cast("CursorResult[Any]", session.execute(statement, values)).rowcount

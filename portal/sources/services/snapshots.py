"""The rows of a list: stored with COPY as they are read, compared by the database with the list that is shown.

Of a source the shown list is kept, row by row. A list that comes lies in a work table for the time of its transaction,
and only what differs is written to the shown one. A held list is read again from its file when a person applies it.
"""

from collections.abc import Iterable
from typing import Any, cast

import psycopg
from sqlalchemy import text

from portal.db import session
from portal.sources.facilities import FacilityRow
from portal.sources.models import SyncRun
from portal.sources.refusal import Refused

_VALUES = ("name", "country", "raw_status", "status", "audit_date", "cycle_years", "cross_recognised")


def _columns(prefix: str) -> str:
    return ", ".join(f"{prefix}{name}" for name in _VALUES)


_TYPES = (
    "{0}name text, {0}country text, {0}raw_status text, {0}status varchar(24), {0}audit_date date,"
    " {0}cycle_years smallint, {0}cross_recognised text"
)
_KEY = "facility_id varchar(20) NOT NULL, metal varchar(20) NOT NULL"
# The rows of the list that is read; and what it says otherwise than the list that is shown. There, without a name a
# facility is missing from the list, without `was_name` new on it. Its point is looked up once for all statements; that
# of a facility never seen is made when the list is applied. No keys: they cost as much as the rows.
_WORK_TABLES = (
    f"CREATE TEMP TABLE IF NOT EXISTS incoming_row ({_KEY}, {_TYPES.format('')}) ON COMMIT DROP",
    f"CREATE TEMP TABLE IF NOT EXISTS list_change ({_KEY}, {_TYPES.format('')}, {_TYPES.format('was_')},"
    " pinch_point_id uuid) ON COMMIT DROP",
    "TRUNCATE incoming_row, list_change",
)

# A facility that the list names in a row that could not be taken is not missing.
_NOTE_CHANGES = text(f"""
    INSERT INTO list_change (facility_id, metal, pinch_point_id, {_columns("")}, {_columns("was_")})
    SELECT facility_id, metal,
      (SELECT p.id FROM pinch_point p WHERE p.facility_id = coalesce(now.facility_id, was.facility_id)
        AND p.metal = coalesce(now.metal, was.metal)),
      {_columns("now.")}, {_columns("was.")}
    FROM incoming_row now
    FULL JOIN (SELECT * FROM snapshot_row WHERE source_code = :source) was USING (facility_id, metal)
    WHERE ({_columns("now.")}) IS DISTINCT FROM ({_columns("was.")})
      AND (now.name IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM sync_run r, jsonb_to_recordset(r.rejects) AS x (facility_id text, metal text)
        WHERE r.id = :run AND x.facility_id = was.facility_id AND x.metal = was.metal))
""")  # noqa: S608 - our own words only
_TAKE_OFF = text("""
    DELETE FROM snapshot_row s USING list_change c
    WHERE c.name IS NULL
      AND s.source_code = :source AND s.facility_id = c.facility_id AND s.metal = c.metal
""")
_PUT_ON = text(f"""
    INSERT INTO snapshot_row (source_code, facility_id, metal, {_columns("")})
    SELECT :source, facility_id, metal, {_columns("")} FROM list_change
    WHERE name IS NOT NULL AND was_name IS NULL
""")  # noqa: S608
_CHANGE = text(f"""
    UPDATE snapshot_row s SET ({_columns("")}) = ROW ({_columns("c.")})
    FROM list_change c
    WHERE c.name IS NOT NULL AND c.was_name IS NOT NULL
      AND s.source_code = :source AND s.facility_id = c.facility_id AND s.metal = c.metal
""")  # noqa: S608
# Who leaves the list waits for a second one that lacks it too (observing.py); who is on it again waits no longer.
_MISS = text("""
    INSERT INTO list_absence (source_code, facility_id, metal)
    SELECT :source, facility_id, metal FROM list_change WHERE name IS NULL
""")
_FIND_AGAIN = text("""
    DELETE FROM list_absence a USING list_change c
    WHERE c.was_name IS NULL AND a.source_code = :source AND a.facility_id = c.facility_id AND a.metal = c.metal
""")
_ADDED = "was_name IS NULL"
_REMOVED = "name IS NULL"
_BOTH = "name IS NOT NULL AND was_name IS NOT NULL"
KINDS = ("added", "removed", "renamed", "status_changed", "other_fields")
_OTHER_FIELDS = ("audit_date", "cycle_years", "country", "cross_recognised")


def _entries(where: str, values: str, source: str = "change") -> str:
    """The entries of one kind: whole rows, since to build each from its fields takes the database twice the time."""
    name = "coalesce(name, was_name) AS name"
    rows = f"SELECT facility_id, metal, {name}, {values} FROM {source} WHERE {where}"  # noqa: S608
    return f"coalesce((SELECT jsonb_agg(to_jsonb(entry)) FROM ({rows}) entry), '[]')"  # noqa: S608


def _field_entries() -> str:
    fields = ", ".join(f"('{name}', to_jsonb(was_{name}), to_jsonb({name}))" for name in _OTHER_FIELDS)
    now, was = ", ".join(_OTHER_FIELDS), ", ".join(f"was_{name}" for name in _OTHER_FIELDS)
    return _entries(
        f"{_BOTH} AND ({now}) IS DISTINCT FROM ({was}) AND before IS DISTINCT FROM after",
        'field, before AS "from", after AS "to"',
        f"change, LATERAL (VALUES {fields}) AS one (field, before, after)",
    )


_COMPARE = text(f"""
    WITH change AS MATERIALIZED (SELECT * FROM list_change ORDER BY facility_id COLLATE "C", metal COLLATE "C")
    UPDATE sync_run SET diff = jsonb_build_object(
      'added', {_entries(_ADDED, "country, raw_status AS status, audit_date")},
      'removed', {_entries(_REMOVED, "was_raw_status AS status")},
      'renamed', {_entries(f"{_BOTH} AND name <> was_name", 'was_name AS "from", name AS "to"')},
      'status_changed',
        {_entries(f"{_BOTH} AND raw_status <> was_raw_status", 'was_raw_status AS "from", raw_status AS "to"')},
      'other_fields', {_field_entries()})
    WHERE id = :run
    RETURNING (SELECT jsonb_object_agg(key, jsonb_array_length(value)) FROM jsonb_each(diff)) AS counts,
      (SELECT count(*) FROM change WHERE {_BOTH}) AS changed,
      (SELECT count(*) FROM change WHERE {_BOTH} AND audit_date < was_audit_date) AS backwards
""")  # noqa: S608


def lay_out() -> None:
    """Make the work tables of this transaction, or empty them. They go with its end, however it ends."""
    for statement in _WORK_TABLES:
        session.execute(text(statement))


def take_in(rows: Iterable[FacilityRow]) -> None:
    """Store the rows of a list while it is read. Raises Refused, and then keeps none of them."""
    session.flush()
    lay_out()
    columns = ", ".join(FacilityRow._fields)
    refused = None
    with session.begin_nested() as savepoint:
        connection = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
        try:
            with connection.cursor() as cursor, cursor.copy(f"COPY incoming_row ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        except Refused as error:
            savepoint.rollback()
            refused = error
    if refused:
        raise refused


def note_changes(run: SyncRun) -> None:
    """Find what a run's list says otherwise than the one that is shown, for all that follows in this transaction."""
    session.flush()
    session.execute(_NOTE_CHANGES, {"run": run.id, "source": run.source_code})


def show(run: SyncRun) -> None:
    """Make the run's list the one that is shown: only what differs is written."""
    for statement in (_TAKE_OFF, _CHANGE, _PUT_ON, _MISS, _FIND_AGAIN):
        session.execute(statement, {"source": run.source_code})


def compare(run: SyncRun) -> dict[str, int]:
    """Note how a run's list differs from the one that is shown: the entries with the run, sorted by facility.

    The number of each kind. Of a first list everything is new: that is counted and not spelt out.
    """
    note_changes(run)
    if run.previous_run_id is None:
        return {**dict.fromkeys(KINDS, 0), "added": run.rows_read, "unchanged": 0, "backwards": 0}
    found = session.execute(_COMPARE, {"run": run.id}, execution_options={"synchronize_session": False}).one()
    session.expire(run, ["diff"])
    unchanged = run.rows_read - found.counts["added"] - found.changed
    return {**{kind: found.counts[kind] for kind in KINDS}, "unchanged": unchanged, "backwards": found.backwards}

"""Everything that the database holds, to compare before and after; read as the superuser, so nothing is hidden."""

from typing import Any

import psycopg
from psycopg import sql

from portal.schema import metadata

# What a merge and its undoing leave behind on purpose.
TRACES = {
    *("journal_entry", "journal_head", "outbox_event", "supplier_merge", "merge_ledger", "notice", "notice_read"),
    *(
        "supplier_pair",
        "supplier_change",
        "merge_placement",
        "screening_due",
    ),  # that the two are different companies, and are to be looked at
}

Snapshot = dict[str, list[Any]]


def snapshot(superuser_url: str, database: str) -> Snapshot:
    """The rows of every table without traces, counters of versions and times of change, in a fixed order."""
    found: Snapshot = {}
    with psycopg.connect(superuser_url, dbname=database) as connection:
        for name in sorted(set(metadata.tables) - TRACES):
            rows = sql.SQL("SELECT to_jsonb(t) - 'version' - 'changed_at' FROM {} t ORDER BY to_jsonb(t)::text")
            query = rows.format(sql.Identifier(name))
            found[name] = sorted((row[0] for row in connection.execute(query)), key=str)
    return found

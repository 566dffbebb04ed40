"""What a change on an assurance list touches: declarations -> suppliers -> contracts -> the authorities concerned.

One statement over whole sets. Each authority is told of a change once, and only because of declarations that it sees
itself: what another authority keeps to itself neither adds to a notice nor causes one.
"""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text

from portal.db import session
from portal.minerals.queries import Change, changes_of_run
from portal.minerals.rules import severity
from portal.notifications.queries import concerned, count_suppliers_naming
from portal.notifications.rules import NoticeKind
from portal.sources import queries as sources
from portal.sources.services.decisions import note_suppliers_touched

# One notice for each authority and change, in one order, so that two runs never wait for each other.
_TELL = text("""
    INSERT INTO notice (authority_id, key, kind, object_id, params)
    SELECT told.authority_id, change.key, :kind, change.run_id, change.params
    FROM unnest(CAST(:authority_ids AS uuid[]), CAST(:facility_ids AS text[]), CAST(:metals AS text[]))
           AS told (authority_id, facility_id, metal)
    JOIN jsonb_to_recordset(CAST(:changes AS jsonb))
           AS change (facility_id text, metal text, run_id uuid, key text, params jsonb) USING (facility_id, metal)
    ORDER BY change.facility_id, change.metal, told.authority_id
    ON CONFLICT (authority_id, key) DO NOTHING
""")


def tell_of_changes(_event_id: UUID, payload: Mapping[str, Any]) -> None:
    """A run changed statuses: tell the authorities that see a declaration of the facility and have a stake in it.

    The notice keeps what the list said. Whom it touches is asked again each time it is shown.
    """
    changes = {(change.facility_id, change.metal): change for change in changes_of_run(UUID(payload["run_id"]))}
    found = concerned(changes)
    if not found:
        return
    session.execute(
        _TELL,
        {
            "kind": NoticeKind.ASSURANCE_CHANGED,
            "authority_ids": [authority_id for authority_id, _pair in found],
            "facility_ids": [pair[0] for _authority_id, pair in found],
            "metals": [pair[1] for _authority_id, pair in found],
            "changes": json.dumps([_telling(change) for change in changes.values()]),
        },
    )


def _telling(change: Change) -> dict[str, Any]:
    return {
        "facility_id": change.facility_id,
        "metal": change.metal,
        "run_id": str(change.run_id),
        "key": f"assurance:{change.scheme}:{change.facility_id}:{change.metal}:{change.run_id}",
        "params": {
            "scheme": change.scheme,
            "facility_id": change.facility_id,
            "metal": change.metal,
            "name": change.name,
            "before": change.before,
            "after": change.after,
            "as_of": change.as_of.isoformat(),
            "severity": severity(change.before, change.after),
        },
    }


def count_suppliers_touched(_event_id: UUID, payload: Mapping[str, Any]) -> None:
    """A list is held: tell operators how many suppliers it would touch, a number over the network and no more."""
    run = sources.get_run(UUID(payload["run_id"]), whole=True)
    pairs = {(entry["facility_id"], entry["metal"]) for entries in run.diff.values() for entry in entries}
    note_suppliers_touched(run.id, count_suppliers_naming(pairs))

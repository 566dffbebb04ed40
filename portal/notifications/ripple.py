"""What a change on an assurance list touches: declarations -> suppliers -> contracts -> the authorities concerned.

One statement over whole sets. Each authority is told of a change once, and only because of declarations that it sees
itself: what another authority keeps to itself neither adds to a notice nor causes one.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal.minerals.queries import changes_of_run
from portal.minerals.rules import severity
from portal.notifications.queries import count_suppliers_naming, touched
from portal.notifications.rules import NoticeKind
from portal.notifications.services import Telling, notify
from portal.sources import queries as sources
from portal.sources.services.decisions import note_suppliers_touched


def tell_of_changes(_event_id: UUID, payload: Mapping[str, Any]) -> None:
    """A run changed statuses: tell the authorities that see a declaration of the facility and have a stake in it.

    The notice keeps what the list said. Whom it touches is asked again each time it is shown.
    """
    changes = {(change.facility_id, change.metal): change for change in changes_of_run(UUID(payload["run_id"]))}
    concerned = {(touch.authority_id, touch.pair) for touch in touched(changes)}
    notify(
        Telling(
            authority_id,
            key=f"assurance:{change.scheme}:{change.facility_id}:{change.metal}:{change.run_id}",
            kind=NoticeKind.ASSURANCE_CHANGED,
            object_id=change.run_id,
            params={
                "scheme": change.scheme,
                "facility_id": change.facility_id,
                "metal": change.metal,
                "name": change.name,
                "before": change.before,
                "after": change.after,
                "as_of": change.as_of.isoformat(),
                "severity": severity(change.before, change.after),
            },
        )
        for authority_id, pair in sorted(concerned, key=lambda one: (one[1], one[0]))
        for change in (changes[pair],)
    )


def count_suppliers_touched(_event_id: UUID, payload: Mapping[str, Any]) -> None:
    """A list is held: tell operators how many suppliers it would touch, a number over the network and no more."""
    run = sources.get_run(UUID(payload["run_id"]), whole=True)
    pairs = {(entry["facility_id"], entry["metal"]) for entries in run.diff.values() for entry in entries}
    note_suppliers_touched(run.id, count_suppliers_naming(pairs))

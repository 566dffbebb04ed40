"""Lists of conflict-affected areas for tests: as bytes, and as a version that an applied run left."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from portal.access.actor import system_actor
from portal.sources.models import SyncRun
from portal.sources.rules import Trigger
from portal.sources.services import requests, runs

# Country -> codes of its regions; None for the whole country.
Places = Mapping[str, Sequence[str] | None]

PLACES: Places = {"BI": None, "CO": ["CO-CAU", "CO-CHO"], "CD": ["CD-NK", "CD-SK"], "ML": ["ML-1"], "VE": None}


def document(places: Places = PLACES, published: str | None = None) -> bytes:
    """A list as the open copies have it."""
    entries: list[dict[str, Any]] = [
        {
            "countryName": country,
            "iso2": country,
            "wholeCountry": regions is None,
            "regions": None if regions is None else [_region(code) for code in regions],
        }
        for country, regions in places.items()
    ]
    meta: dict[str, Any] = {"version": "Test"} | ({"reportsUpdated": published} if published else {})
    return json.dumps({"meta": meta, "entries": entries}).encode()


def _region(code: str) -> dict[str, Any]:
    return {"name": code, "code": code, "conflictAffected": True, "highRisk": False}


def read_areas(content: bytes, as_of: date) -> SyncRun:
    """The run of a list of areas, carried out; within the caller's transaction."""
    actor = system_actor("test")
    run = requests.add_file_run(
        actor, "cahra", content=content, filename="areas.json", as_of=as_of, trigger=Trigger.UPLOAD
    )
    runs.execute(actor, run.id, lambda _done, _total: None)
    return run

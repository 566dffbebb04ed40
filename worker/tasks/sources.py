"""Runs of sources: fetch the list where it comes from the web, then carry the run out."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from portal import db, progress
from portal.access.actor import system_actor
from portal.sources import queries
from portal.sources.catalogue import COPPER_MARK, LBMA, RJC, RMAP
from portal.sources.refusal import Refused
from portal.sources.services.runs import Fetched, execute
from worker.connectors import cahra, facility_lists

CONNECTORS: Mapping[str, Callable[[str, str | None], Fetched]] = {
    "cahra": cahra.fetch,
    **{source.code: partial(facility_lists.fetch, source=source) for source in (RMAP, LBMA, RJC, COPPER_MARK)},
}


def fetch_list(payload: Mapping[str, Any]) -> Fetched | Refused | None:
    """What the run's address gives; None for a run that has its file or is over. A refusal is a result, too."""
    with db.transaction():
        wanted = queries.to_fetch(UUID(payload["run_id"]))
    if wanted is None:
        return None
    try:
        return CONNECTORS[wanted.code](wanted.url, wanted.etag)
    except Refused as refused:
        return refused


def carry_out(_event_id: UUID, payload: Mapping[str, Any], fetched: Fetched | Refused | None = None) -> None:
    """Read, compare and apply, hold or fail; a second delivery finds the run decided."""
    run_id = UUID(payload["run_id"])
    execute(system_actor("assurance sync"), run_id, partial(progress.report, run_id), fetched)

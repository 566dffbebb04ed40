"""Sanctions lists: fetch and compare a list, then compare everybody with what it changed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal import db
from portal.access.actor import system_actor
from portal.sanctions.services import asking, runs, screening
from portal.sources import queries
from portal.sources.refusal import Refused
from portal.sources.services.runs import Fetched
from worker.connectors import opensanctions, sanctions


def fetch_list(payload: Mapping[str, Any]) -> Fetched | Refused | None:
    """What the run's address gives; None for a run that has its file or is over. A refusal is a result, too."""
    with db.transaction():
        wanted = queries.to_fetch(UUID(payload["run_id"]))
    if wanted is None:
        return None
    try:
        return sanctions.fetch(wanted.code, wanted.url, wanted.etag)
    except Refused as refused:
        return refused


def carry_out(_event_id: UUID, payload: Mapping[str, Any], fetched: Fetched | Refused | None = None) -> None:
    """Compare and apply, hold or fail; a second delivery finds the run decided."""
    runs.execute(system_actor("sanctions sync"), UUID(payload["run_id"]), fetched)


def screen_run(_event_id: UUID, payload: Mapping[str, Any]) -> None:
    """Compare a batch of suppliers with what the run changed; the same batch twice writes the same."""
    after = payload.get("after")
    screening.screen_run(UUID(payload["run_id"]), UUID(after) if after else None)


def screen_due(_event_id: UUID, _payload: Mapping[str, Any]) -> None:
    """Compare what appeared or changed with all lists."""
    screening.screen_due()


def ask(payload: Mapping[str, Any]) -> asking.Asked | None:
    """What OpenSanctions says of the next followed suppliers; None where it is switched off or nobody is left."""
    service = opensanctions.opensanctions()
    after = payload.get("after")
    with db.transaction():
        wanted = asking.next_batch(UUID(after) if after else None)
    return service.match(wanted) if service and wanted else None


def take_answers(_event_id: UUID, _payload: Mapping[str, Any], fetched: asking.Asked | None) -> None:
    """Keep what it found as candidates, and go on with the next suppliers."""
    if fetched:
        asking.take_answers(system_actor("OpenSanctions"), fetched)

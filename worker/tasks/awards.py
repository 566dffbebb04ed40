"""Notices of awards: ask the source, then keep what is new."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal import db
from portal.access.actor import system_actor
from portal.awards import queries as awards
from portal.awards import services
from portal.awards.catalogue import SOURCES
from portal.sources import queries
from portal.sources.refusal import Refused
from portal.sources.services.runs import Fetched
from worker.connectors import awards as connector


def fetch(payload: Mapping[str, Any]) -> Fetched | Refused | None:
    """What the run's address gives; None for a run that has its file or is over. A refusal is a result, too."""
    with db.transaction():
        wanted = queries.to_fetch(UUID(payload["run_id"]))
        if wanted is None:
            return None
        is_search = SOURCES[wanted.code].is_search
        numbers = awards.numbers_to_ask(wanted.code) if is_search else []
    try:
        if is_search:
            return connector.search(wanted.code, wanted.url, numbers)
        return connector.fetch(wanted.code, wanted.url, wanted.etag)
    except Refused as refused:
        return refused


def carry_out(_event_id: UUID, payload: Mapping[str, Any], fetched: Fetched | Refused | None = None) -> None:
    """Keep new awards or say why not; a second delivery finds the run decided."""
    services.execute(system_actor("award notices"), UUID(payload["run_id"]), fetched)

"""LEI records and searches: ask GLEIF, then let the portal take the answer in."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal import db
from portal.access.actor import system_actor
from portal.registry.gleif import queries, services
from portal.registry.gleif.rules import SOURCE, Problem
from portal.registry.gleif.services import Answer
from worker.connectors import gleif

OFF = Answer(problem=Problem.SWITCHED_OFF)


def fetch_record(payload: Mapping[str, Any]) -> Answer:
    """The record of a LEI. A failure is an answer, too."""
    api = gleif.gleif()
    return api.record(payload["lei"]) if api else OFF


def take_record(_event_id: UUID, payload: Mapping[str, Any], fetched: Answer) -> None:
    """Keep the record and what it says of the supplier; the same one twice changes nothing."""
    services.take_record(system_actor(SOURCE), payload["lei"], fetched)


def search(payload: Mapping[str, Any]) -> Answer:
    """LEIs for the name of a supplier."""
    api = gleif.gleif()
    with db.transaction():
        wanted = queries.name_of(UUID(payload["supplier_id"]))
    if api is None or wanted is None:
        return OFF
    return api.search(*wanted)


def take_proposals(_event_id: UUID, payload: Mapping[str, Any], fetched: Answer) -> None:
    """Keep them for a person to decide."""
    services.take_proposals(system_actor(SOURCE), UUID(payload["supplier_id"]), fetched)

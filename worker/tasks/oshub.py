"""Places of a supplier: ask Open Supply Hub, then let the portal keep what it proposes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal import db
from portal.access.actor import system_actor
from portal.registry.oshub import queries, services
from portal.registry.oshub.rules import SOURCE, Problem
from portal.registry.oshub.services import Answer
from worker.connectors import oshub


def look_up(payload: Mapping[str, Any]) -> Answer:
    """What the service knows of the supplier. A failure is an answer, too."""
    api = oshub.oshub()
    with db.transaction():
        wanted = queries.wanted_for(UUID(payload["supplier_id"]))
    if api is None or wanted is None:
        return Answer(problem=Problem.SWITCHED_OFF)
    return api.look_up(wanted)


def take_places(_event_id: UUID, payload: Mapping[str, Any], fetched: Answer) -> None:
    """Keep them for a person to decide."""
    services.take_places(system_actor(SOURCE), UUID(payload["supplier_id"]), fetched)

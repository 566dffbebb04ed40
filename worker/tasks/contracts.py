"""What follows when a contract's dates change."""

from typing import Any
from uuid import UUID

from portal.access.actor import system_actor
from portal.obligations.services import plan_after_change


def plan_obligations(_event_id: UUID, payload: dict[str, Any]) -> None:
    """Work the due days out again; a second delivery finds nothing to change."""
    plan_after_change(system_actor("worker"), UUID(payload["contract_id"]))

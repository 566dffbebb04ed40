"""Names of smelters: what was decided on one is added to every declaration that has it."""

from typing import Any
from uuid import UUID

from portal.declarations.naming import services


def note_verdict(_event_id: UUID, payload: dict[str, Any]) -> None:
    """Add a finding to each declaration with the name; a second delivery adds none."""
    services.note_verdict(UUID(payload["verdict_id"]))


def note_known_names(_event_id: UUID, payload: dict[str, Any]) -> None:
    """Add to a new declaration what was decided on its names before."""
    services.note_known_names(UUID(payload["declaration_id"]))

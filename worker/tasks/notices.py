"""Imports of procurement notices: the dry run and the applying of a file."""

from typing import Any
from uuid import UUID

from portal.contracts.notices import services


def run_import(_event_id: UUID, payload: dict[str, Any]) -> None:
    """Check or apply the notices, whichever they wait for; a second delivery finds it done."""
    services.run(UUID(payload["notice_import_id"]))

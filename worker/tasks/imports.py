"""Imports of suppliers: the dry run and the applying of a list."""

from functools import partial
from typing import Any
from uuid import UUID

from portal import progress
from portal.registry.dictionary import recount
from portal.registry.imports import services


def run_import(_event_id: UUID, payload: dict[str, Any]) -> None:
    """Check or apply the list, whichever it waits for; a second delivery finds it done."""
    import_id = UUID(payload["import_id"])
    services.run(import_id, partial(progress.report, import_id))


def count_words(_event_id: UUID, _payload: dict[str, Any]) -> None:
    """Count the words of a long list at once: until then look-up takes each new word for a rare one."""
    recount()

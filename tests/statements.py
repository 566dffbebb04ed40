"""Query budgets: what runs in the database within a block."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import event

from portal import db
from portal.registry import lookup_index


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements that run within, in their order."""
    ran: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        ran.append(statement)

    def noted(statement: str, values: Mapping[str, Any]) -> list[Any]:
        ran.append(statement)
        return db.driver_rows(statement, values)

    engine = db.session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        with patch.object(lookup_index, "driver_rows", noted):  # which passes the engine's events by
            yield ran
    finally:
        event.remove(engine, "before_cursor_execute", note)

"""Query budgets: what runs in the database within a block."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from portal import db


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements that run within, in their order."""
    ran: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        ran.append(statement)

    engine = db.session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(engine, "before_cursor_execute", note)

"""Deliver one outbox event to its handlers: their effects and the mark "done" are one transaction."""

from functools import partial
from uuid import UUID

import structlog

from portal import db
from portal.outbox import services as outbox
from portal.outbox.events import Event
from worker.app import app
from worker.handlers import HANDLERS, Fetching

log = structlog.get_logger(__name__)


@app.task(name="events.deliver")
def deliver(event_id: str) -> None:
    """Handle the event unless it is done, parked or being handled; a failure is noted and tried again later."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(event_id=event_id)
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    try:
        _handle(UUID(event_id))
    except Exception as error:
        log.exception("event failed")
        with db.transaction():
            parked = outbox.mark_failed(UUID(event_id), _in_a_line(error))
        if parked:
            log.error("event parked for an operator")
    finally:
        db.session.remove()


def _handle(event_id: UUID) -> None:
    with db.transaction():
        event = outbox.begin(event_id)
        if event is None:
            return
        name, payload, request_id = event.name, dict(event.payload), event.request_id
    structlog.contextvars.bind_contextvars(request_id=request_id, event_name=name)
    # The network first, while no transaction is open and nothing is locked.
    handlers = [
        partial(handler.handle, fetched=handler.fetch(payload)) if isinstance(handler, Fetching) else handler
        for handler in HANDLERS[Event(name)]
    ]
    with db.transaction():
        event = outbox.take(event_id)
        if event is None:
            return
        for handler in handlers:
            handler(event.id, payload)
        outbox.mark_done(event)
    log.info("event handled")


def _in_a_line(error: BaseException) -> str:
    """What went wrong, for operators: the first line only, as a database adds the values of a statement below it."""
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__

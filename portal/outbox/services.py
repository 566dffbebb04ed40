"""Writing and claiming events. `emit` belongs to the transaction of the data; the rest is for relay and worker."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from structlog.contextvars import get_contextvars

from portal.access.actor import Actor
from portal.db import session
from portal.outbox.events import Event
from portal.outbox.models import OutboxEvent

CHANNEL = "outbox"
MAX_ATTEMPTS = 8
MAX_ERROR = 500
# How long a dispatched event may stay unhandled before it is sent again. A task that finds its event locked or done
# leaves it alone, so a repeat while a long task still runs is harmless.
RESEND_AFTER = timedelta(seconds=45)


def emit(name: Event, *, actor: Actor | None = None, **payload: Any) -> None:
    """Add an event to this transaction and wake the relay when it commits. Payload values become strings."""
    session.add(
        OutboxEvent(
            name=name,
            payload={key: str(value) for key, value in payload.items()},
            request_id=get_contextvars().get("request_id"),
            actor_id=actor.user_id if actor else None,
        )
    )
    session.execute(select(func.pg_notify(CHANNEL, "")))


def claim_due(limit: int = 100) -> Sequence[UUID]:
    """Ids of due events, pushed into the future so that nobody else dispatches them meanwhile."""
    due = (
        select(OutboxEvent.id)
        .where(OutboxEvent.done_at.is_(None), OutboxEvent.parked_at.is_(None), OutboxEvent.due_at <= func.now())
        .order_by(OutboxEvent.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = (
        update(OutboxEvent)
        .where(OutboxEvent.id.in_(due.scalar_subquery()))
        .values(due_at=func.now() + RESEND_AFTER)
        .returning(OutboxEvent.id)
    )
    return session.scalars(claimed, execution_options={"synchronize_session": False}).all()


def give_back(event_ids: Sequence[UUID]) -> None:
    """Undo `claim_due` for events that could not be dispatched after all."""
    still_open = OutboxEvent.done_at.is_(None), OutboxEvent.parked_at.is_(None)
    session.execute(update(OutboxEvent).where(OutboxEvent.id.in_(event_ids), *still_open).values(due_at=func.now()))


def take(event_id: UUID) -> OutboxEvent | None:
    """Lock an open event for handling, or None when it is done, parked or in another worker's hands."""
    return session.scalar(
        select(OutboxEvent)
        .where(OutboxEvent.id == event_id, OutboxEvent.done_at.is_(None), OutboxEvent.parked_at.is_(None))
        .with_for_update(skip_locked=True)
    )


def begin(event_id: UUID) -> OutboxEvent | None:
    """Count a delivery before it is handled; None when there is nothing to handle.

    Counted in a transaction of its own, so that an event which kills its worker each time is parked in the end too.
    """
    event = take(event_id)
    if event is None:
        return None
    if event.attempts >= MAX_ATTEMPTS:
        event.parked_at = datetime.now(UTC)
        event.last_error = event.last_error or "The worker ended while it was handling this."
        return None
    event.attempts += 1
    event.due_at = datetime.now(UTC) + RESEND_AFTER
    return event


def mark_done(event: OutboxEvent) -> None:
    """The handlers' effects and this mark are committed together: an effect happens once."""
    event.done_at = datetime.now(UTC)
    event.last_error = None


def mark_failed(event_id: UUID, error: str) -> bool:
    """Note a failure and when to try again; True when the event is parked for an operator instead."""
    event = take(event_id)
    if event is None:
        return False
    event.last_error = error[:MAX_ERROR]
    if event.attempts >= MAX_ATTEMPTS:
        event.parked_at = datetime.now(UTC)
        return True
    event.due_at = datetime.now(UTC) + timedelta(seconds=min(5 * 2**event.attempts, 3600))
    return False


def release(event_id: UUID) -> int:
    """An operator sends a parked event again; the number of events released (0 or 1)."""
    released = session.scalars(
        update(OutboxEvent)
        .where(OutboxEvent.id == event_id, OutboxEvent.parked_at.is_not(None))
        .values(parked_at=None, attempts=0, due_at=func.now())
        .returning(OutboxEvent.id)
    ).all()
    session.execute(select(func.pg_notify(CHANNEL, "")))
    return len(released)

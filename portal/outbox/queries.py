"""What operators see of the outbox."""

from collections.abc import Sequence

from sqlalchemy import func, select

from portal.db import session
from portal.outbox.models import OutboxEvent


def parked_events(limit: int = 100) -> Sequence[OutboxEvent]:
    """Events that failed too often and wait for a person."""
    query = select(OutboxEvent).where(OutboxEvent.parked_at.is_not(None))
    return session.scalars(query.order_by(OutboxEvent.parked_at.desc()).limit(limit)).all()


def open_count() -> int:
    """Events not handled yet."""
    query = select(func.count()).where(OutboxEvent.done_at.is_(None), OutboxEvent.parked_at.is_(None))
    return session.scalar(query) or 0

"""The outbox table: why Celery alone is not enough. An event is committed with the data it speaks of; Redis may be
flushed at any moment and the relay delivers again what was not marked done.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt, UuidKey


class OutboxEvent(Base):
    """One event to be handled at least once; handlers are keyed by its id and so act once."""

    __tablename__ = "outbox_event"

    id: Mapped[UuidKey]
    name: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    request_id: Mapped[str | None] = mapped_column(Text)
    actor_id: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    parked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("ix_outbox_event_open", "due_at", postgresql_where=text("done_at IS NULL AND parked_at IS NULL")),
    )

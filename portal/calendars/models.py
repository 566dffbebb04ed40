"""Calendar feeds: secret addresses under which a calendar program fetches what one person or authority may see."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt, UuidKey


class CalendarFeed(Base):
    """One secret address; only its hash is kept. Without a person it is the feed of the whole authority.

    Each has one living feed at most. A row is never changed but by revoking it, once.
    """

    __tablename__ = "calendar_feed"

    id: Mapped[UuidKey]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[CreatedAt]
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index(
            "uq_calendar_feed_living",
            "owner_id",
            "user_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

"""Saved searches of the look-up page."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt, UuidKey


class SavedSearch(Base):
    """A state of the look-up page under a name: of one person, in the authority that the person then acted for.

    It goes with the account. One that was deleted stays until the person deletes the next one, for undoing it.
    """

    __tablename__ = "saved_search"

    id: Mapped[UuidKey]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    name: Mapped[str] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text)  # of the page's address, as choice.address_query() writes it
    created_at: Mapped[CreatedAt]
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("query <> ''", name="query"),
        Index(
            "uq_saved_search_name",
            *("user_id", "owner_id", "name"),
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
    )

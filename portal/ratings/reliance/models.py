"""Decisions on other authorities' assessments: who relies on what or does not, why, and what was seen of it then."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt, UuidKey


class RatingReliance(Base):
    """One authority's decision on a published assessment of another one.

    `snapshot` is the assessment as it stood (snapshot.py), `digest` the SHA-256 of it. The database lets nobody change
    them or the decision: it can end, once and with a reason, and a new decision is a new record.
    """

    __tablename__ = "rating_reliance"

    id: Mapped[UuidKey]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), index=True)  # who decided
    source_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))  # whose assessment it is
    rating_id: Mapped[UUID] = mapped_column(ForeignKey("rated_assessment.id"), index=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    decision: Mapped[str] = mapped_column(String(4))
    reason: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[date]
    decided_by_id: Mapped[UUID]
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSONB)
    digest: Mapped[str] = mapped_column(String(64))
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str | None] = mapped_column(Text)
    ended_by_id: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        CheckConstraint("owner_id <> source_id", name="of_another"),
        CheckConstraint("decision IN ('rely', 'not')", name="decision"),
        CheckConstraint("(ended_on IS NULL) = (ended_reason IS NULL)", name="ended_reason"),
        Index(
            "uq_rating_reliance_open",
            "rating_id",
            "owner_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

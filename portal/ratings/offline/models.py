"""Workbooks that came back filled in: what they say, until a person has looked at it and after."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt, UuidKey


class RatingUpload(Base):
    """One file that was read whole. `answers` is what it says (reading.Found); only its authority sees it."""

    __tablename__ = "rating_upload"

    id: Mapped[UuidKey]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("rated_assessment.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[UUID | None]
    filename: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

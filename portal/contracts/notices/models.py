"""Imports of procurement notices: the file, the dry run's report and what came of it. One authority's own."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt, UuidKey


class NoticeImport(Base):
    """One uploaded file of notices. `our_buyers` are the plain names of buyers that a person said are the authority."""

    __tablename__ = "notice_import"

    id: Mapped[UuidKey]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    user_id: Mapped[UUID | None]
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_item.id"))
    filename: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    source_date: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))
    add_duplicates: Mapped[bool] = mapped_column(default=False)
    our_buyers: Mapped[list[str]] = mapped_column(JSONB, default=list)
    audience: Mapped[str] = mapped_column(String(8), default="owner")  # of the contracts that it makes
    report: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    error: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # code and params of a reason
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        CheckConstraint("state IN ('uploaded', 'checking', 'checked', 'applying', 'applied', 'failed')", name="state"),
        CheckConstraint("audience IN ('owner', 'members')", name="audience"),
    )

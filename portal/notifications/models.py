"""Notices: what an authority is told once, and who of its people has read it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, String, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt, UuidKey


class Notice(Base):
    """One thing told to one authority. `key` makes telling it twice impossible."""

    __tablename__ = "notice"

    id: Mapped[UuidKey]
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    key: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[UUID]  # the record, or the run that found a change
    params: Mapped[dict[str, Any]] = mapped_column(JSONB)  # ids, codes and dates; texts are made when it is shown
    created_at: Mapped[CreatedAt]

    __table_args__ = (UniqueConstraint("authority_id", "key"),)


class NoticeRead(Base):
    """One person has read one notice."""

    __tablename__ = "notice_read"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    read_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class DigestChoice(Base):
    """A person wants the daily digest by e-mail, and in which language; without a row nobody is written to."""

    __tablename__ = "digest_choice"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(8))
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class DigestMail(Base):
    """One person's digest of one day: at most one, whatever happens to the worker or the mail server."""

    __tablename__ = "digest_mail"

    id: Mapped[UuidKey]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    day: Mapped[date]
    state: Mapped[str] = mapped_column(String(8), default="due")
    upto: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # notices until then are in it
    notices: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("user_id", "day"),
        CheckConstraint("state IN ('due', 'sending', 'sent', 'nothing', 'failed', 'stopped')", name="state"),
    )

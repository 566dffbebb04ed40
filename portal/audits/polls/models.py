"""Date polls of joint audits: the days to choose from and what each authority says to them.

Row-level security (migration 0040) shows a poll, as the exact days themselves, to the lead and to those it asks alone.
"""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Uuid

from portal.db import Base, CreatedAt, UuidKey


class AuditPoll(Base):
    """A poll on the days of an audit. `asked_ids` are authorities that had joined; `timezone` is the site's (IANA)."""

    __tablename__ = "audit_poll"

    id: Mapped[UuidKey]
    audit_id: Mapped[UUID] = mapped_column(ForeignKey("joint_audit.id", ondelete="CASCADE"), index=True)
    asked_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    answer_by: Mapped[date]
    timezone: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[CreatedAt]
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    chosen_id: Mapped[UUID | None]  # the option that was chosen; none where the lead dropped the poll

    options: Mapped[list["AuditPollOption"]] = relationship(
        order_by="(AuditPollOption.starts_on, AuditPollOption.ends_on, AuditPollOption.id)",
        cascade="all, delete-orphan",
        lazy="selectin",
    )

    __table_args__ = (
        CheckConstraint("chosen_id IS NULL OR closed_at IS NOT NULL", name="chosen"),
        Index("uq_audit_poll_open", "audit_id", unique=True, postgresql_where=text("closed_at IS NULL")),
    )


class AuditPollOption(Base):
    """Days to choose from (both inclusive), and when people meet on the first of them, at the site's clock."""

    __tablename__ = "audit_poll_option"

    id: Mapped[UuidKey]
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("audit_poll.id", ondelete="CASCADE"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    starts_at: Mapped[time | None]

    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="days"),)


class AuditPollVote(Base):
    """What an authority says to one option."""

    __tablename__ = "audit_poll_vote"

    option_id: Mapped[UUID] = mapped_column(ForeignKey("audit_poll_option.id", ondelete="CASCADE"), primary_key=True)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), primary_key=True)
    vote: Mapped[str] = mapped_column(String(5))
    note: Mapped[str | None] = mapped_column(Text)
    voted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (CheckConstraint("vote IN ('yes', 'maybe', 'no')", name="vote"),)

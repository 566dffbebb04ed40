"""Who attends a joint audit on its exact days: an authority's own people and the auditors that it engaged.

Exclusion constraints keep a person or an auditor from being in two places. Only who books sees the bookings, with the
lead of the audit; when the days move or the audit is off, a trigger frees what no longer fits (migration 0041).
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, ForeignKeyConstraint, Index, String, Text, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt, UuidKey


class Auditor(Base):
    """An auditor or firm that an authority engages, as it names it. Other authorities do not see it."""

    __tablename__ = "auditor"

    id: Mapped[UuidKey]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        Index("uq_auditor_owner_id_name", "owner_id", func.lower(text("name")), unique=True),
    )


class AuditBooking(Base):
    """A person or an auditor, booked for days of an audit (both inclusive). `active`: it still holds."""

    __tablename__ = "audit_booking"

    id: Mapped[UuidKey]
    audit_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    auditor_id: Mapped[UUID | None] = mapped_column(ForeignKey("auditor.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        ForeignKeyConstraint(
            ["audit_id", "authority_id"],
            ["audit_participant.audit_id", "audit_participant.authority_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("(user_id IS NULL) <> (auditor_id IS NULL)", name="who"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        Index("ix_audit_booking_audit_id", "audit_id", "authority_id"),
        ExcludeConstraint(
            (text("user_id"), "="),
            (func.daterange(text("starts_on"), text("ends_on"), text("'[]'")), "&&"),
            name="ex_audit_booking_person",
            using="gist",
            where=text("active AND user_id IS NOT NULL"),
        ),
        ExcludeConstraint(
            (text("auditor_id"), "="),
            (func.daterange(text("starts_on"), text("ends_on"), text("'[]'")), "&&"),
            name="ex_audit_booking_auditor",
            using="gist",
            where=text("active AND auditor_id IS NOT NULL"),
        ),
    )


class AuditInvitation(Base):
    """What a person's calendar was last told of an audit: by e-mail, as iTIP has it (RFC 5546).

    `sequence` rises with each letter. `starts_on` and `ends_on` are the days that were told, `off` that it is off.
    """

    __tablename__ = "audit_invitation"

    audit_id: Mapped[UUID] = mapped_column(ForeignKey("joint_audit.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)
    sequence: Mapped[int]  # of the letter that is due or was sent last
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    off: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    state: Mapped[str] = mapped_column(String(8))
    error: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint("state IN ('due', 'sending', 'sent', 'failed')", name="state"),
        CheckConstraint("ends_on >= starts_on", name="days"),
    )

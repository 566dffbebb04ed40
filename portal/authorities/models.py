"""The members of the network and who holds which role in them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, CreatedAt, UuidKey


class Authority(Base):
    """A contracting authority: city or region, the tenant of the portal."""

    __tablename__ = "authority"

    id: Mapped[UuidKey]
    code: Mapped[str] = mapped_column(String(5), unique=True)  # monogram, e.g. STO
    slug: Mapped[str] = mapped_column(String(40), unique=True)  # for the command line, e.g. stockholm
    name: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(String(2))
    locale: Mapped[str] = mapped_column(String(8), default="en")
    timezone: Mapped[str] = mapped_column(Text, default="Europe/Stockholm")
    created_at: Mapped[CreatedAt]


class Membership(Base):
    """One person's role in one authority; operators serve the network and have no authority."""

    __tablename__ = "membership"

    id: Mapped[UuidKey]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    authority: Mapped[Authority | None] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint("role IN ('reader', 'officer', 'coordinator', 'operator')", name="role"),
        CheckConstraint("(role = 'operator') = (authority_id IS NULL)", name="operator_has_no_authority"),
        Index(
            "uq_membership_open",
            "user_id",
            "authority_id",
            "role",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

"""The versions of the list of conflict-affected and high-risk areas. All members read them; only runs write them."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, CreatedAt, UuidKey


class CahraVersion(Base):
    """The list as one applied run read it; it holds from its day until that of the next version."""

    __tablename__ = "cahra_version"

    id: Mapped[UuidKey]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("sync_run.id"), unique=True)
    valid_from: Mapped[date] = mapped_column(index=True)
    label: Mapped[str | None] = mapped_column(Text)  # what the list calls itself
    created_at: Mapped[CreatedAt]

    areas: Mapped[list["CahraArea"]] = relationship(order_by="CahraArea.code", lazy="raise")


class CahraArea(Base):
    """A region (ISO 3166-2) or a whole country (ISO 3166-1 alpha-2) of one version."""

    __tablename__ = "cahra_area"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("cahra_version.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    name: Mapped[str] = mapped_column(Text)  # as the list writes it
    conflict_affected: Mapped[bool | None]
    high_risk: Mapped[bool | None]

    __table_args__ = (
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
        CheckConstraint("code = country OR code ~ ('^' || country || '-[A-Z0-9]{1,3}$')", name="code"),
    )

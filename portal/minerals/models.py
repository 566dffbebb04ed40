"""Pinch points (smelters and refiners) and what assurance schemes said of them, observation by observation."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UuidKey


class PinchPoint(Base):
    """A facility for one metal. A CID never spans metals in RMI's lists, but the key does not rely on it."""

    __tablename__ = "pinch_point"

    id: Mapped[UuidKey]
    facility_id: Mapped[str] = mapped_column(String(20))  # CID000004
    metal: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)  # as the source writes it

    __table_args__ = (
        UniqueConstraint("facility_id", "metal"),
        CheckConstraint("metal = lower(metal)", name="metal_lower"),
    )


class AssuranceObservation(Base):
    """A scheme's words on a facility and metal, seen in one run. Append-only; never rolled up to a supplier."""

    __tablename__ = "assurance_observation"

    # No foreign key: runs are never deleted, and checking it costs as much as writing the row.
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    pinch_point_id: Mapped[UUID] = mapped_column(ForeignKey("pinch_point.id"), primary_key=True)
    scheme: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(24))
    raw_status: Mapped[str | None] = mapped_column(Text)
    raw_name: Mapped[str | None] = mapped_column(Text)
    audit_date: Mapped[date | None]
    cycle_years: Mapped[int | None] = mapped_column(SmallInteger)
    cross_recognised: Mapped[str | None] = mapped_column(Text)
    as_of: Mapped[date]  # the day the list speaks of
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_assurance_observation_latest", "pinch_point_id", "scheme", "as_of", "seen_at"),)


class LookupName(Base):
    """A name under which a released look-up lists a facility, with the newest release that does."""

    __tablename__ = "lookup_name"

    id: Mapped[UuidKey]
    metal: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(Text)
    facility_id: Mapped[str] = mapped_column(String(20))
    standard_name: Mapped[str] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)
    template: Mapped[str] = mapped_column(String(8))  # CMRT
    revision: Mapped[str] = mapped_column(String(8))  # 6.5
    rank: Mapped[int] = mapped_column(Integer)  # of the revision: a newer release of a template has more

    __table_args__ = (
        UniqueConstraint("metal", "facility_id", "name"),
        CheckConstraint("metal = lower(metal)", name="metal_lower"),
    )

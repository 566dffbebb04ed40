"""The matrix of impacts: its rows as they are, and every version that they had. All members read them."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt, UuidKey
from portal.impacts.rules import ImpactValues, Verification


class Impact(Base):
    """One row: a mineral, its use in ICT, where it comes from and what is documented there."""

    __tablename__ = "impact"

    id: Mapped[UuidKey]
    mineral: Mapped[str] = mapped_column(String(24))
    use: Mapped[str] = mapped_column(Text)
    product_groups: Mapped[list[str]] = mapped_column(ARRAY(String(16)), default=list)
    countries: Mapped[list[str]] = mapped_column(ARRAY(String(2)), default=list)
    place: Mapped[str] = mapped_column(Text)
    impact: Mapped[str] = mapped_column(Text)
    verification: Mapped[str] = mapped_column(String(10))
    verified_part: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    source_url: Mapped[str | None] = mapped_column(Text)
    withdrawn: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("verification IN ('verified', 'partly', 'recalled')", name="verification"),
        CheckConstraint("verification <> 'verified' OR source IS NOT NULL", name="verified_has_source"),
        CheckConstraint("verification <> 'partly' OR verified_part IS NOT NULL", name="partly_says_what"),
        Index("ix_impact_mineral", "mineral"),
    )

    @property
    def values(self) -> ImpactValues:
        """What people wrote."""
        given = {name: getattr(self, name) for name in ImpactValues.__dataclass_fields__}
        return ImpactValues.from_json({**given, "verification": Verification(self.verification)})


class ImpactRevision(Base):
    """What a row said from a moment on, who wrote it so and why. Append-only."""

    __tablename__ = "impact_revision"

    id: Mapped[UuidKey]
    impact_id: Mapped[UUID] = mapped_column(ForeignKey("impact.id"))
    number: Mapped[int] = mapped_column(Integer)
    said: Mapped[dict[str, Any]] = mapped_column(JSONB)
    withdrawn: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[UUID | None]  # nobody for what came with the portal
    created_at: Mapped[CreatedAt]

    __table_args__ = (Index("uq_impact_revision_number", "impact_id", "number", unique=True),)

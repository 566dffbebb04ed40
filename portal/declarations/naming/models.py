"""Verdicts on names of smelters, which all members share, and who gave them from which declaration, which they do not.

A verdict is never changed: it is taken back, and another one may follow.
"""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt, Timestamp, UuidKey


class SmelterNameVerdict(Base):
    """What a reported name of one metal means, or does not mean. Says nothing of who reported or decided it."""

    __tablename__ = "smelter_name_verdict"

    id: Mapped[UuidKey]
    metal: Mapped[str] = mapped_column(Text)  # lower case
    name: Mapped[str] = mapped_column(Text)  # as reported
    name_key: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(String(10))
    facility_id: Mapped[str | None] = mapped_column(String(20))
    standard_name: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[CreatedAt]
    revoked_at: Mapped[Timestamp | None]

    __table_args__ = (
        CheckConstraint("verdict IN ('accepted', 'rejected', 'no_smelter')", name="verdict"),
        CheckConstraint("(verdict = 'no_smelter') = (facility_id IS NULL)", name="facility_id"),
        Index(
            "uq_smelter_name_verdict_meaning",
            "metal",
            "name_key",
            unique=True,
            postgresql_where=text("revoked_at IS NULL AND verdict <> 'rejected'"),
        ),
        Index(
            "uq_smelter_name_verdict_rejected",
            "metal",
            "name_key",
            "facility_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL AND verdict = 'rejected'"),
        ),
    )


class SmelterNameAct(Base):
    """Who decided or took back a verdict, and the declaration that gave rise to it: seen by that authority alone."""

    __tablename__ = "smelter_name_act"

    id: Mapped[UuidKey]
    verdict_id: Mapped[UUID] = mapped_column(ForeignKey("smelter_name_verdict.id"), index=True)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    user_id: Mapped[UUID | None]
    act: Mapped[str] = mapped_column(String(8))
    declaration_id: Mapped[UUID | None] = mapped_column(ForeignKey("declaration.id", ondelete="SET NULL"))
    batch_id: Mapped[UUID | None] = mapped_column(index=True)  # of names that were accepted together
    acted_at: Mapped[CreatedAt]

    __table_args__ = (CheckConstraint("act IN ('decided', 'revoked')", name="act"),)

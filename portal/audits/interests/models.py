"""What stands against a fair audit: each participant's conflict of interest, and the independence of who audits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, ForeignKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class AuditInterest(Base):
    """An authority's declaration: that it has no conflict of interest (no text), or which one it has."""

    __tablename__ = "audit_interest"

    audit_id: Mapped[UUID] = mapped_column(primary_key=True)
    authority_id: Mapped[UUID] = mapped_column(primary_key=True)
    conflict: Mapped[str | None] = mapped_column(Text)
    declared_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        ForeignKeyConstraint(
            ["audit_id", "authority_id"],
            ["audit_participant.audit_id", "audit_participant.authority_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("conflict <> ''", name="conflict"),
    )


class AuditIndependence(Base):
    """Which firm audits, and what it states of its independence from supplier and buyers."""

    __tablename__ = "audit_independence"

    audit_id: Mapped[UUID] = mapped_column(ForeignKey("joint_audit.id", ondelete="CASCADE"), primary_key=True)
    firm: Mapped[str] = mapped_column(Text)
    statement: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

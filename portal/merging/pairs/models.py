"""Pairs of suppliers that may be one company, what was decided on them, and which suppliers are to be looked at."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Identity, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.authorities.models import Authority
from portal.db import Base, CreatedAt, Timestamp
from portal.registry.models import Supplier


class SupplierPair(Base):
    """Two suppliers with the matcher's verdict and a person's decision.

    A pair stays as it was written when one of the two is merged: queries.py follows them to where they went.
    """

    __tablename__ = "supplier_pair"

    low_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), primary_key=True)
    high_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), primary_key=True, index=True)
    score: Mapped[float] = mapped_column(Float)  # 0 to 1
    decision: Mapped[str] = mapped_column(String(10))  # the matcher's
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)  # evidence by code, texts are made when it is shown
    state: Mapped[str] = mapped_column(String(10))
    found_at: Mapped[CreatedAt]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))
    decided_user_id: Mapped[UUID | None]
    decided_at: Mapped[Timestamp | None]

    low: Mapped[Supplier] = relationship(foreign_keys=low_id)
    high: Mapped[Supplier] = relationship(foreign_keys=high_id)
    decided_by: Mapped[Authority | None] = relationship(foreign_keys=decided_by_id)

    __table_args__ = (
        CheckConstraint("low_id < high_id", name="order"),
        CheckConstraint("state IN ('open', 'different', 'merged')", name="state"),
        CheckConstraint("decision IN ('same', 'review', 'different')", name="decision"),
        CheckConstraint("state <> 'different' OR decided_at IS NOT NULL", name="decided"),
        Index("ix_supplier_pair_queue", "state", "score", "low_id", "high_id"),
    )


class SupplierChange(Base):
    """A supplier is new or its facts changed since the sweep looked at it; triggers on the facts write these rows.

    Nothing is unique and nothing refers to the supplier, so that writers never wait for each other here.
    """

    __tablename__ = "supplier_change"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    supplier_id: Mapped[UUID] = mapped_column(index=True)
    changed_at: Mapped[CreatedAt]

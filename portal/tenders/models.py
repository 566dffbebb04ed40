"""Tenders of one authority, who evaluates their bids, who bids, and what was released to the evaluators.

Nobody but the authority knows of them. What is locked for whom is worked out by evaluator_lock (migration 0046).
"""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, CreatedAt, UuidKey
from portal.tenders.rules import TenderState


class Tender(Base):
    """A procurement procedure. Without bidders it concerns every supplier: who will bid is not known yet."""

    __tablename__ = "tender"

    id: Mapped[UuidKey]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    number: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    guard: Mapped[str] = mapped_column(String(4))
    decision_by: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(9), default=TenderState.DRAFT)
    created_at: Mapped[CreatedAt]

    evaluators: Mapped[list["TenderEvaluator"]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    bidders: Mapped[list["TenderBidder"]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    __table_args__ = (
        UniqueConstraint("owner_id", "number"),
        CheckConstraint("guard IN ('lock', 'flag')", name="guard"),
        CheckConstraint("state IN ('draft', 'open', 'decided', 'cancelled')", name="state"),
    )


class TenderEvaluator(Base):
    """A person who evaluates the bids."""

    __tablename__ = "tender_evaluator"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)


class TenderBidder(Base):
    """A supplier that bids."""

    __tablename__ = "tender_bidder"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id", ondelete="CASCADE"), primary_key=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), primary_key=True, index=True)


class TenderRelease(Base):
    """A supplier whose follow-up data the evaluators may see, and why."""

    __tablename__ = "tender_release"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id", ondelete="CASCADE"), primary_key=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(Text)
    released_by_id: Mapped[UUID | None]
    released_at: Mapped[CreatedAt]

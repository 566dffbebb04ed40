"""What a joint audit is expected to cost, each payer's share, and the contract values that payers released for it.

A deferred trigger (migration 0026) checks at the end of each transaction that the shares are those of the payers, total
10,000 basis points and exactly the cost; while the split is open there are none.
"""

from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, ForeignKeyConstraint, Integer, String, func
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Timestamp


class AuditCost(Base):
    """The expected cost of an audit in minor units. `settled`: there is a split that all payers are part of."""

    __tablename__ = "audit_cost"

    audit_id: Mapped[UUID] = mapped_column(ForeignKey("joint_audit.id", ondelete="CASCADE"), primary_key=True)
    cost_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    way: Mapped[str] = mapped_column(String(14))
    settled: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (
        CheckConstraint("cost_minor > 0", name="cost"),
        CheckConstraint("way IN ('equal', 'contract_value', 'by_hand')", name="way"),
    )


class AuditShare(Base):
    """One payer's share of the cost."""

    __tablename__ = "audit_share"

    audit_id: Mapped[UUID] = mapped_column(primary_key=True)
    authority_id: Mapped[UUID] = mapped_column(primary_key=True)
    basis_points: Mapped[int] = mapped_column(Integer)
    cost_minor: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        ForeignKeyConstraint(
            ["audit_id", "authority_id"],
            ["audit_participant.audit_id", "audit_participant.authority_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("basis_points BETWEEN 0 AND 10000", name="basis_points"),
        CheckConstraint("cost_minor >= 0", name="cost"),
    )


class AuditValue(Base):
    """What a payer's contracts with the supplier are worth, released for the split alone: nobody else reads it."""

    __tablename__ = "audit_value"

    audit_id: Mapped[UUID] = mapped_column(primary_key=True)
    authority_id: Mapped[UUID] = mapped_column(primary_key=True)
    value_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    released_at: Mapped[Timestamp] = mapped_column(server_default=func.now())

    __table_args__ = (
        ForeignKeyConstraint(
            ["audit_id", "authority_id"],
            ["audit_participant.audit_id", "audit_participant.authority_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("value_minor > 0", name="value"),
    )

"""Obligations of contracts with their way and their evidence: the owner's own, whoever sees the contract."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.clauses.signed.models import ContractClause
from portal.contracts.models import Contract
from portal.db import Base, CreatedAt, UuidKey


class Obligation(Base):
    """One thing that a supplier has to deliver by a day. `what` is said by language, as in the clause.

    `occurrence` tells the days of one duty apart; `triggered_on` is when it was asked for or what it follows happened.
    """

    __tablename__ = "obligation"

    id: Mapped[UuidKey]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id", ondelete="CASCADE"), index=True)
    contract_clause_id: Mapped[UUID] = mapped_column(ForeignKey("contract_clause.id"))
    duty_code: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(10))
    occurrence: Mapped[int] = mapped_column(Integer)
    what: Mapped[dict[str, str]] = mapped_column(JSONB)
    triggered_on: Mapped[date | None]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(9))
    refusal: Mapped[str | None] = mapped_column(String(16))
    delivered_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[CreatedAt]

    contract: Mapped[Contract] = relationship(lazy="joined", innerjoin=True)
    contract_clause: Mapped[ContractClause] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("contract_clause_id", "duty_code", "occurrence"),
        Index("ix_obligation_owner_due", "owner_id", "due_on", "id"),
        Index("ix_obligation_waiting", "owner_id", postgresql_where=text("state IN ('open', 'delivered')")),
        CheckConstraint("kind IN ('once', 'recurring', 'on_request', 'on_event')", name="kind"),
        CheckConstraint("state IN ('open', 'delivered', 'accepted', 'refused', 'waived')", name="state"),
        CheckConstraint("(kind IN ('on_request', 'on_event')) = (triggered_on IS NOT NULL)", name="triggered_on"),
        CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refusal"),
        CheckConstraint("(state IN ('delivered', 'accepted')) = (delivered_on IS NOT NULL)", name="delivered_on"),
    )


class ObligationStep(Base):
    """One step on the obligation's way, with who took it; written once and never changed."""

    __tablename__ = "obligation_step"

    id: Mapped[UuidKey]
    obligation_id: Mapped[UUID] = mapped_column(ForeignKey("obligation.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(9))
    taken_on: Mapped[date]
    user_id: Mapped[UUID | None]
    refusal: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]


class ObligationEvidence(Base):
    """A file that was delivered, or that shows that it was."""

    __tablename__ = "obligation_evidence"

    obligation_id: Mapped[UUID] = mapped_column(ForeignKey("obligation.id", ondelete="CASCADE"), primary_key=True)
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_item.id"), primary_key=True)
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]


class ObligationReminder(Base):
    """A rung of the ladder that was reached for a due day (portal/obligations/reminders.py): told once."""

    __tablename__ = "obligation_reminder"

    obligation_id: Mapped[UUID] = mapped_column(ForeignKey("obligation.id", ondelete="CASCADE"), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    rung: Mapped[str] = mapped_column(String(5), primary_key=True)
    created_at: Mapped[CreatedAt]

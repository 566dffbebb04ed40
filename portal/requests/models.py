"""Requests for declarations: what an authority asked of a supplier, what came of it step by step, what was reminded."""

from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access.audience import Shared, shared_constraints
from portal.db import Base, CreatedAt, UuidKey


class DeclarationRequest(Shared, Base):
    """A declaration that one authority asks of a supplier. `declaration_id` is the one that answers it now."""

    __tablename__ = "declaration_request"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    contract_id: Mapped[UUID | None] = mapped_column(ForeignKey("contract.id"), index=True)
    template: Mapped[str] = mapped_column(String(8))
    minerals: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    scope_code: Mapped[str] = mapped_column(String(1))
    scope_description: Mapped[str | None] = mapped_column(Text)
    instructions: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    asked_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))
    declaration_id: Mapped[UUID | None] = mapped_column(ForeignKey("declaration.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[CreatedAt]

    steps: Mapped[list["RequestStep"]] = relationship(order_by="RequestStep.id")

    __table_args__ = (
        *shared_constraints(),
        CheckConstraint(
            "state IN ('requested', 'received', 'checked', 'sent_back', 'accepted', 'cancelled')", name="state"
        ),
        CheckConstraint("state IN ('requested', 'cancelled') OR declaration_id IS NOT NULL", name="answered"),
        CheckConstraint("due_on >= asked_on", name="due_after_asked"),
        CheckConstraint("scope_code IN ('A', 'B', 'C')", name="scope_code"),
        Index("ix_declaration_request_waiting", "due_on", postgresql_where="state IN ('requested', 'sent_back')"),
    )


class RequestStep(Base):
    """One step of a request, as it was taken: the state reached, the date set, the letter sent. Append-only."""

    __tablename__ = "request_step"

    id: Mapped[UuidKey]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("declaration_request.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    taken_on: Mapped[date]
    user_id: Mapped[UUID | None] = mapped_column(Uuid)
    declaration_id: Mapped[UUID | None] = mapped_column(ForeignKey("declaration.id"))
    due_on: Mapped[date | None]  # where the step set one
    note: Mapped[str | None] = mapped_column(Text)
    # The findings letter as it was sent back, in both forms.
    letter_pdf_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence_item.id"))
    letter_xlsx_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence_item.id"))
    created_at: Mapped[CreatedAt]


class RequestReminder(Base):
    """A rung of the ladder that was reached, once for each due date."""

    __tablename__ = "request_reminder"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("declaration_request.id", ondelete="CASCADE"), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    rung: Mapped[str] = mapped_column(String(8), primary_key=True)
    created_at: Mapped[CreatedAt]

"""Assessments of a supplier by one authority along the OECD's five steps."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access.audience import Shared, shared_constraints
from portal.db import Base, CreatedAt, UuidKey


class SupplierAssessment(Shared, Base):
    """One authority's judgement on a day; those of several authorities stand side by side, never averaged."""

    __tablename__ = "supplier_assessment"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    as_of: Mapped[date]
    product_group: Mapped[str] = mapped_column(String(16))
    rubric_version: Mapped[str] = mapped_column(String(16))
    method: Mapped[str | None] = mapped_column(Text)
    is_summary: Mapped[bool] = mapped_column(default=False, server_default=false())  # of a RatedAssessment (same id)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[CreatedAt]

    steps: Mapped[list["AssessmentStep"]] = relationship(order_by="AssessmentStep.step", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (*shared_constraints(), Index("ix_supplier_assessment_newest", "as_of", "id"))


class AssessmentStep(Base):
    """The answer on one OECD step and how well it is supported."""

    __tablename__ = "assessment_step"

    assessment_id: Mapped[UUID] = mapped_column(
        ForeignKey("supplier_assessment.id", ondelete="CASCADE"), primary_key=True
    )
    step: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    answer: Mapped[str] = mapped_column(String(12))
    grade: Mapped[str] = mapped_column(String(2))
    note: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("step BETWEEN 1 AND 5", name="step"),
        CheckConstraint("answer IN ('met', 'partly', 'not_met', 'not_assessed')", name="answer"),
        CheckConstraint("grade IN ('E0', 'E1', 'E2', 'E3')", name="grade"),
        CheckConstraint("answer <> 'not_assessed' OR grade = 'E0'", name="not_assessed_has_no_evidence"),
        # rules.problem() says the same in words.
        CheckConstraint("answer <> 'partly' OR grade <> 'E0'", name="partly_needs_a_statement"),
        CheckConstraint("answer <> 'met' OR grade IN ('E2', 'E3')", name="met_needs_evidence"),
    )

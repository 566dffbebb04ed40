"""Assessments of a supplier by a version of a rubric, with their answers.

A published one never changes: the database refuses it, and a revision is a new record with its predecessor. Its
five-step summary is kept as a SupplierAssessment under the same id, which look-up, profile, roll-ups and exports read.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Uuid

from portal.access.audience import Shared, shared_constraints
from portal.db import Base, CreatedAt, UuidKey
from portal.ratings.rules import RatedState
from portal.rubrics.models import RubricVersion


class RatedAssessment(Shared, Base):
    """One authority's assessment; its own until it is published. `open_critical` and `smelter_list_missing` are the
    facts behind the gates, as a person confirmed them.
    """

    __tablename__ = "rated_assessment"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    rubric_version_id: Mapped[UUID] = mapped_column(ForeignKey("rubric_version.id"))
    predecessor_id: Mapped[UUID | None] = mapped_column(ForeignKey("rated_assessment.id"), unique=True)
    as_of: Mapped[date]
    product_group: Mapped[str] = mapped_column(String(16))
    site_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")
    method: Mapped[str | None] = mapped_column(Text)
    clause_basis: Mapped[str | None] = mapped_column(Text)
    open_critical: Mapped[bool] = mapped_column(default=False)
    smelter_list_missing: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(9), default=RatedState.DRAFT)
    author_id: Mapped[UUID]
    submitted_by_id: Mapped[UUID | None]
    reader_id: Mapped[UUID | None]
    sent_back_note: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[CreatedAt]

    answers: Mapped[list["RatedAnswer"]] = relationship(order_by="RatedAnswer.code")
    rubric_version: Mapped[RubricVersion] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        *shared_constraints(),
        CheckConstraint("state IN ('draft', 'in_review', 'published', 'revised', 'withdrawn')", name="state"),
        CheckConstraint("(state IN ('draft', 'in_review')) = (published_at IS NULL)", name="published_at"),
        CheckConstraint("published_at IS NOT NULL OR audience = 'owner'", name="draft_is_the_owners"),
        CheckConstraint("published_at IS NULL OR reader_id IS NOT NULL", name="published_is_read"),
        CheckConstraint("reader_id <> author_id AND reader_id <> submitted_by_id", name="another_person"),
        CheckConstraint("state <> 'in_review' OR submitted_by_id IS NOT NULL", name="submitted_by"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_reason IS NOT NULL)", name="withdrawn_reason"),
    )


class RatedAnswer(Base):
    """The answer to one question. `proposed_from` says what a proposal rests on, until a person confirms it."""

    __tablename__ = "rated_answer"

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("rated_assessment.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    rubric_version_id: Mapped[UUID]
    value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    score: Mapped[int | None] = mapped_column(SmallInteger)
    grade: Mapped[str] = mapped_column(String(2), default="E0")
    note: Mapped[str | None] = mapped_column(Text)
    not_applicable: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(Text)
    listing: Mapped[bool] = mapped_column(default=False)
    proposed_from: Mapped[str | None] = mapped_column(Text)
    answered_by_id: Mapped[UUID | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["rubric_version_id", "code"],
            ["rubric_question.version_id", "rubric_question.code"],
            name="fk_rated_answer_question",
        ),
        CheckConstraint("score BETWEEN 0 AND 4", name="score"),
        CheckConstraint("grade IN ('E0', 'E1', 'E2', 'E3')", name="grade"),
        CheckConstraint("NOT not_applicable OR reason IS NOT NULL", name="not_applicable_needs_reason"),
        CheckConstraint(
            "NOT not_applicable OR (score IS NULL AND value IS NULL AND grade = 'E0')",
            name="not_applicable_has_no_score",
        ),
        CheckConstraint("proposed_from IS NULL OR score IS NULL", name="proposal_has_no_score"),
    )


class RatedEvidence(Base):
    """A file that supports an answer."""

    __tablename__ = "rated_evidence"

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("rated_assessment.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_item.id"), primary_key=True)
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        ForeignKeyConstraint(
            ["assessment_id", "code"],
            ["rated_answer.assessment_id", "rated_answer.code"],
            name="fk_rated_evidence_answer",
        ),
    )

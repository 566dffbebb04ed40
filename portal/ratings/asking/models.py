"""Questions of a draft that its supplier is asked through its guest access, and what it says."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, String, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, CreatedAt, Timestamp, UuidKey


class Questionnaire(Base):
    """Some questions of one draft, until the supplier has sent its answers or the authority closes it."""

    __tablename__ = "questionnaire"

    id: Mapped[UuidKey]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("rated_assessment.id", ondelete="CASCADE"), index=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    rubric_version_id: Mapped[UUID] = mapped_column(ForeignKey("rubric_version.id"))
    codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    message: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(6))
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    answers: Mapped[list["QuestionnaireAnswer"]] = relationship(order_by="QuestionnaireAnswer.code")

    __table_args__ = (
        CheckConstraint("state IN ('open', 'sent', 'closed')", name="state"),
        CheckConstraint("cardinality(codes) > 0", name="codes"),
        CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="sent_at"),
    )


class QuestionnaireAnswer(Base):
    """What the supplier says to one question; `taken_at` once a person has taken it as a proposal."""

    __tablename__ = "questionnaire_answer"

    questionnaire_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaire.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    note: Mapped[str | None] = mapped_column(Text)
    saved_at: Mapped[Timestamp]
    taken_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

"""Rubrics by which suppliers are assessed: seen by all members, and never changed once they are published."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Integer, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, CreatedAt, UuidKey

TYPES = "'choice', 'multi_choice', 'number', 'date', 'text', 'table', 'file'"


class Rubric(Base):
    """A set of questions under one code, in ever newer versions; `kept_by_id` is who makes them, None the portal."""

    __tablename__ = "rubric"

    id: Mapped[UuidKey]
    code: Mapped[str] = mapped_column(String(11), unique=True)
    kept_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))
    created_at: Mapped[CreatedAt]


class RubricVersion(Base):
    """One version. Once `published_at` is set the database refuses every change of it and of its questions."""

    __tablename__ = "rubric_version"

    id: Mapped[UuidKey]
    rubric_id: Mapped[UUID] = mapped_column(ForeignKey("rubric.id"))
    number: Mapped[int] = mapped_column(Integer)
    titles: Mapped[dict[str, str]] = mapped_column(JSONB)
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[CreatedAt]
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    rubric: Mapped[Rubric] = relationship(lazy="joined", innerjoin=True)
    questions: Mapped[list["Question"]] = relationship(order_by="Question.position")

    __table_args__ = (UniqueConstraint("rubric_id", "number"), CheckConstraint("number > 0", name="number"))

    @property
    def name(self) -> str:
        """The version as people and files name it: oecd-2."""
        return f"{self.rubric.code}-{self.number}"


class Question(Base):
    """One question of a version, in the order of `position`; ids like S2-3 mean the same across versions."""

    __tablename__ = "rubric_question"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("rubric_version.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    step: Mapped[int] = mapped_column(SmallInteger)
    type: Mapped[str] = mapped_column(String(12))
    texts: Mapped[dict[str, str]] = mapped_column(JSONB)
    evidence: Mapped[list[str]] = mapped_column(ARRAY(Text))
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    unit: Mapped[str | None] = mapped_column(Text)
    fill: Mapped[list[str]] = mapped_column(ARRAY(Text))

    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        CheckConstraint("step BETWEEN 1 AND 5", name="step"),
        CheckConstraint(f"type IN ({TYPES})", name="type"),
    )


class RubricDraft(Base):
    """A rubric that an authority has brought and not published: its own, and gone once it is published."""

    __tablename__ = "rubric_draft"

    id: Mapped[UuidKey]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    code: Mapped[str] = mapped_column(String(11))
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    filename: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]

"""Clauses with their versions, what is known of them in use, and how members judge that two compare.

A clause without an owner is common: it came with the portal. Members see what is published, and drafts of their own.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Integer, SmallInteger, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.clauses.duties import Duty
from portal.clauses.rules import ClauseDefinition
from portal.db import Base, CreatedAt, UuidKey


class Clause(Base):
    """A clause under one code. `published_at` is when others could first see it."""

    __tablename__ = "clause"

    id: Mapped[UuidKey]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))
    code: Mapped[str] = mapped_column(String(16))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[CreatedAt]

    __table_args__ = (Index("uq_clause_code", "owner_id", "code", unique=True, postgresql_nulls_not_distinct=True),)


class ClauseVersion(Base):
    """What the clause says from a moment on. Once it is published the database refuses every change of its words."""

    __tablename__ = "clause_version"

    id: Mapped[UuidKey]
    clause_id: Mapped[UUID] = mapped_column(ForeignKey("clause.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(9))
    texts: Mapped[dict[str, dict[str, str]]] = mapped_column(JSONB)
    step: Mapped[int | None] = mapped_column(SmallInteger)
    minerals: Mapped[list[str]] = mapped_column(ARRAY(String(24)))
    duties: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[CreatedAt]

    clause: Mapped[Clause] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index("uq_clause_version_number", "clause_id", "number", unique=True),
        Index("uq_clause_version_draft", "clause_id", unique=True, postgresql_where=text("state = 'draft'")),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name="state"),
        CheckConstraint("step BETWEEN 1 AND 5", name="step"),
        CheckConstraint("(state = 'draft') = (published_at IS NULL)", name="published_at"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_reason IS NOT NULL)", name="withdrawn_reason"),
    )

    @property
    def definition(self) -> ClauseDefinition:
        """What it says, as values."""
        duties = tuple(Duty.from_json(duty) for duty in self.duties)
        return ClauseDefinition(self.texts, self.step, tuple(self.minerals), duties)


class ClauseExperience(Base):
    """A ruling on a clause, or what came of it in use: dated, with its source. Written once."""

    __tablename__ = "clause_experience"

    id: Mapped[UuidKey]
    clause_id: Mapped[UUID] = mapped_column(ForeignKey("clause.id", ondelete="CASCADE"), index=True)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))
    kind: Mapped[str] = mapped_column(String(10))
    happened: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    source_url: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]

    __table_args__ = (CheckConstraint("kind IN ('ruling', 'experience')", name="kind"),)


class ClauseJudgement(Base):
    """A member's judgement: the first version asks the same as the second, more, or less. Written once; a later one of
    the same member on the same two takes its place, and the earlier stays.
    """

    __tablename__ = "clause_judgement"

    id: Mapped[UuidKey]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    user_id: Mapped[UUID | None]
    first_id: Mapped[UUID] = mapped_column(ForeignKey("clause_version.id"), index=True)
    second_id: Mapped[UUID] = mapped_column(ForeignKey("clause_version.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(8))
    why: Mapped[str] = mapped_column(Text)
    judged_on: Mapped[date]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        CheckConstraint("verdict IN ('equal', 'stricter', 'looser')", name="verdict"),
        CheckConstraint("first_id < second_id", name="order"),
    )

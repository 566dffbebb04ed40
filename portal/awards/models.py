"""Awards that notices speak of, as they were published. All members see them; nothing of them is ever changed.

Whose they are is decided by the numbers when they are read: a supplier that gets its number later, or is merged, has
its awards at once.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt, UuidKey


class Award(Base):
    """One contract, or part of a framework, for one winner. `part` names it and the winner within the notice."""

    __tablename__ = "award"

    id: Mapped[UuidKey]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("sync_run.id"), index=True)
    notice_id: Mapped[str] = mapped_column(Text)
    part: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    buyer: Mapped[str] = mapped_column(Text)
    winner: Mapped[str] = mapped_column(Text)
    winner_norm: Mapped[str] = mapped_column(Text(collation="C"))  # names.norm, for suggestions by name
    group_size: Mapped[int] = mapped_column(SmallInteger)  # companies that won it together; the value is theirs jointly
    cpv: Mapped[str | None] = mapped_column(String(20))
    value_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    published_on: Mapped[date | None]
    created_at: Mapped[CreatedAt]

    __table_args__ = (UniqueConstraint("notice_id", "part"), Index("ix_award_winner_norm", "winner_norm"))


class AwardNumber(Base):
    """A number of the winner that could be checked, in the registry's form."""

    __tablename__ = "award_number"

    award_id: Mapped[UUID] = mapped_column(ForeignKey("award.id"), primary_key=True)
    scheme: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)

    __table_args__ = (Index("ix_award_number_scheme_value", "scheme", "value"),)


class AwardNumberAsked(Base):
    """Up to which day a source was asked for a number, all of its notices read. The system alone sees it: it tells
    whom somebody follows.
    """

    __tablename__ = "award_number_asked"

    source_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    scheme: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    asked_on: Mapped[date]

"""Organisations on sanctions lists, version by version, and whom they resemble: candidates for people to look at."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, CreatedAt, UuidKey


class ListedParty(Base):
    """An organisation on one list, as the newest run has it. Persons are not stored, here or anywhere.

    `absent_on` is the day of the first list that lacked it; it counts as removed when a list of a later day does too.
    """

    __tablename__ = "listed_party"

    id: Mapped[UuidKey]
    source_code: Mapped[str] = mapped_column(ForeignKey("source.code"))
    part: Mapped[str] = mapped_column(Text)  # what a file is whole for: a regulation, or all of the list
    ref: Mapped[str] = mapped_column(Text)  # the list's own id
    name: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)  # party.Party.to_json
    run_id: Mapped[UUID] = mapped_column(ForeignKey("sync_run.id"), index=True)  # that changed it last
    absent_on: Mapped[date | None]
    removed_on: Mapped[date | None]

    __table_args__ = (UniqueConstraint("source_code", "part", "ref"),)


class ListedPartyVersion(Base):
    """What a run said anew of a party. Append-only."""

    __tablename__ = "listed_party_version"

    party_id: Mapped[UUID] = mapped_column(ForeignKey("listed_party.id"), primary_key=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("sync_run.id"), primary_key=True)
    as_of: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)


class ListPart(Base):
    """Which run says what is shown of a part of a list, and of which day."""

    __tablename__ = "list_part"

    source_code: Mapped[str] = mapped_column(ForeignKey("source.code"), primary_key=True)
    part: Mapped[str] = mapped_column(Text, primary_key=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("sync_run.id"))
    as_of: Mapped[date]


class SanctionCandidate(Base):
    """A supplier, a facility or a name in a declaration that resembles a listed party, and what people decided.

    Exactly one of the three is set. A name in a declaration is seen by those who see a declaration with it.
    """

    __tablename__ = "sanction_candidate"

    id: Mapped[UuidKey]
    party_id: Mapped[UUID] = mapped_column(ForeignKey("listed_party.id"))
    supplier_id: Mapped[UUID | None] = mapped_column(ForeignKey("supplier.id"))
    facility_id: Mapped[str | None] = mapped_column(String(20))
    declared_name: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="open")
    score: Mapped[float] = mapped_column(Float)
    name: Mapped[str] = mapped_column(Text)  # the two names that are alike
    listed_name: Mapped[str] = mapped_column(Text)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)  # code, supports, params of matching.texts
    created_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))  # None: an operator
    decided_user_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    note: Mapped[str | None] = mapped_column(Text)

    party: Mapped[ListedParty] = relationship()

    __table_args__ = (
        CheckConstraint("num_nonnulls(supplier_id, facility_id, declared_name) = 1", name="one_subject"),
        CheckConstraint("state IN ('open', 'not_same', 'relevant', 'lapsed')", name="state"),
        CheckConstraint("state IN ('open', 'lapsed') OR (decided_at IS NOT NULL AND note <> '')", name="decided"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score"),
        *(
            Index(
                f"uq_sanction_candidate_{column}",
                column,
                "party_id",
                unique=True,
                postgresql_where=text(f"{column} IS NOT NULL"),
            )
            for column in ("supplier_id", "facility_id", "declared_name")
        ),
        Index("ix_sanction_candidate_state", "state", "score", "id"),
        Index("ix_sanction_candidate_party_id", "party_id"),
    )


class OutsideCheck(Base):
    """When OpenSanctions was last asked for a supplier, and whether it answered: no answer is not “no name alike”."""

    __tablename__ = "outside_check"

    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), primary_key=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("sync_run.id"))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    problem: Mapped[str | None] = mapped_column(Text)  # the status of this query where it is not 200


class ScreeningDue(Base):
    """Who is to be compared with the lists: written by triggers where a name, number or facility appears or changes."""

    __tablename__ = "screening_due"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(Text)

    __table_args__ = (CheckConstraint("kind IN ('supplier', 'facility', 'declared')", name="kind"),)

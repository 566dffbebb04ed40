"""Merges of suppliers that are one company: who proposed and decided them, and how each is undone."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.authorities.models import Authority
from portal.db import Base, CreatedAt, Timestamp, UuidKey
from portal.registry.models import Supplier


class SupplierMerge(Base):
    """A proposal that `merged` is the same company as `kept`, and what came of it.

    `take_…` say which values of the merged record count for the company from then on.
    """

    __tablename__ = "supplier_merge"

    id: Mapped[UuidKey]
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    merged_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(Integer, default=1)
    take_name: Mapped[bool]
    take_country: Mapped[bool]
    take_parent: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    proposed_by_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    proposed_user_id: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))
    decided_user_id: Mapped[UUID | None]
    decided_at: Mapped[Timestamp | None]
    undone_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))
    undone_user_id: Mapped[UUID | None]
    undone_at: Mapped[Timestamp | None]

    kept: Mapped[Supplier] = relationship(foreign_keys=kept_id)
    merged: Mapped[Supplier] = relationship(foreign_keys=merged_id)
    proposed_by: Mapped[Authority] = relationship(foreign_keys=proposed_by_id)
    decided_by: Mapped[Authority | None] = relationship(foreign_keys=decided_by_id)
    undone_by: Mapped[Authority | None] = relationship(foreign_keys=undone_by_id)

    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'merged', 'rejected', 'withdrawn', 'undone')", name="state"),
        CheckConstraint("kept_id <> merged_id", name="two"),
        Index("uq_supplier_merge_merged", "merged_id", unique=True, postgresql_where=text("state = 'merged'")),
    )


class MergeLedger(Base):
    """What a merge changed, in order (see moving.py); only the system reads it, as it names private records."""

    __tablename__ = "merge_ledger"

    merge_id: Mapped[UUID] = mapped_column(ForeignKey("supplier_merge.id"), primary_key=True)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)

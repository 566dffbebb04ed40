"""Who says what of a supplier's identity: its relations, its roles, and stated values that may contradict each other.

`supplier.parent_id`, `.country` and `.legal_name` are the chosen values; the tables here say who states which one.
Of each statement there is one at a time a sayer: an authority, or a source that speaks for itself (GLEIF).
"""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, CreatedAt, UuidKey
from portal.registry.models import Sourced, Supplier


class SupplierRelation(Sourced, Base):
    """An edge of ownership. A parent that the registry lacks is known by its LEI and name alone.

    An edge that its sayer no longer states has an end and stays as history.
    """

    __tablename__ = "supplier_relation"

    id: Mapped[UuidKey]
    child_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    parent_lei: Mapped[str | None] = mapped_column(String(20), index=True)
    parent_name: Mapped[str | None] = mapped_column(Text)
    ended_on: Mapped[date | None]
    created_at: Mapped[CreatedAt]

    child: Mapped[Supplier] = relationship(foreign_keys=child_id)
    parent: Mapped[Supplier | None] = relationship(foreign_keys=parent_id)

    @property
    def parent_label(self) -> str:
        """The parent's name: as the registry has it, else as the source writes it."""
        return self.parent.legal_name if self.parent else self.parent_name or ""

    __table_args__ = (
        CheckConstraint("kind IN ('direct_parent', 'ultimate_parent', 'branch_of')", name="kind"),
        CheckConstraint("parent_id <> child_id", name="not_itself"),
        CheckConstraint("parent_id IS NOT NULL OR (parent_lei IS NOT NULL AND parent_name <> '')", name="parent"),
        Index(
            "uq_supplier_relation_authority",
            *("child_id", "kind", "entered_by_id"),
            unique=True,
            postgresql_where=text("ended_on IS NULL AND entered_by_id IS NOT NULL"),
        ),
        Index(
            "uq_supplier_relation_source",
            *("child_id", "kind", "source"),
            unique=True,
            postgresql_where=text("ended_on IS NULL AND entered_by_id IS NULL"),
        ),
    )


class SupplierRole(Sourced, Base):
    """One thing that the company is in the supply chain."""

    __tablename__ = "supplier_role"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"))
    role: Mapped[str] = mapped_column(String(16))

    supplier: Mapped[Supplier] = relationship()

    __table_args__ = (
        CheckConstraint("role IN ('reseller', 'brand', 'manufacturer', 'smelter_group')", name="role"),
        UniqueConstraint("supplier_id", "role"),
        Index("ix_supplier_role_role", "role", "supplier_id"),
    )


class StatedFact(Sourced, Base):
    """What one sayer states of a field of the supplier, since `source_date`."""

    __tablename__ = "stated_fact"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    field: Mapped[str] = mapped_column(String(16))
    value: Mapped[str] = mapped_column(Text)

    supplier: Mapped[Supplier] = relationship()

    __table_args__ = (
        CheckConstraint("field IN ('legal_name', 'country')", name="field"),
        CheckConstraint("value <> ''", name="value"),
        Index(
            "uq_stated_fact_authority",
            *("supplier_id", "field", "entered_by_id"),
            unique=True,
            postgresql_where=text("entered_by_id IS NOT NULL"),
        ),
        Index(
            "uq_stated_fact_source",
            *("supplier_id", "field", "source"),
            unique=True,
            postgresql_where=text("entered_by_id IS NULL"),
        ),
    )

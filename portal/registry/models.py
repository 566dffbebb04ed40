"""The shared registry of suppliers. All members see it, so it stands outside row-level security; each fact says who
said so and when. Imports belong to one authority.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
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
from portal.registry.identifiers import pretty


class Sourced:
    """Mixin of a fact: where it comes from, as of when, and which authority entered it (None: a source or seed)."""

    source: Mapped[str] = mapped_column(Text)
    source_date: Mapped[date]
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))


class Supplier(Base):
    """A company that public buyers contract with. `legal_name` repeats the current legal name for lists."""

    __tablename__ = "supplier"

    id: Mapped[UuidKey]
    legal_name: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(Text)  # unaccented, lower case: sorts without ICU
    country: Mapped[str | None] = mapped_column(String(2))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    brought_in_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))
    # Set on a record that was merged into another: it has no facts of its own, and its id leads to the survivor.
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[CreatedAt]

    names: Mapped[list["SupplierName"]] = relationship(back_populates="supplier", order_by="SupplierName.kind")
    identifiers: Mapped[list["SupplierIdentifier"]] = relationship(
        back_populates="supplier", order_by="SupplierIdentifier.scheme"
    )
    sites: Mapped[list["Site"]] = relationship(back_populates="supplier", order_by="Site.address")
    parent: Mapped["Supplier | None"] = relationship(remote_side="Supplier.id", foreign_keys=parent_id)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("parent_id <> id", name="not_own_parent"),
        CheckConstraint("legal_name <> ''", name="legal_name"),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
        Index("ix_supplier_sort_key", "sort_key", "id"),
        Index("ix_supplier_country", "country", postgresql_where=text("merged_into_id IS NULL")),
    )


class SupplierName(Sourced, Base):
    """One name of a supplier, as written, with the forms that look-up uses."""

    __tablename__ = "supplier_name"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(8))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    # Both compared byte by byte, the same on every server: the beginning of a name is a range.
    norm: Mapped[str] = mapped_column(Text(collation="C"))  # transliterated, lower case, single spaces
    core: Mapped[str] = mapped_column(Text(collation="C"))  # norm without legal forms

    supplier: Mapped[Supplier] = relationship(back_populates="names")

    __table_args__ = (
        CheckConstraint("kind IN ('legal', 'former', 'trading', 'local')", name="kind"),
        UniqueConstraint("supplier_id", "name", "kind"),
        Index("ix_supplier_name_norm", "norm"),
        Index("ix_supplier_name_core", "core"),
        Index(
            "ix_supplier_name_words",
            text("string_to_array(norm, ' ')"),
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index(
            "ix_supplier_name_initials",
            text("registry_initials(norm)"),
            postgresql_where=text("norm ~~ '% % %'::text"),
        ),
    )


class RegistryWord(Base):
    """A word of the suppliers' names, for finding what a slip of the pen may mean.

    Triggers on supplier_name add new words in the transaction that brings them; `names` is how many names had the word
    when they were last counted (registry/dictionary.py), 0 for one that is newer. A word may stand here twice.
    """

    __tablename__ = "registry_word"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    word: Mapped[str] = mapped_column(Text(collation="C"))
    names: Mapped[int] = mapped_column(Integer, server_default="0")

    __table_args__ = (
        Index("ix_registry_word_word", "word"),
        Index(
            "ix_registry_word_slips",
            text("registry_slips(word)"),
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index(
            "ix_registry_word_two_slips",
            text("registry_two_slips(word)"),
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
    )


class SupplierIdentifier(Sourced, Base):
    """LEI, VAT number or national number; the same number never stands on two suppliers."""

    __tablename__ = "supplier_identifier"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(20))  # "lei", "vat", "os_id", "cid", or a national one: "se.orgnr"
    value: Mapped[str] = mapped_column(Text(collation="C"))  # compact form of python-stdnum

    supplier: Mapped[Supplier] = relationship(back_populates="identifiers")

    @property
    def pretty(self) -> str:
        """The number as people write it."""
        return pretty(self.scheme, self.value)

    __table_args__ = (UniqueConstraint("scheme", "value"), Index("ix_supplier_identifier_value", "value"))


class Site(Sourced, Base):
    """A place of the supplier where something is made or done, as a facility that can be visited."""

    __tablename__ = "site"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    name: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(String(2))
    sector: Mapped[str | None] = mapped_column(Text)

    supplier: Mapped[Supplier] = relationship(back_populates="sites")

    __table_args__ = (UniqueConstraint("supplier_id", "address"),)


class Follow(Base):
    """An authority follows a supplier and is told of changes. Members see who follows."""

    __tablename__ = "follow"

    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), primary_key=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), primary_key=True, index=True)
    created_at: Mapped[CreatedAt]


class SupplierImport(Base):
    """One uploaded list of suppliers: its columns, the dry run's report and what came of it. One authority's own."""

    __tablename__ = "supplier_import"

    id: Mapped[UuidKey]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    user_id: Mapped[UUID | None]
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_item.id"))
    filename: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text, default="")  # where the list comes from, in the authority's words
    source_date: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10))
    columns: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)  # name and the first values of each
    layout: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)  # how the file was read
    mapping: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)  # column number -> field
    add_duplicates: Mapped[bool] = mapped_column(default=False)  # possible duplicates are skipped unless asked for
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    error: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # code and params of a reason
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        CheckConstraint("state IN ('uploaded', 'checking', 'checked', 'applying', 'applied', 'failed')", name="state"),
        CheckConstraint("state IN ('uploaded', 'failed') OR source_date IS NOT NULL", name="source_date"),
    )


class ImportRow(Base):
    """What the import does, or did, with one row of the file."""

    __tablename__ = "import_row"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("supplier_import.id", ondelete="CASCADE"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)  # as a spreadsheet counts, the header is row 1
    outcome: Mapped[str] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(Text)
    cell: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    params: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    supplier_id: Mapped[UUID | None] = mapped_column(ForeignKey("supplier.id"))

    __table_args__ = (Index("ix_import_row_outcome", "import_id", "outcome", "row"),)

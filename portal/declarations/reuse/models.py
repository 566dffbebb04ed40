"""Reuse of a declaration by another authority: who relies on what since when, and what was seen of it then."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt, UuidKey


class DeclarationReliance(Base):
    """One authority relies on a declaration of another one.

    `seen` is what stood on the page when it decided (scope, date, numbers of the checks, version of the rules): the
    declaration may be withdrawn or hidden later, and the decision must still be explainable.
    """

    __tablename__ = "declaration_reliance"

    id: Mapped[UuidKey]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), index=True)  # who relies
    source_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))  # whose declaration it is
    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    since: Mapped[date]
    purpose: Mapped[str | None] = mapped_column(Text)
    seen: Mapped[dict[str, Any]] = mapped_column(JSONB)
    ended_on: Mapped[date | None]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        CheckConstraint("owner_id <> source_id", name="of_another"),
        Index(
            "uq_declaration_reliance_open",
            "declaration_id",
            "owner_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

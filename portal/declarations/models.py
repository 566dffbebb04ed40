"""Mineral declarations as received: a supplier's claim of a given scope, template version and date."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access.audience import Shared
from portal.db import Base, CreatedAt, UuidKey
from portal.minerals.spelling import name_key


class Declaration(Shared, Base):
    """One received workbook of one supplier, owned by the authority that asked for it."""

    __tablename__ = "declaration"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_item.id"))
    template: Mapped[str] = mapped_column(String(8))  # CMRT
    revision: Mapped[str] = mapped_column(String(8))  # 6.5
    language: Mapped[str | None] = mapped_column(Text)
    company_name: Mapped[str | None] = mapped_column(Text)
    scope_code: Mapped[str | None] = mapped_column(String(1))
    scope_description: Mapped[str | None] = mapped_column(Text)
    effective_date: Mapped[date | None]
    received_on: Mapped[date]
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    smelters_mark: Mapped[str | None] = mapped_column(String(64), index=True)  # hash of the list; None if short
    check_id: Mapped[UUID | None] = mapped_column(ForeignKey("declaration_check.id", use_alter=True))  # the newest
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)  # of the newest check
    rules_version: Mapped[str] = mapped_column(String(16))  # of the newest check
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]

    lines: Mapped[list["SmelterLine"]] = relationship(order_by="SmelterLine.row")
    checks: Mapped[list["DeclarationCheck"]] = relationship(
        foreign_keys="DeclarationCheck.declaration_id", order_by="DeclarationCheck.id.desc()", viewonly=True
    )
    findings: Mapped[list["DeclarationFinding"]] = relationship(  # of the newest check
        primaryjoin="foreign(DeclarationFinding.check_id) == Declaration.check_id",
        order_by="DeclarationFinding.position",
        viewonly=True,
    )


def _key_of_the_name(context: Any) -> str | None:
    return name_key(context.get_current_parameters().get("declared_name")) or None


class SmelterLine(Base):
    """One reported smelter row. What could not be matched stays, with the reason as its status."""

    __tablename__ = "smelter_line"

    id: Mapped[UuidKey]
    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id", ondelete="CASCADE"))
    row: Mapped[int]
    metal: Mapped[str | None] = mapped_column(Text)
    declared_name: Mapped[str | None] = mapped_column(Text)
    declared_id: Mapped[str | None] = mapped_column(Text)
    declared_country: Mapped[str | None] = mapped_column(Text)
    listed_country: Mapped[str | None] = mapped_column(Text)  # what the workbook's look-up says of the smelter
    mine: Mapped[str | None] = mapped_column(Text)  # as typed; one cell may name several
    mine_country: Mapped[str | None] = mapped_column(Text)
    resolved_id: Mapped[str | None] = mapped_column(String(20))
    standard_name: Mapped[str | None] = mapped_column(Text)
    match: Mapped[str | None] = mapped_column(String(24))
    status: Mapped[str] = mapped_column(String(32))
    confidence: Mapped[int | None] = mapped_column(Integer)  # percent
    name_key: Mapped[str | None] = mapped_column(Text, default=_key_of_the_name)  # what verdicts on names are found by

    __table_args__ = (
        Index("ix_smelter_line_declaration_id_row", "declaration_id", "row"),
        Index("ix_smelter_line_resolved", "resolved_id", "metal"),
        Index("ix_smelter_line_name", "metal", "name_key"),
        Index("ix_smelter_line_declared_name", "declared_name"),  # who may see what resembles a sanctions list
    )


class DeclarationCheck(Base):
    """One checking of a declaration. Another one, by newer rules or lists, is added beside it; none is rewritten."""

    __tablename__ = "declaration_check"

    id: Mapped[UuidKey]
    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id", ondelete="CASCADE"), index=True)
    rules_version: Mapped[str] = mapped_column(String(16))
    because: Mapped[str | None] = mapped_column(String(24))  # rechecking.Because; None: first, or a person asked
    judged_on: Mapped[date]  # the day against which dates and lists were judged
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]


class DeclarationFinding(Base):
    """One thing wrong with a declaration, with the version of the rules that found it."""

    __tablename__ = "declaration_finding"

    id: Mapped[UuidKey]
    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id", ondelete="CASCADE"), index=True)
    check_id: Mapped[UUID] = mapped_column(ForeignKey("declaration_check.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    rules_version: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(String(8))
    sheet: Mapped[str | None] = mapped_column(Text)
    cell: Mapped[str | None] = mapped_column(Text)
    params: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)

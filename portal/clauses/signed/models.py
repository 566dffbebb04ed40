"""Clauses as a contract was signed with: the exact version, with its words in the language of the contract."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.clauses.models import ClauseVersion
from portal.db import Base, CreatedAt, UuidKey


class ContractClause(Base):
    """One clause of a contract, seen with the contract. The database refuses every change of it."""

    __tablename__ = "contract_clause"

    id: Mapped[UuidKey]
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id", ondelete="CASCADE"))
    clause_version_id: Mapped[UUID] = mapped_column(ForeignKey("clause_version.id"), index=True)
    code: Mapped[str] = mapped_column(String(16))
    number: Mapped[int] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(String(2))
    title: Mapped[str] = mapped_column(Text)
    wording: Mapped[str] = mapped_column(Text)
    signed_on: Mapped[date]
    created_at: Mapped[CreatedAt]

    clause_version: Mapped[ClauseVersion] = relationship()

    __table_args__ = (UniqueConstraint("contract_id", "clause_version_id"),)

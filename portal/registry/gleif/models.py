"""What GLEIF says of a LEI as it was fetched last, the search for a supplier's LEI, and what it proposed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UuidKey
from portal.registry.models import Supplier


class Asked:
    """Mixin: when GLEIF was to be asked, when it was, and why there was no answer (a rules.Problem with its facts)."""

    requested_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    tried_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    problem: Mapped[str | None] = mapped_column(String(20))
    problem_params: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")

    @property
    def under_way(self) -> bool:
        """Asked for, and not tried since."""
        return self.requested_at is not None and (self.tried_at is None or self.tried_at < self.requested_at)


class LeiRecord(Asked, Base):
    """One LEI: `data` is what parse.LeiData holds, None until GLEIF gave it once. A later failure leaves it."""

    __tablename__ = "lei_record"

    lei: Mapped[str] = mapped_column(String(20), primary_key=True)
    fetched_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    published_on: Mapped[date | None]  # GLEIF's golden copy that it is from
    data: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), index=True)  # when to ask again
    # The supplier that it was let speak of: what was offered to it is not offered again.
    applied_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("supplier.id", ondelete="SET NULL"), index=True)

    __table_args__ = (CheckConstraint("(data IS NULL) = (fetched_at IS NULL)", name="fetched"),)


class LeiSearch(Asked, Base):
    """The search for the LEI of a supplier by its name and country."""

    __tablename__ = "lei_search"

    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"), primary_key=True)


class LeiProposal(Base):
    """A LEI that may be the supplier's, by its name. Only a person says so."""

    __tablename__ = "lei_proposal"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"))
    lei: Mapped[str] = mapped_column(String(20))
    legal_name: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)  # parse.LeiData
    state: Mapped[str] = mapped_column(String(10), default="open")
    found_on: Mapped[date]

    supplier: Mapped[Supplier] = relationship()

    __table_args__ = (
        CheckConstraint("state IN ('open', 'confirmed', 'rejected')", name="state"),
        UniqueConstraint("supplier_id", "lei"),
        Index("ix_lei_proposal_lei", "lei"),
    )

"""The search for a supplier's places at Open Supply Hub, and the places that it proposed."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, UuidKey
from portal.registry.gleif.models import Asked
from portal.registry.models import Supplier


class PlaceSearch(Asked, Base):
    """The search for the places of a supplier; its problem is one of oshub.rules.Problem."""

    __tablename__ = "place_search"

    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"), primary_key=True)


class PlaceProposal(Base):
    """A place that may be one of the supplier's. Only a person says so.

    `moved_from` is the supplier's OS ID that leads to this place now.
    """

    __tablename__ = "place_proposal"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"))
    os_id: Mapped[str] = mapped_column(String(15))
    moved_from: Mapped[str | None] = mapped_column(String(15))
    name: Mapped[str] = mapped_column(Text)
    likeness: Mapped[int]  # of the names, 0–100; the order in which they are shown
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)  # parse.Place
    state: Mapped[str] = mapped_column(String(10), default="open")
    found_on: Mapped[date]

    supplier: Mapped[Supplier] = relationship()

    __table_args__ = (
        CheckConstraint("state IN ('open', 'accepted', 'rejected')", name="state"),
        UniqueConstraint("supplier_id", "os_id"),
    )

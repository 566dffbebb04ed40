"""That an authority lets the members know in which band the value of its contracts with a supplier lies."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt


class LeverageRelease(Base):
    """Seen by all members. Taken back, the row is gone."""

    __tablename__ = "leverage_release"

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), primary_key=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), primary_key=True, index=True)
    released_at: Mapped[CreatedAt]

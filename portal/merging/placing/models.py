"""Which authorities have said where the records belong that they added while two suppliers were one."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt


class MergePlacement(Base):
    """An authority has placed its records after a merge was undone; there is nothing more to ask it."""

    __tablename__ = "merge_placement"

    merge_id: Mapped[UUID] = mapped_column(ForeignKey("supplier_merge.id"), primary_key=True)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), primary_key=True)
    placed_user_id: Mapped[UUID | None]
    placed_at: Mapped[CreatedAt]

"""The address by which mail comes into a dialogue."""

from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt


class DialogueAddress(Base):
    """A secret part of an address for one dialogue, known by its first version. Revoked, the row is gone.

    Kept as it is, because people have to read it; whoever knows it can only hand mail in.
    """

    __tablename__ = "dialogue_address"

    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue_entry.id", ondelete="CASCADE"), primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    created_at: Mapped[CreatedAt]

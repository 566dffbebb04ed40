"""Files of a dialogue: what was sent, shown or agreed, and e-mails with what was attached to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, CreatedAt, UuidKey
from portal.evidence.models import EvidenceItem


class DialogueFile(Base):
    """A file on an entry, seen by whom the entry is seen. Taken off, it is only marked, so that it can come back.

    `mail` has subject, date (ISO 8601), message_id and in_reply_to of an e-mail; who wrote it stands in the file alone.
    `part_of_id` is the e-mail that the file was attached to.
    """

    __tablename__ = "dialogue_file"

    id: Mapped[UuidKey]
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue_entry.id", ondelete="CASCADE"), index=True)
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_item.id"), unique=True)
    part_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("dialogue_file.id", ondelete="CASCADE"), index=True)
    mail: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[CreatedAt]
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    item: Mapped[EvidenceItem] = relationship(lazy="joined", innerjoin=True)

    @property
    def owner_id(self) -> UUID:
        """The authority whose entry it is on."""
        return self.item.owner_id

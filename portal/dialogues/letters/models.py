"""Joint letters to a supplier: one authority drafts, each signatory confirms the very text by a person of its own."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access.audience import Shared, shared_constraints
from portal.db import Base, CreatedAt, UuidKey


class JointLetter(Shared, Base):
    """A letter of several authorities, seen by its owner and by those it asks to sign. `text_hash`: rules.hash_of.

    Once it is sent it stands in the dialogue log as `dialogue_id`.
    """

    __tablename__ = "joint_letter"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    text_hash: Mapped[str] = mapped_column(String(64))
    sign_by: Mapped[date]
    reply_by: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10), default="open")
    dialogue_id: Mapped[UUID | None] = mapped_column(ForeignKey("dialogue_entry.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[CreatedAt]

    signatures: Mapped[list["LetterSignature"]] = relationship(
        order_by="LetterSignature.asked_at, LetterSignature.authority_id", lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        *shared_constraints(),
        CheckConstraint("subject <> '' AND body <> ''", name="texts"),
        CheckConstraint("state IN ('open', 'sent', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'sent') = (dialogue_id IS NOT NULL)", name="sent"),
    )


class LetterSignature(Base):
    """An authority's answer to being asked. Only that one can write it: nobody signs for another (migration 0042).

    `text_hash` is the text that was confirmed, `signed_by` the role title of the person who did.
    """

    __tablename__ = "letter_signature"

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("joint_letter.id", ondelete="CASCADE"), primary_key=True)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), primary_key=True, index=True)
    answer: Mapped[str] = mapped_column(String(10), default="asked")
    text_hash: Mapped[str | None] = mapped_column(String(64))
    user_id: Mapped[UUID | None]  # who confirmed; a pseudonym of the account
    signed_by: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[CreatedAt]
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("answer IN ('asked', 'confirmed', 'declined')", name="answer"),
        CheckConstraint("(answer = 'confirmed') = (text_hash IS NOT NULL AND signed_by IS NOT NULL)", name="confirmed"),
        CheckConstraint("(answer = 'asked') = (answered_at IS NULL)", name="answered"),
    )

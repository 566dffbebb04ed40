"""The joint dialogue log: a shared record with commitments, and beside it each authority's private notes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, DateTime, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access.audience import Shared, shared_constraints
from portal.db import Base, CreatedAt, UuidKey


class DialogueEntry(Shared, Base):
    """One meeting, call, letter or e-mail with a supplier. Corrected by a new entry that links to it, never edited:
    the app's role may only change who sees it (0002_row_level_security). `answers_id` is the entry that this one
    answers, in its first version, so that corrections of it are answered, too; `answer_by` the day until which an
    answer is due.
    """

    __tablename__ = "dialogue_entry"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("dialogue_entry.id"), unique=True)
    original_id: Mapped[UUID | None] = mapped_column(ForeignKey("dialogue_entry.id"))  # the first of all it corrects
    subject: Mapped[str] = mapped_column(Text)
    held_on: Mapped[date]
    channel: Mapped[str] = mapped_column(String(16))
    summary: Mapped[str] = mapped_column(Text)
    objective: Mapped[str] = mapped_column(Text, default="", server_default="")
    issues: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")  # minerals.risks
    milestone: Mapped[str | None] = mapped_column(String(16))
    escalation: Mapped[str | None] = mapped_column(String(20))
    answer_by: Mapped[date | None]
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("dialogue_entry.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[CreatedAt]

    participants: Mapped[list["DialogueParticipant"]] = relationship(order_by="DialogueParticipant.id")
    commitments: Mapped[list["Commitment"]] = relationship(
        order_by="Commitment.due_on, Commitment.id", back_populates="entry"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        *shared_constraints(),
        CheckConstraint("subject <> '' AND summary <> ''", name="texts"),
        CheckConstraint(
            "channel IN ('meeting', 'call', 'video', 'letter', 'email', 'site_visit', 'info_request')", name="channel"
        ),
        CheckConstraint("corrects_id <> id", name="corrects_another"),
        CheckConstraint("answers_id <> id", name="answers_another"),
        CheckConstraint("milestone IN ('raised', 'acknowledged', 'plan', 'implemented')", name="milestone"),
        CheckConstraint(
            "escalation IN ('reminder', 'management_letter', 'joint_letter', 'contractual_notice', 'sanction')",
            name="escalation",
        ),
        CheckConstraint("answer_by >= held_on", name="answer_by"),
        Index("ix_dialogue_entry_newest", "held_on", "id"),
    )

    @property
    def first_id(self) -> UUID:
        """The id of the first version."""
        return self.original_id or self.id


class DialogueParticipant(Base):
    """Who took part, by role title; no authority means the supplier's side."""

    __tablename__ = "dialogue_participant"

    id: Mapped[UuidKey]
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue_entry.id", ondelete="CASCADE"), index=True)
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))
    role_title: Mapped[str] = mapped_column(Text)


class Commitment(Base):
    """What was promised in a dialogue, by whom, until when. No authority means that the supplier promised it.

    Only the mark "done" ever changes, by the entry's owner or by the authority that made the promise.
    """

    __tablename__ = "commitment"

    id: Mapped[UuidKey]
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue_entry.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(Text)
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))
    due_on: Mapped[date]
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    done_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))
    done_note: Mapped[str | None] = mapped_column(Text)

    entry: Mapped[DialogueEntry] = relationship(back_populates="commitments")

    __table_args__ = (
        CheckConstraint("what <> ''", name="what"),
        CheckConstraint("num_nonnulls(done_at, done_by_id, done_note) IN (0, 3)", name="done_is_told"),
    )


class PrivateNote(Base):
    """One authority's own note on a dialogue. It leaves no trace for anybody else."""

    __tablename__ = "private_note"

    id: Mapped[UuidKey]
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue_entry.id", ondelete="CASCADE"), index=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]

    __table_args__ = (CheckConstraint("text <> ''", name="text"),)

"""Accesses of suppliers' guests: one link, one code, one session each; and what was sent by them.

No name and no address of a person is kept: who gets the link stands in the officer's own mail program.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, CreatedAt, Timestamp, UuidKey
from portal.guests.rules import GuestState, state_of


class GuestAccess(Base):
    """One company let in by one authority. Only hashes of the link, the code and the session are kept."""

    __tablename__ = "guest_access"

    id: Mapped[UuidKey]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    language: Mapped[str] = mapped_column(String(2))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[Timestamp]
    failed: Mapped[int] = mapped_column(Integer, default=0)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    session_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    session_ends_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[CreatedAt]

    requests: Mapped[list["GuestAccessRequest"]] = relationship()

    __table_args__ = (
        CheckConstraint("failed BETWEEN 0 AND 5", name="failed"),
        CheckConstraint("(used_at IS NULL) = (session_hash IS NULL)", name="session"),
        CheckConstraint("(used_at IS NULL) = (session_ends_at IS NULL)", name="session_end"),
    )

    def state(self, at: datetime) -> GuestState:
        """Where it stands at a moment."""
        return state_of(
            at=at,
            expires_at=self.expires_at,
            failed=self.failed,
            used_at=self.used_at,
            session_ends_at=self.session_ends_at,
            revoked_at=self.revoked_at,
        )


class GuestAccessRequest(Base):
    """A request that the guest may see and answer."""

    __tablename__ = "guest_access_request"

    access_id: Mapped[UUID] = mapped_column(ForeignKey("guest_access.id", ondelete="CASCADE"), primary_key=True)
    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("declaration_request.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class GuestUpload(Base):
    """A file that came by an access: a declaration that answers the request, or other evidence. Append-only."""

    __tablename__ = "guest_upload"

    id: Mapped[UuidKey]
    access_id: Mapped[UUID] = mapped_column(ForeignKey("guest_access.id", ondelete="CASCADE"), index=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("declaration_request.id", ondelete="CASCADE"), index=True)
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_item.id"), index=True)
    declaration_id: Mapped[UUID | None] = mapped_column(ForeignKey("declaration.id"))
    created_at: Mapped[CreatedAt]

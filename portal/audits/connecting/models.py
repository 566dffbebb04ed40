"""Who asked to be connected with the owner of an audit of which only this much was told: something is planned here."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt


class AuditAsk(Base):
    """An authority that asked. The owner of the audit sees it; who asked never learns which audit it was."""

    __tablename__ = "audit_ask"

    audit_id: Mapped[UUID] = mapped_column(ForeignKey("joint_audit.id", ondelete="CASCADE"), primary_key=True)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), primary_key=True)
    asked_at: Mapped[CreatedAt]

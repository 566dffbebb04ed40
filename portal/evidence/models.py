"""Stored files. The bytes lie in PostgreSQL so that a file and the record that speaks of it are saved together."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from portal.access.audience import Shared
from portal.db import Base, CreatedAt, UuidKey


class FileBlob(Base):
    """Content by its SHA-256: the same bytes are stored once."""

    __tablename__ = "file_blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))


class EvidenceItem(Shared, Base):
    """One uploaded file of one authority, with the audience of the record it supports."""

    __tablename__ = "evidence_item"

    id: Mapped[UuidKey]
    sha256: Mapped[str] = mapped_column(ForeignKey("file_blob.sha256"))
    filename: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]

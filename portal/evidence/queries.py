"""Reading stored files, as far as the actor may see the record."""

from uuid import UUID

from sqlalchemy import Select, select

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.db import session
from portal.errors import NotFound
from portal.evidence.models import EvidenceItem, FileBlob


def visible_evidence(actor: Actor) -> Select[EvidenceItem]:
    """Files that the actor may see."""
    return select(EvidenceItem).where(visible(EvidenceItem, actor))


def get_evidence(actor: Actor, evidence_id: UUID) -> EvidenceItem:
    """One file's record, or NotFound."""
    item = session.scalar(visible_evidence(actor).where(EvidenceItem.id == evidence_id))
    if item is None:
        raise NotFound
    return item


def content_of(sha256: str) -> bytes:
    """The bytes behind a hash; row-level security still asks for a record that the session may see."""
    content = session.scalar(select(FileBlob.content).where(FileBlob.sha256 == sha256))
    if content is None:
        raise NotFound
    return bytes(content)

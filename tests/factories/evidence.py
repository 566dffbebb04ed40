"""Stored files for tests, written straight into the tables."""

from typing import Any
from uuid import UUID

from portal.db import session
from portal.evidence.models import EvidenceItem
from portal.evidence.services import store_blob


def make_evidence(*, owner_id: UUID, content: bytes = b"evidence", **values: Any) -> EvidenceItem:
    """A file of `owner_id`, seen by the owner only unless said otherwise; flushed."""
    values.setdefault("audience", "owner")
    values.setdefault("filename", "minutes.txt")
    item = EvidenceItem(owner_id=owner_id, sha256=store_blob(content), media_type="text/plain", **values)
    session.add(item)
    session.flush()
    return item

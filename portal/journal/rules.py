"""How an entry is hashed: SHA-256 over the previous hash and the entry as canonical JSON."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

GENESIS = b"\x00" * 32


def canonical(value: dict[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces, the same for the same content whatever order it was stored in."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def entry_hash(
    previous: bytes,
    *,
    seq: int,
    at: datetime,
    authority_id: UUID | None,
    user_id: UUID | None,
    actor: str,
    action: str,
    object_type: str | None,
    object_id: UUID | None,
    details: dict[str, Any],
    request_id: str | None,
) -> bytes:
    """The 32-byte hash of one entry in its place in the chain."""
    content = {
        "seq": seq,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "authority": str(authority_id) if authority_id else None,
        "user": str(user_id) if user_id else None,
        "actor": actor,
        "action": action,
        "object": [object_type, str(object_id) if object_id else None],
        "details": details,
        "request": request_id,
    }
    return hashlib.sha256(previous + canonical(content)).digest()

"""Recording what happened. Entries wait in the session and are chained in the last moment before the commit, so
that the lock on the chain's head is held for milliseconds even when the transaction took minutes.
"""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, text
from structlog.contextvars import get_contextvars

from portal.access.actor import Actor
from portal.db import session
from portal.journal.models import JournalEntry, JournalHead
from portal.journal.rules import entry_hash


def record(actor: Actor, action: str, obj: Any = None, **details: Any) -> None:
    """Journal that `actor` did `action` ("dialogue.logged") to `obj` (a model instance with an `id`).

    `details` must be ids, codes, numbers and dates: never names, e-mails or free text of people.
    """
    pending: list[dict[str, Any]] = session().info.setdefault("journal", [])
    pending.append({"actor": actor, "action": action, "object": obj, "details": details})


def _plain(details: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(details, default=str)))


def write_pending() -> None:
    """Chain and insert what this transaction recorded; called by the boundary (portal/process.py)."""
    pending = session().info.pop("journal", [])
    if not pending:
        return
    session.execute(text("SET LOCAL lock_timeout = '20s'"))
    head = session.execute(select(JournalHead.seq, JournalHead.hash).with_for_update()).one()
    seq, previous = head.seq, bytes(head.hash)
    request_id = get_contextvars().get("request_id")
    rows = []
    for item in pending:
        seq += 1
        actor: Actor = item["actor"]
        obj = item["object"]
        row: dict[str, Any] = {
            "seq": seq,
            "at": datetime.now(UTC),
            "authority_id": actor.authority_id,
            "user_id": actor.user_id,
            "actor": "person" if actor.user_id else actor.name,
            "action": item["action"],
            "object_type": obj.__tablename__ if obj is not None else None,
            "object_id": obj.id if obj is not None else None,
            "details": _plain(item["details"]),
            "request_id": request_id,
        }
        previous = row["hash"] = entry_hash(previous, **row)
        rows.append(row)
    session.execute(insert(JournalEntry), rows)
    session.execute(text("UPDATE journal_head SET seq = :seq, hash = :hash"), {"seq": seq, "hash": previous})

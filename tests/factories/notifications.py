"""Notices for tests, written straight into the tables."""

from itertools import count
from typing import Any
from uuid import UUID, uuid4

from portal.db import session
from portal.notifications.models import Notice

_keys = count(1)


def make_notice(*, owner_id: UUID, **values: Any) -> Notice:
    """A notice to `owner_id` that a declaration was shared, which is gone since; flushed."""
    notice = Notice(
        **{
            "authority_id": owner_id,
            "key": f"test:{next(_keys)}",
            "kind": "declaration_added",
            "object_id": uuid4(),
            "params": {},
            **values,
        }
    )
    session.add(notice)
    session.flush()
    return notice

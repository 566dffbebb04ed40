"""Paging without OFFSET: the cursor is the sort key of the last row, opaque to the reader."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask_babel import gettext as _

from portal.errors import BadInput

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of one page and the cursor of the next one, if there is one."""

    rows: Sequence[Row]
    next_cursor: str | None


def encode_cursor(*key: Any) -> str:
    """A cursor from the last row's sort key (strings, numbers, dates, UUIDs)."""
    return base64.urlsafe_b64encode(json.dumps(key, default=str).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, *kinds: Callable[[str], Any]) -> list[Any] | None:
    """The values of a cursor, each read as its kind (`str`, `int`, `UUID`, `date.fromisoformat`).

    None for the first page. Raises BadInput when the cursor was tampered with.
    """
    if not cursor:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(key, list) and len(key) == len(kinds) and all(_storable(part) for part in key):
            return [kind(str(part)) for kind, part in zip(kinds, key, strict=True)]
    except (ValueError, RecursionError):
        pass
    raise BadInput(_("This link to a page of the list is damaged."), remedy=_("Open the list from its beginning."))


def _storable(part: object) -> bool:
    """A number, or text that PostgreSQL can compare with: without NUL, and no half of a character (ValueError)."""
    return isinstance(part, int) or (isinstance(part, str) and b"\x00" not in part.encode())

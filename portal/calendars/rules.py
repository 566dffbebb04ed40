"""What stands in a calendar feed: whole days with a name that never changes. Pure, no database."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

# What is longer past leaves the feed, or feeds would only ever grow.
KEPT = timedelta(days=365)


class Status(StrEnum):
    """How sure an entry is, in the words of RFC 5545; calendar programs strike a cancelled one out."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class Entry:
    """Whole days, both inclusive, as one actor may see them.

    `kind` and `id` name the entry for ever. `sequence` rises with each change that moves it, and `changed_at` is the
    moment of the last one. `endpoint` and `args` make the link to its page.
    """

    kind: str
    id: UUID
    starts_on: date
    ends_on: date
    title: str
    endpoint: str
    args: dict[str, Any]
    sequence: int
    changed_at: datetime
    text: str | None = None
    place: str | None = None
    status: Status = Status.CONFIRMED

    @property
    def uid(self) -> str:
        """Its name in all calendars: by it a program knows a changed entry again."""
        return f"{self.kind}-{self.id}@supplier-commons"

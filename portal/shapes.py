"""The agreed shapes in which features hand things upward: to the joint timeline and to "What needs me"."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID


class Tone(StrEnum):
    """How an entry is marked; never more than a mark."""

    NORMAL = "normal"
    BAD = "bad"
    SUPPLIER = "supplier"  # the supplier's own statement


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened with a supplier, or is planned, as one actor may see it.

    `kind` is dialogue, assessment, audit, finding, declaration, contract or change; `owner_id` is None for what a
    source says. `endpoint` and `args` make the link. `title` and `text` are in the reader's language.
    """

    on: date
    kind: str
    title: str
    endpoint: str
    args: dict[str, Any]
    icon: str
    owner_id: UUID | None = None
    audience: str | None = None
    named_ids: Sequence[UUID] = ()
    text: str | None = None
    tone: Tone = Tone.NORMAL
    planned: bool = False


@dataclass(frozen=True)
class TodoItem:
    """One thing that the actor's authority should do, and the page where it is done."""

    due_on: date | None
    title: str
    detail: str | None
    endpoint: str
    args: dict[str, Any]
    supplier_id: UUID | None = None
    shared_with: Sequence[UUID] = field(default=())

"""SELECTs of files on dialogues; who sees the entry sees its files."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, or_, select

from portal.access.actor import Actor
from portal.db import session
from portal.dialogues.files.models import DialogueFile
from portal.dialogues.models import DialogueEntry
from portal.dialogues.queries import visible_dialogues
from portal.errors import NotFound
from portal.evidence.models import EvidenceItem


def files_of(actor: Actor, entries: Sequence[DialogueEntry]) -> Sequence[DialogueFile]:
    """The files of an entry and its earlier versions, as far as the actor sees these: oldest first, attachments behind
    their e-mail. What was taken off comes too.
    """
    seen = visible_dialogues(actor).where(DialogueEntry.id.in_([entry.id for entry in entries]))
    query = select(DialogueFile).where(DialogueFile.dialogue_id.in_(seen.with_only_columns(DialogueEntry.id)))
    files = session.scalars(query.order_by(DialogueFile.created_at, DialogueFile.id)).all()
    behind: dict[UUID | None, list[DialogueFile]] = {}
    for file in files:
        behind.setdefault(file.part_of_id, []).append(file)
    return [one for file in behind.get(None, []) for one in (file, *behind.get(file.id, []))]


def get_file(actor: Actor, file_id: UUID) -> DialogueFile:
    """One file of an entry that the actor sees, or NotFound. One that was taken off is there for the owner alone."""
    seen = visible_dialogues(actor).join(DialogueFile, DialogueFile.dialogue_id == DialogueEntry.id)
    there = or_(DialogueFile.removed_at.is_(None), DialogueEntry.owner_id == actor.authority_id)
    found = session.scalar(seen.where(DialogueFile.id == file_id, there).with_only_columns(DialogueFile))
    if found is None:
        raise NotFound
    return found


def number_of_files(entry: DialogueEntry) -> int:
    """How many files are on an entry, attachments of e-mails among them."""
    held = select(func.count()).where(DialogueFile.dialogue_id == entry.id, DialogueFile.removed_at.is_(None))
    return session.scalar(held) or 0


def has_file(entry: DialogueEntry, sha256: str) -> bool:
    """The entry has a file of just these bytes."""
    same = (
        select(DialogueFile.id)
        .join(EvidenceItem, EvidenceItem.id == DialogueFile.evidence_id)
        .where(DialogueFile.dialogue_id == entry.id, DialogueFile.removed_at.is_(None), EvidenceItem.sha256 == sha256)
    )
    return session.scalar(same.limit(1)) is not None

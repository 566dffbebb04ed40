"""Which address a dialogue has, and what has come in by it."""

from sqlalchemy import select

from portal.access.actor import Actor
from portal.db import as_system, session
from portal.dialogues.files.models import DialogueFile
from portal.dialogues.mail.models import DialogueAddress
from portal.dialogues.mail.rules import address_of
from portal.dialogues.models import DialogueEntry
from portal.evidence.models import EvidenceItem
from portal.settings import get_settings


def address_for(actor: Actor, entry: DialogueEntry) -> str | None:
    """The address of one of our dialogues, where it has one and mail comes in at all."""
    domain = get_settings().incoming_mail_domain
    if not domain or entry.owner_id != actor.authority_id:
        return None
    known = session.get(DialogueAddress, entry.first_id)
    return address_of(known.token, domain) if known else None


def dialogue_of(token: str) -> DialogueAddress | None:
    """Whose dialogue the token of an address names."""
    with as_system():
        return session.scalar(select(DialogueAddress).where(DialogueAddress.token == token))


def came_before(entry: DialogueEntry, *, message_id: str, sha256: str) -> bool:
    """This very mail stands in the log already, as an answer to the entry."""
    query = (
        select(DialogueFile.id)
        .join(DialogueEntry, DialogueEntry.id == DialogueFile.dialogue_id)
        .join(EvidenceItem, EvidenceItem.id == DialogueFile.evidence_id)
        .where(DialogueEntry.answers_id == entry.first_id, DialogueEntry.owner_id == entry.owner_id)
    )
    same = EvidenceItem.sha256 == sha256
    if message_id:
        same |= DialogueFile.mail["message_id"].astext == message_id
    return session.scalar(query.where(same).limit(1)) is not None

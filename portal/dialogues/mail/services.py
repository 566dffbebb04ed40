"""Use cases of incoming mail: make and revoke a dialogue's address, and take a mail in."""

import base64
import secrets
from collections.abc import Sequence
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.access.actor import Actor, Role
from portal.access.audience import Audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.authorities.models import Authority
from portal.clock import today
from portal.db import session, set_scope
from portal.dialogues import queries as dialogues
from portal.dialogues.files.mail import Mail, UnreadableMail, plain, read_mail
from portal.dialogues.files.services import attach
from portal.dialogues.mail import queries
from portal.dialogues.mail.models import DialogueAddress
from portal.dialogues.mail.rules import tokens_in
from portal.dialogues.models import DialogueEntry
from portal.dialogues.rules import Channel
from portal.dialogues.services import DialogueData, log_dialogue
from portal.errors import BadInput, DomainError, InvalidTransition
from portal.evidence.kinds import MOST_BYTES
from portal.evidence.services import sha256_of
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.settings import get_settings

MOST_TEXT = 20_000  # letters of a mail that stand in the log; all of it is in the file
RECIPIENTS = ("Delivered-To", "X-Original-To", "To", "Cc")


class NobodyThere(DomainError):
    """No dialogue has an address that the mail names: it was never made, or is revoked."""


def make_address(actor: Actor, entry: DialogueEntry) -> DialogueAddress:
    """A new address for a dialogue of ours; the one before it ends."""
    require(actor, Permission.EDIT_DIALOGUE, entry)
    if not get_settings().incoming_mail_domain:
        raise InvalidTransition(_("No mail comes in to this installation."))
    _drop(entry.first_id)
    token = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
    address = DialogueAddress(dialogue_id=entry.first_id, owner_id=entry.owner_id, token=token)
    session.add(address)
    session.flush()
    record(actor, "dialogue.address_made", entry)
    return address


def revoke_address(actor: Actor, entry: DialogueEntry) -> None:
    """End the address of a dialogue at once."""
    require(actor, Permission.EDIT_DIALOGUE, entry)
    if not _drop(entry.first_id):
        raise InvalidTransition(_("There is no address to revoke."))
    record(actor, "dialogue.address_revoked", entry)


def receive(content: bytes, to: str | None = None) -> DialogueEntry | None:
    """Take in one mail (RFC 5322) by the address that it came to; None where it stands in the log already.

    It answers the dialogue as an entry of the authority whose address that is, seen by nobody else until a person
    shares it. Who wrote it stands in the attached mail alone, and is not proven. Raises NobodyThere, and BadInput for
    what is too large or no mail.
    """
    if content.startswith(b"From "):  # as a mailbox file has it, before the mail
        content = content.partition(b"\n")[2]
    if len(content) > MOST_BYTES:
        raise BadInput(f"The mail is larger than {MOST_BYTES // 2**20} MiB.")
    try:
        mail = read_mail(content)
        message = message_from_bytes(content, policy=default)
        headers = [to] if to else [str(text) for name in RECIPIENTS for text in message.get_all(name, [])]
    except (UnreadableMail, ValueError, LookupError, AttributeError, IndexError, TypeError):
        raise BadInput("This is no e-mail that can be taken apart.") from None
    address = _address(headers)
    actor = _act_for(address)
    # The same mail delivered twice at once is one.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"mail {address.token}", 0))))
    asked = dialogues.version_of(actor, address.dialogue_id)
    if asked is None:
        raise NobodyThere("No dialogue has this address.")
    if queries.came_before(asked, message_id=mail.message_id, sha256=sha256_of(content)):
        return None
    entry = log_dialogue(
        actor,
        asked.supplier_id,
        DialogueData(
            subject=mail.subject[:200] or _("E-mail without a subject"),
            held_on=_held_on(mail, asked),
            channel=Channel.EMAIL,
            summary=_text(message) or _("The e-mail has no plain text. Read the attached file."),
            audience=Audience.OWNER,
            answers_id=asked.first_id,
        ),
    )
    attach(actor, entry, content=content, filename="e-mail.eml")
    record(actor, "dialogue.mail_received", entry, answers=asked.first_id)
    emit(Event.MAIL_RECEIVED, actor=actor, dialogue_id=entry.id)
    return entry


def _address(headers: Sequence[str]) -> DialogueAddress:
    domain = get_settings().incoming_mail_domain
    for token in tokens_in(headers, domain) if domain else ():
        if address := queries.dialogue_of(token):
            return address
    raise NobodyThere("No dialogue has an address that this mail names.")


def _act_for(address: DialogueAddress) -> Actor:
    """Incoming mail acts for the authority whose address it came to, and is named so in the journal."""
    authority = session.get_one(Authority, address.owner_id)
    set_scope(authority_id=authority.id)
    return Actor(
        name="incoming mail",
        authority_id=authority.id,
        authority_code=authority.code,
        authority_name=authority.name,
        roles=frozenset({Role.OFFICER}),
    )


def _held_on(mail: Mail, asked: DialogueEntry) -> date:
    """The day that the mail says it was written on, as far as that can be true."""
    try:
        written = date.fromisoformat(mail.date[:10])
    except ValueError:
        return today()
    return written if asked.held_on <= written <= today() else today()


def _text(message: EmailMessage) -> str:
    """The plain text, without what a database cannot hold."""
    try:
        part = message.get_body(("plain",))
        text = str(part.get_content()) if part else ""
    except (LookupError, ValueError, KeyError, AttributeError):
        return ""
    return plain(text)[:MOST_TEXT].strip()


def _drop(dialogue_id: UUID) -> bool:
    known = session.get(DialogueAddress, dialogue_id)
    if known is None:
        return False
    session.delete(known)
    session.flush()
    return True

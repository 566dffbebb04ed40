"""Use cases of files on dialogues: attach, take off, put back."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal.access.actor import Actor
from portal.access.audience import Audience, set_audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import now, session
from portal.dialogues.files import queries
from portal.dialogues.files.mail import Mail, UnreadableMail, read_mail
from portal.dialogues.files.models import DialogueFile
from portal.dialogues.models import DialogueEntry
from portal.errors import BadInput, Conflict, InvalidTransition
from portal.evidence.kinds import MAIL, MOST_BYTES, media_type_of
from portal.evidence.models import EvidenceItem
from portal.evidence.services import checked_media_type, sha256_of, store_file
from portal.journal.services import record

MOST_FILES = 40  # on one entry, those attached to e-mails among them


def attach(actor: Actor, entry: DialogueEntry, *, content: bytes, filename: str | None) -> Sequence[DialogueFile]:
    """Put a file on an entry of ours; of an e-mail also what is attached to it, where it is of a kind that we take.

    Raises BadInput for other kinds and sizes, Conflict where the entry has this very file.
    """
    require(actor, Permission.EDIT_DIALOGUE, entry)
    media_type = checked_media_type(content, filename, field="file", mails=True)
    # Two uploads at once must not pass the count together.
    session.execute(select(DialogueEntry.id).where(DialogueEntry.id == entry.id).with_for_update())
    if media_type == MAIL:
        mail = _read(content)
        first = _keep(actor, entry, content, filename, MAIL, mail=_headers(mail))
        kept = [first, *_keep_attached(actor, entry, mail, first)]
    else:
        kept = [_keep(actor, entry, content, filename, media_type)]
    if queries.number_of_files(entry) > MOST_FILES:
        raise BadInput(
            _("An entry has at most %(num)d files.", num=MOST_FILES),
            field="file",
            remedy=_("Take off one that is not needed, or put them together in one PDF."),
        )
    record(actor, "dialogue.file_attached", entry, files=[file.id for file in kept])
    return kept


def take_off(actor: Actor, entry: DialogueEntry, file: DialogueFile) -> None:
    """Take a file off, and what was attached to it; from then on only we can open it. It can be put back."""
    _mark(actor, entry, file, off=True)
    record(actor, "dialogue.file_taken_off", entry, file=file.id)


def put_back(actor: Actor, entry: DialogueEntry, file: DialogueFile) -> None:
    """Undo `take_off`."""
    _mark(actor, entry, file, off=False)
    record(actor, "dialogue.file_put_back", entry, file=file.id)


def follow_audience(actor: Actor, entry: DialogueEntry) -> None:
    """Let the files of an entry be seen by whom the entry is seen."""
    for file in queries.files_of(actor, [entry]):
        if file.removed_at is None:
            set_audience(file.item, Audience(entry.audience), entry.named_ids)
    session.flush()


def _mark(actor: Actor, entry: DialogueEntry, file: DialogueFile, *, off: bool) -> None:
    require(actor, Permission.EDIT_DIALOGUE, entry)
    state = DialogueFile.removed_at.is_(None) if off else DialogueFile.removed_at.is_not(None)
    concerned = (DialogueFile.id == file.id) | (DialogueFile.part_of_id == file.id)
    marked = update(DialogueFile).where(concerned, state).values(removed_at=now() if off else None)
    changed = session.scalars(marked.returning(DialogueFile.evidence_id)).all()
    if not changed:
        raise InvalidTransition(_("This was done already. Look at the entry again."))
    for item in session.scalars(select(EvidenceItem).where(EvidenceItem.id.in_(changed))):
        set_audience(item, Audience.OWNER if off else Audience(entry.audience), [] if off else entry.named_ids)
    session.flush()


def _read(content: bytes) -> Mail:
    try:
        return read_mail(content)
    except UnreadableMail:
        raise BadInput(
            _("This e-mail cannot be taken apart."),
            field="file",
            remedy=_("Save it again from your mail program, or attach it as a PDF."),
        ) from None


def _headers(mail: Mail) -> dict[str, str]:
    return {name: getattr(mail, name) for name in ("subject", "date", "message_id", "in_reply_to")}


def _keep_attached(actor: Actor, entry: DialogueEntry, mail: Mail, first: DialogueFile) -> list[DialogueFile]:
    kept = []
    for name, content in mail.attached:
        media_type = media_type_of(name, content)
        if media_type and len(content) <= MOST_BYTES and not queries.has_file(entry, sha256_of(content)):
            kept.append(_keep(actor, entry, content, name, media_type, part_of_id=first.id))
    return kept


def _keep(
    actor: Actor, entry: DialogueEntry, content: bytes, filename: str | None, media_type: str, **values: Any
) -> DialogueFile:
    if queries.has_file(entry, sha256_of(content)):
        raise Conflict(_("This very file is on the entry already."))
    audience = Audience(entry.audience)
    item = store_file(
        actor,
        content=content,
        filename=filename,
        media_type=media_type,
        audience=audience,
        named_ids=entry.named_ids,
    )
    file = DialogueFile(dialogue_id=entry.id, item=item, **values)
    session.add(file)
    session.flush()
    return file

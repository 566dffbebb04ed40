"""Keeping uploaded files: the bytes once by their hash, and a record with an owner and an audience."""

import hashlib
import re
import unicodedata
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.audience import Audience, set_audience
from portal.db import session
from portal.errors import BadInput
from portal.evidence import kinds
from portal.evidence.models import EvidenceItem, FileBlob
from portal.evidence.scanning import check_file

MAX_NAME = 120


def safe_filename(name: str | None) -> str:
    """A file name for showing and for headers: no folders, control or bidirectional characters, at most 120 long."""
    base = re.split(r"[/\\]", name or "")[-1]
    kept = "".join(ch for ch in unicodedata.normalize("NFC", base) if unicodedata.category(ch)[0] != "C").strip(" .")
    if len(kept) > MAX_NAME:
        stem, dot, suffix = kept.rpartition(".")
        kept = f"{stem[: MAX_NAME - len(suffix) - 1]}.{suffix}" if dot and len(suffix) < 10 else kept[:MAX_NAME]
    return kept or "file"


def checked_media_type(content: bytes, filename: str | None, *, field: str, mails: bool = False) -> str:
    """The media type of a file that a person attaches; e-mails are taken where `mails`.

    Raises BadInput at `field` for other kinds, for a name that does not fit what is inside, and for large files.
    """
    if len(content) > kinds.MOST_BYTES:
        raise BadInput(
            _("The file is larger than %(num)s MB.", num=kinds.MOST_BYTES // (1024 * 1024)),
            field=field,
            remedy=_("Make it smaller, or split it."),
        )
    if mails and kinds.is_mail(filename, content):
        return kinds.MAIL
    if media_type := kinds.media_type_of(filename, content):
        return media_type
    taken = (
        _("Attach a PDF, a picture (PNG, JPEG), an Office file (.docx, .xlsx) or a saved e-mail (.eml).")
        if mails
        else _("Attach a PDF, a picture (PNG, JPEG), or an Office file (.docx, .xlsx).")
    )
    raise BadInput(_("This kind of file is not taken, or its name does not say what it is."), field=field, remedy=taken)


def sha256_of(content: bytes) -> str:
    """The name under which bytes are kept (hex)."""
    return hashlib.sha256(content).hexdigest()


def store_blob(content: bytes) -> str:
    """Keep bytes and return their SHA-256 (hex). Storing the same bytes again changes nothing."""
    sha256 = sha256_of(content)
    statement = insert(FileBlob).values(sha256=sha256, size=len(content), content=content)
    session.execute(statement.on_conflict_do_nothing())
    return sha256


def store_file(
    actor: Actor,
    *,
    content: bytes,
    filename: str | None,
    media_type: str,
    audience: Audience = Audience.OWNER,
    named_ids: list[UUID] | None = None,
) -> EvidenceItem:
    """Keep a file for the actor's authority with the audience of the record it belongs to.

    Raises BadInput where a malware scanner is set and finds something, or cannot be asked.
    """
    if actor.authority_id is None:
        raise BadInput("Files belong to an authority, and you act for none.")
    check_file(content)
    item = EvidenceItem(
        owner_id=actor.authority_id,
        sha256=store_blob(content),
        filename=safe_filename(filename),
        media_type=media_type,
    )
    set_audience(item, audience, named_ids or [])
    session.add(item)
    session.flush()
    return item

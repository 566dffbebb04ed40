"""Daily digests: claim one, write it, hand it to the mail server, note what became of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog

from portal import db
from portal.notifications import digests
from portal.settings import get_settings
from worker.connectors import smtp
from worker.letters import digest_letter

log = structlog.get_logger(__name__)


def send(payload: Mapping[str, Any]) -> smtp.Handed | None:
    """Send the digest unless another delivery has it. Raises NotTaken, and then it is tried again later."""
    mail_id, settings = UUID(payload["mail_id"]), get_settings()
    with db.transaction():
        if not digests.claim(mail_id):
            return None
    try:
        with db.transaction():
            digest = digests.compose(mail_id)
            letter = digest_letter(digest, settings) if digest else None
        return smtp.send(letter, settings) if letter else None
    except Exception as error:
        # Nothing was handed over: a program's error here must not cost the person the day's digest.
        with db.transaction():
            digests.note(mail_id, "failed", str(error))
        raise


def note(_event_id: UUID, payload: Mapping[str, Any], fetched: smtp.Handed | None) -> None:
    """Keep that it was sent. Where nobody knows, it stays claimed and its notices come again the next day."""
    if fetched is smtp.Handed.SENT:
        digests.note(UUID(payload["mail_id"]), "sent")
    elif fetched is smtp.Handed.UNKNOWN:
        log.warning("nobody knows whether the mail server took a digest", mail_id=payload["mail_id"])

"""Letters to people who are booked for an audit: claim one, hand it to the mail server, note what became of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal import db
from portal.calendars import invitations
from portal.settings import get_settings
from worker.connectors import smtp
from worker.letters import invitation_letter


def _key(payload: Mapping[str, Any]) -> tuple[UUID, UUID, int]:
    return UUID(payload["audit_id"]), UUID(payload["user_id"]), int(payload["sequence"])


def send(payload: Mapping[str, Any]) -> smtp.Handed | None:
    """Send the letter unless another delivery has it. Raises NotTaken, and then it is tried again later."""
    audit_id, user_id, sequence = key = _key(payload)
    settings = get_settings()
    with db.transaction():
        if not invitations.claim(*key):
            return None
    try:
        with db.transaction():
            letter = invitations.compose(audit_id, user_id)
            mail = invitation_letter(letter, settings) if letter and letter.sequence == sequence else None
        return smtp.send(mail, settings) if mail else smtp.Handed.SENT
    except Exception as error:
        with db.transaction():
            invitations.note(*key, "failed", str(error))
        raise


def note(_event_id: UUID, payload: Mapping[str, Any], fetched: smtp.Handed | None) -> None:
    """Keep that it was sent. Where nobody knows, it stays claimed and is sent again: a calendar knows it by its UID."""
    if fetched is smtp.Handed.SENT:
        invitations.note(*_key(payload), "sent")

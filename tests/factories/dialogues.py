"""Dialogues for tests, written straight into the tables."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from portal.clock import today
from portal.db import session
from portal.dialogues.files.models import DialogueFile
from portal.dialogues.letters.models import JointLetter, LetterSignature
from portal.dialogues.letters.rules import hash_of
from portal.dialogues.models import Commitment, DialogueEntry, DialogueParticipant
from tests.factories.evidence import make_evidence
from tests.factories.registry import make_supplier


def make_commitment(**values: Any) -> Commitment:
    """What the supplier promised, unless `authority_id` says otherwise; belongs to a dialogue yet to be made."""
    return Commitment(**{"what": "Corrected CMRT", "due_on": date(2026, 12, 3), **values})


def make_dialogue(*, owner_id: UUID, **values: Any) -> DialogueEntry:
    """An entry of `owner_id` with one participant and, unless given, one commitment of the supplier; flushed."""
    values.setdefault("audience", "owner")
    values.setdefault("commitments", [make_commitment()])
    entry = DialogueEntry(
        **{
            "owner_id": owner_id,
            "subject": "Origin of cobalt",
            "held_on": date(2026, 11, 4),
            "channel": "video",
            "summary": "Three refiners are named, the mines of two are known.",
            "participants": [DialogueParticipant(authority_id=owner_id, role_title="Sustainability adviser")],
            **values,
            "supplier_id": values.get("supplier_id") or make_supplier().id,
        }
    )
    session.add(entry)
    session.flush()
    return entry


def make_letter(
    *, owner_id: UUID, audience: str = "owner", named_ids: Sequence[UUID] = (), **values: Any
) -> JointLetter:
    """An open letter that asks its owner and whoever is named to sign; flushed."""
    subject, body = values.setdefault("subject", "Cobalt of your laptops"), values.setdefault("body", "Please answer.")
    values.setdefault("text_hash", hash_of(subject, body, "en", values.get("reply_by")))
    letter = JointLetter(
        **{
            "owner_id": owner_id,
            "audience": audience,
            "named_ids": list(named_ids),
            "language": "en",
            "sign_by": today() + timedelta(days=7),
            **values,
            "supplier_id": values.get("supplier_id") or make_supplier().id,
        }
    )
    session.add(letter)
    session.flush()
    session.add_all(LetterSignature(letter_id=letter.id, authority_id=one) for one in (owner_id, *named_ids))
    session.flush()
    session.refresh(letter, ["signatures"])
    return letter


def make_dialogue_file(*, owner_id: UUID, audience: str = "owner", **values: Any) -> DialogueFile:
    """A file on an entry of its own, seen by whom the entry is seen; flushed."""
    named_ids = values.pop("named_ids", [])
    entry = make_dialogue(owner_id=owner_id, audience=audience, named_ids=named_ids)
    item = make_evidence(owner_id=owner_id, audience=audience, named_ids=named_ids)
    file = DialogueFile(dialogue_id=entry.id, item=item, **values)
    session.add(file)
    session.flush()
    return file

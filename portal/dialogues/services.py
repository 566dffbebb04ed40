"""Use cases of the dialogue log."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import update
from sqlalchemy.orm.exc import StaleDataError

from portal.access.actor import Actor
from portal.access.audience import Audience, set_audience, widened
from portal.access.permissions import Permission
from portal.access.policy import can, require
from portal.clock import today
from portal.db import constraint_errors, now, session
from portal.dialogues import queries
from portal.dialogues.files.services import follow_audience
from portal.dialogues.mentions import readers_of, tell_mentioned
from portal.dialogues.models import Commitment, DialogueEntry, DialogueParticipant, PrivateNote
from portal.dialogues.rules import Channel, Escalation, Milestone, answer_due
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition, NotFound
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.registry import queries as registry

NOT_YOURS_TO_CLOSE = _l(
    "You cannot mark this commitment. The authority that logged the dialogue can, and the one that made the promise."
)


@dataclass(frozen=True)
class ParticipantData:
    """Somebody who took part, by role title; no authority means the supplier's side."""

    authority_id: UUID | None
    role_title: str


@dataclass(frozen=True)
class CommitmentData:
    """A promise; no authority means the supplier's. `continues_id` is the same promise in the entry being corrected."""

    what: str
    authority_id: UUID | None
    due_on: date
    continues_id: UUID | None = None


@dataclass(frozen=True)
class DialogueData:
    """What a person writes of a dialogue; `private_note` is for the actor's own authority alone."""

    subject: str
    held_on: date
    channel: Channel
    summary: str
    audience: Audience
    named_ids: list[UUID] = field(default_factory=list)
    participants: list[ParticipantData] = field(default_factory=list)
    commitments: list[CommitmentData] = field(default_factory=list)
    private_note: str | None = None
    objective: str = ""
    issues: list[str] = field(default_factory=list)
    milestone: Milestone | None = None
    escalation: Escalation | None = None
    answer_by: date | None = None
    answers_id: UUID | None = None  # of the first version of what is answered


def log_dialogue(actor: Actor, supplier_id: UUID, data: DialogueData) -> DialogueEntry:
    """Record a dialogue of the actor's authority with a supplier, and tell those whom it is shared with."""
    require(actor, Permission.ADD_DIALOGUE)
    supplier = registry.get_supplier(supplier_id)
    entry = _write(actor, supplier.id, data)
    record(actor, "dialogue.logged", entry, audience=entry.audience, named=entry.named_ids)
    _tell(actor, entry)
    tell_mentioned(actor, entry, entry.summary, readers_of(entry))
    if data.private_note:
        add_note(actor, entry, data.private_note)
    return entry


def correct_dialogue(actor: Actor, wrong: DialogueEntry, data: DialogueData) -> DialogueEntry:
    """Record a new entry in place of one that was wrong. Both stay readable and lead to each other.

    What was marked as done stays so for commitments that are carried on. Raises Conflict when a correction exists.
    """
    require(actor, Permission.EDIT_DIALOGUE, wrong)
    taken = Conflict(_("This entry was corrected already. Open the correction and correct that one."))
    with constraint_errors({"uq_dialogue_entry_corrects_id": taken}):
        entry = _write(actor, wrong.supplier_id, data, corrects=wrong)
    record(actor, "dialogue.corrected", entry, corrects=wrong.id, audience=entry.audience, named=entry.named_ids)
    _tell(actor, entry)
    tell_mentioned(actor, entry, entry.summary, readers_of(entry))
    return entry


def change_audience(
    actor: Actor, entry: DialogueEntry, audience: Audience, named_ids: list[UUID], *, version: int
) -> None:
    """Let more or fewer authorities see an entry. Raises Conflict when somebody changed it since `version`."""
    require(actor, Permission.EDIT_DIALOGUE, entry)
    changed = Conflict(_("Somebody else changed who sees this entry. Look at it again, then decide."))
    if entry.version != version:
        raise changed
    before = (entry.audience, entry.named_ids)
    set_audience(entry, audience, named_ids)
    try:
        session.flush()
    except StaleDataError:
        raise changed from None
    after = (entry.audience, entry.named_ids)
    if before == after:
        return
    follow_audience(actor, entry)
    record(
        actor,
        "dialogue.audience_changed",
        entry,
        audience=entry.audience,
        named=entry.named_ids,
        audience_before=before[0],
        named_before=before[1],
    )
    if widened(before, after):
        emit(Event.DIALOGUE_SHARED, actor=actor, dialogue_id=entry.id)
        tell_mentioned(actor, entry, entry.summary, readers_of(entry))


def add_note(actor: Actor, entry: DialogueEntry, text: str) -> PrivateNote:
    """Keep a note of the actor's authority on an entry. Nothing about the entry changes, so nobody else can tell."""
    require(actor, Permission.ADD_PRIVATE_NOTE)
    note = PrivateNote(dialogue_id=entry.id, owner_id=_authority(actor), text=text)
    session.add(note)
    session.flush()
    record(actor, "private_note.added", note, dialogue=entry.id)
    tell_mentioned(actor, entry, text, {note.owner_id})
    return note


def close_commitment(actor: Actor, entry: DialogueEntry, commitment: Commitment, note: str) -> None:
    """Mark a commitment as done; the note says what shows it. Raises InvalidTransition when it is done already."""
    _check_close(actor, entry, commitment)
    _mark(commitment, was_done=False, done_at=now(), done_by_id=_authority(actor), done_note=note)
    record(actor, "commitment.done", commitment, dialogue=entry.id)


def reopen_commitment(actor: Actor, entry: DialogueEntry, commitment: Commitment) -> None:
    """Take the mark "done" back. Raises InvalidTransition when the commitment is open already."""
    _check_close(actor, entry, commitment)
    _mark(commitment, was_done=True, done_at=None, done_by_id=None, done_note=None)
    record(actor, "commitment.reopened", commitment, dialogue=entry.id)


def _write(actor: Actor, supplier_id: UUID, data: DialogueData, corrects: DialogueEntry | None = None) -> DialogueEntry:
    if data.held_on > today():
        raise BadInput(_("This day is still to come."), field="held_on", remedy=_("Log a dialogue after it was held."))
    answer_by = answer_due(data.channel, data.held_on, data.answer_by)
    if answer_by and answer_by < data.held_on:
        raise BadInput(_("An answer cannot be due before the dialogue was held."), field="answer_by")
    answers = _answered(actor, supplier_id, data, corrects) if data.answers_id else None
    entry = DialogueEntry(
        supplier_id=supplier_id,
        owner_id=_authority(actor),
        corrects_id=corrects.id if corrects else None,
        original_id=corrects.first_id if corrects else None,
        subject=data.subject,
        held_on=data.held_on,
        channel=data.channel,
        summary=data.summary,
        objective=data.objective,
        issues=sorted(data.issues),
        milestone=data.milestone,
        escalation=data.escalation,
        answer_by=answer_by,
        answers_id=answers.first_id if answers else None,
        participants=[
            DialogueParticipant(authority_id=p.authority_id, role_title=p.role_title) for p in data.participants
        ],
        commitments=[_commitment(row, corrects) for row in data.commitments],
    )
    set_audience(entry, data.audience, data.named_ids)
    session.add(entry)
    session.flush()
    return entry


def _answered(actor: Actor, supplier_id: UUID, data: DialogueData, corrects: DialogueEntry | None) -> DialogueEntry:
    """The entry that is answered: an earlier one about the same supplier that the actor sees."""
    assert data.answers_id
    asked = queries.version_of(actor, data.answers_id)
    if asked is None:
        raise NotFound
    itself = corrects is not None and asked.first_id == corrects.first_id
    if itself or asked.supplier_id != supplier_id or asked.held_on > data.held_on:
        raise BadInput(_("Only an earlier entry about the same supplier can be answered."), field="answers")
    return asked


def _commitment(data: CommitmentData, corrects: DialogueEntry | None) -> Commitment:
    commitment = Commitment(what=data.what, authority_id=data.authority_id, due_on=data.due_on)
    if corrects and data.continues_id:
        earlier = queries.get_commitment(corrects, data.continues_id)
        commitment.done_at = earlier.done_at
        commitment.done_by_id = earlier.done_by_id
        commitment.done_note = earlier.done_note
    return commitment


def _tell(actor: Actor, entry: DialogueEntry) -> None:
    if entry.audience != Audience.OWNER:
        emit(Event.DIALOGUE_SHARED, actor=actor, dialogue_id=entry.id)


def may_close(actor: Actor, entry: DialogueEntry, commitment: Commitment) -> bool:
    """The entry's owner marks every commitment, another authority its own ones."""
    own = actor.authority_id in (entry.owner_id, commitment.authority_id)
    return own and can(actor, Permission.CLOSE_COMMITMENT, entry)


def _check_close(actor: Actor, entry: DialogueEntry, commitment: Commitment) -> None:
    if not may_close(actor, entry, commitment):
        raise Forbidden(str(NOT_YOURS_TO_CLOSE))
    if queries.corrections_of(actor, [entry]):
        raise InvalidTransition(_("This entry was corrected. Open the correction and mark the commitment there."))


def _mark(commitment: Commitment, *, was_done: bool, **values: object) -> None:
    """Change the mark only where it still is what the person saw."""
    state = Commitment.done_at.is_not(None) if was_done else Commitment.done_at.is_(None)
    claim = update(Commitment).where(Commitment.id == commitment.id, state).values(**values)
    if session.scalar(claim.returning(Commitment.id)) is None:
        raise InvalidTransition(
            _("This commitment is open already.") if was_done else _("This commitment is marked as done already.")
        )


def _authority(actor: Actor) -> UUID:
    """The authority that an entry or note belongs to; system actors have none and log nothing."""
    assert actor.authority_id is not None
    return actor.authority_id

"""Use cases of joint letters: draft and ask, change the text, sign or decline, send, withdraw.

A signature names the text that it confirms. So a changed text needs no signature taken back, which nobody but its
authority could do: those of the earlier text just do not count.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from portal.access.actor import Actor
from portal.access.audience import Audience, set_audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.accounts.queries import titles_of
from portal.authorities import queries as authorities
from portal.clock import today
from portal.db import now, session
from portal.dialogues.letters import rules
from portal.dialogues.letters.models import JointLetter, LetterSignature
from portal.dialogues.letters.queries import signature_of
from portal.dialogues.letters.rules import STEPS, LetterState, LetterStep, SignatureAnswer
from portal.dialogues.models import DialogueEntry
from portal.dialogues.rules import Channel, Escalation
from portal.dialogues.services import DialogueData, ParticipantData, log_dialogue
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.registry import queries as registry


@dataclass(frozen=True)
class LetterData:
    """What a person writes of a letter. `asked_ids` are other authorities that are asked to sign."""

    subject: str
    body: str
    language: str
    sign_by: date
    reply_by: date | None
    asked_ids: Collection[UUID]

    @property
    def text_hash(self) -> str:
        """What is confirmed."""
        return rules.hash_of(self.subject, self.body, self.language, self.reply_by)


def draft(actor: Actor, supplier_id: UUID, data: LetterData) -> JointLetter:
    """Draft a letter of the actor's authority and ask others to sign it."""
    require(actor, Permission.ADD_DIALOGUE)
    letter = JointLetter(supplier_id=registry.get_supplier(supplier_id).id, owner_id=actor.authority_id)
    _write(letter, data)
    session.add(letter)
    session.flush()
    _ask(actor, letter, {*data.asked_ids, letter.owner_id})
    record(actor, "letter.drafted", letter, asked=sorted(map(str, data.asked_ids)))
    return letter


def change(actor: Actor, letter: JointLetter, data: LetterData, *, version: int) -> None:
    """Change the text or whom it asks; who signed an earlier text is asked again. Conflict if it is not `version`."""
    require(actor, Permission.EDIT_DIALOGUE, letter)
    _lock(letter, LetterStep.CHANGE)
    if letter.version != version:
        raise Conflict(_("Somebody else changed the letter. Look at it again, then decide."))
    before = letter.text_hash
    known = {one.authority_id for one in letter.signatures}
    wanted = {*data.asked_ids, letter.owner_id}
    answered = {one.authority_id for one in letter.signatures if one.answer != SignatureAnswer.ASKED}
    if gone := (known - wanted) & answered:
        names = authorities.authorities_by_id()
        raise BadInput(
            _("%(names)s has answered already.", names=", ".join(sorted(names[one].name for one in gone))),
            field="asked_ids",
            remedy=_("Leave it in the list."),
        )
    _write(letter, data)
    session.execute(
        delete(LetterSignature).where(
            LetterSignature.letter_id == letter.id, LetterSignature.authority_id.in_(known - wanted)
        )
    )
    session.flush()
    _ask(actor, letter, wanted - known)
    record(actor, "letter.changed", letter, text_changed=before != letter.text_hash)
    if before != letter.text_hash:
        for authority_id in sorted(known & wanted - {letter.owner_id}):
            emit(Event.LETTER_ASKED, actor=actor, letter_id=letter.id, authority_id=authority_id, text=letter.text_hash)


def sign(actor: Actor, letter: JointLetter, seen_hash: str) -> None:
    """Confirm the text that the person has read, for the actor's own authority. Raises Conflict when it has changed."""
    ours = _ours(actor, letter)
    if seen_hash != letter.text_hash:
        raise Conflict(_("The text was changed while you read it. Read it again, then sign."))
    if actor.user_id is None:
        raise Forbidden(_("A person signs, not a program."))
    title = titles_of([actor.user_id])[actor.user_id]
    ours.answer, ours.text_hash, ours.answered_at = SignatureAnswer.CONFIRMED, letter.text_hash, now()
    ours.user_id, ours.signed_by, ours.note = actor.user_id, title, None
    session.flush()
    record(actor, "letter.signed", letter, text=letter.text_hash)
    _tell_owner(actor, letter)


def decline(actor: Actor, letter: JointLetter, note: str | None) -> None:
    """Say for the actor's own authority that it does not sign; it may sign after all as long as the letter is open."""
    ours = _ours(actor, letter)
    ours.answer, ours.note, ours.answered_at = SignatureAnswer.DECLINED, (note or "").strip() or None, now()
    ours.text_hash = ours.user_id = ours.signed_by = None
    session.flush()
    record(actor, "letter.declined", letter)
    _tell_owner(actor, letter)


def send(actor: Actor, letter: JointLetter) -> DialogueEntry:
    """Close the letter: it stands in the dialogue log from then on, with those who have signed this very text."""
    require(actor, Permission.EDIT_DIALOGUE, letter)
    _lock(letter, LetterStep.SEND)
    if letter.reply_by and letter.reply_by < today():
        raise InvalidTransition(
            _("The day until which the supplier is to answer has passed. Change it; the letter is then signed anew.")
        )
    if not rules.may_send(letter.signatures, letter.text_hash):
        raise InvalidTransition(
            _("A joint letter needs the signatures of at least %(num)d authorities.", num=rules.FEWEST)
        )
    ours = signature_of(letter, actor.authority_id)
    if ours is None or not rules.counts(ours, letter.text_hash):
        raise InvalidTransition(_("Your own authority has not signed this text."))
    signed = [one for one in letter.signatures if rules.counts(one, letter.text_hash)]
    entry = log_dialogue(
        actor,
        letter.supplier_id,
        DialogueData(
            subject=letter.subject,
            held_on=today(),
            channel=Channel.LETTER,
            summary=letter.body,
            audience=Audience.NAMED,
            named_ids=[one.authority_id for one in signed if one.authority_id != letter.owner_id],
            participants=[ParticipantData(one.authority_id, one.signed_by or "") for one in signed],
            escalation=Escalation.JOINT_LETTER,
            answer_by=letter.reply_by,
        ),
    )
    letter.state, letter.dialogue_id = STEPS[LetterStep.SEND][1], entry.id
    session.flush()
    record(actor, "letter.sent", letter, signed=sorted(str(one.authority_id) for one in signed))
    return entry


def withdraw(actor: Actor, letter: JointLetter) -> None:
    """The letter is not sent."""
    require(actor, Permission.EDIT_DIALOGUE, letter)
    _lock(letter, LetterStep.WITHDRAW)
    letter.state = STEPS[LetterStep.WITHDRAW][1]
    session.flush()
    record(actor, "letter.withdrawn", letter)


def _write(letter: JointLetter, data: LetterData) -> None:
    if data.sign_by < today():
        raise BadInput(_("This day has passed already."), field="sign_by", remedy=_("Check the dates."))
    if data.reply_by and data.reply_by < data.sign_by:
        raise BadInput(
            _("The supplier cannot answer before the letter is signed."),
            field="reply_by",
            remedy=_("Check the dates."),
        )
    others = set(data.asked_ids) - {letter.owner_id}
    if not others or not others <= set(authorities.authorities_by_id()):
        raise BadInput(
            _("Nobody else is asked to sign."), field="asked_ids", remedy=_("Choose at least one authority.")
        )
    letter.subject, letter.body, letter.language = data.subject, data.body, data.language
    letter.text_hash, letter.sign_by, letter.reply_by = data.text_hash, data.sign_by, data.reply_by
    set_audience(letter, Audience.NAMED, sorted(others))


def _ask(actor: Actor, letter: JointLetter, authority_ids: Collection[UUID]) -> None:
    session.add_all(LetterSignature(letter_id=letter.id, authority_id=one) for one in sorted(authority_ids))
    session.flush()
    session.refresh(letter, ["signatures"])
    for one in sorted(set(authority_ids) - {letter.owner_id}):
        emit(Event.LETTER_ASKED, actor=actor, letter_id=letter.id, authority_id=one, text=letter.text_hash)


def _tell_owner(actor: Actor, letter: JointLetter) -> None:
    if actor.authority_id != letter.owner_id:
        emit(Event.LETTER_ANSWERED, actor=actor, letter_id=letter.id, authority_id=actor.authority_id)


def _ours(actor: Actor, letter: JointLetter) -> LetterSignature:
    """The answer of the actor's own authority, with the letter held as it is."""
    require(actor, Permission.SIGN_LETTER, letter)
    _lock(letter, LetterStep.ANSWER)
    ours = signature_of(letter, actor.authority_id)
    assert ours is not None  # the permission says so
    return ours


def _lock(letter: JointLetter, step: LetterStep) -> None:
    """Wait for whoever signs or changes it now, and read it anew: of an advisory lock no right to change is needed."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"joint_letter {letter.id}", 0))))
    session.refresh(letter)
    session.refresh(letter, ["signatures"])
    for one in letter.signatures:
        session.refresh(one)
    if not rules.may(letter.state, step):
        raise InvalidTransition(
            _("The letter is sent already.") if letter.state == LetterState.SENT else _("The letter is withdrawn.")
        )

"""Every SELECT on joint letters; all begin with what the actor may see."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.db import session
from portal.dialogues.letters.models import JointLetter, LetterSignature
from portal.dialogues.letters.rules import LetterState, SignatureAnswer
from portal.errors import NotFound
from portal.shapes import TodoItem


def visible_letters(actor: Actor) -> Select[JointLetter]:
    """Letters of the actor's authority, and those that it is asked to sign."""
    return select(JointLetter).where(visible(JointLetter, actor))


def get_letter(actor: Actor, letter_id: UUID) -> JointLetter:
    """One letter with its signatures, or NotFound when there is none for this actor."""
    query = visible_letters(actor).where(JointLetter.id == letter_id)
    letter = session.scalar(query.execution_options(populate_existing=True))
    if letter is None:
        raise NotFound
    return letter


def open_letters(actor: Actor) -> Sequence[JointLetter]:
    """Letters that are being signed, the one that is due first in front."""
    query = visible_letters(actor).where(JointLetter.state == LetterState.OPEN)
    return session.scalars(query.order_by(JointLetter.sign_by, JointLetter.id)).all()


def signature_of(letter: JointLetter, authority_id: UUID | None) -> LetterSignature | None:
    """The authority's answer, if it is asked."""
    return next((one for one in letter.signatures if one.authority_id == authority_id), None)


def todo(actor: Actor) -> list[TodoItem]:
    """Letters whose text our authority has neither confirmed nor declined to sign."""
    if actor.authority_id is None:
        return []
    return [
        TodoItem(
            due_on=letter.sign_by,
            title=_("Sign “%(subject)s”, or say that you do not", subject=letter.subject),
            detail=_("Joint letter to a supplier"),
            endpoint="joint_letters.show",
            args={"letter_id": letter.id},
            supplier_id=letter.supplier_id,
            shared_with=[one.authority_id for one in letter.signatures],
        )
        for letter in session.scalars(visible_letters(actor).where(_waits_for(actor)))
    ]


def todo_count(actor: Actor) -> ScalarSelect[int]:
    """How many things `todo` lists, as part of a statement."""
    return visible_letters(actor).where(_waits_for(actor)).with_only_columns(func.count()).scalar_subquery()


def _waits_for(actor: Actor) -> ColumnElement[bool]:
    """rules.is_awaited, of the actor's own answer."""
    mine = LetterSignature.authority_id == actor.authority_id
    awaited = (LetterSignature.answer != SignatureAnswer.DECLINED) & LetterSignature.text_hash.is_distinct_from(
        JointLetter.text_hash
    )
    return (JointLetter.state == LetterState.OPEN) & JointLetter.signatures.any(mine & awaited)

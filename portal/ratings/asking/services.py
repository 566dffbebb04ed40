"""Use cases of questions to a supplier: ask, save what it says bit by bit, send, take answers as proposals, close."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.db import now, session
from portal.errors import BadInput, InvalidTransition
from portal.guests.services import acting
from portal.journal.services import record
from portal.ratings import services as ratings
from portal.ratings.asking import queries
from portal.ratings.asking.models import Questionnaire, QuestionnaireAnswer
from portal.ratings.asking.rules import CLOSES_FROM, AskState
from portal.ratings.labels import FLAWS
from portal.ratings.models import RatedAssessment
from portal.ratings.rules import AnswerData, RatedState, answer_flaw
from portal.rubrics import queries as rubrics
from portal.rubrics.rules import QuestionDefinition, QuestionType


def ask(
    actor: Actor, rating: RatedAssessment, codes: Collection[str], *, due_on: date, message: str | None
) -> Questionnaire:
    """Ask the supplier of a draft some of its questions; it finds them when it opens the access that it was given."""
    require(actor, Permission.EDIT_ASSESSMENT, rating)
    if rating.state != RatedState.DRAFT:
        raise InvalidTransition(_("Only a draft is changed. Revise a published assessment instead."))
    chosen = [one.id for one in askable(rating) if one.id in set(codes)]
    if not chosen or set(chosen) != set(codes):
        raise BadInput(_("No question is chosen."), field="codes", remedy=_("Choose at least one."))
    if due_on < today():
        raise BadInput(_("The date lies in the past."), field="due_on", remedy=_("Check the date."))
    asked = Questionnaire(
        owner_id=rating.owner_id,
        assessment_id=rating.id,
        supplier_id=rating.supplier_id,
        rubric_version_id=rating.rubric_version_id,
        codes=chosen,
        message=message,
        due_on=due_on,
        state=AskState.OPEN,
    )
    session.add(asked)
    session.flush()
    record(actor, "questionnaire.asked", asked, assessment=rating.id, questions=chosen)
    return asked


def askable(rating: RatedAssessment) -> list[QuestionDefinition]:
    """The questions of a draft that a supplier can be asked: files it sends another way."""
    return [one for one in rubrics.definition(rating.rubric_version).questions if one.type is not QuestionType.FILE]


def questions_of(asked: Questionnaire) -> list[QuestionDefinition]:
    """The questions as the rubric has them."""
    version = rubrics.get_version(asked.rubric_version_id)
    return [one for one in rubrics.definition(version).questions if one.id in set(asked.codes)]


def save(
    guest: Actor, questionnaire_id: UUID, said: Mapping[str, tuple[Any, str | None]], *, send: bool
) -> Questionnaire:
    """Keep what the supplier says; with `send` that is its answer, and nothing can be changed any more.

    Raises BadInput that names the question, and InvalidTransition where it was sent already.
    """
    with acting(guest):
        asked = queries.get_for_guest(guest, questionnaire_id, lock=True)
        if asked.state != AskState.OPEN:
            raise InvalidTransition(_("Your answers were sent already."))
        questions = {one.id: one for one in questions_of(asked)}
        kept = {one.code: one for one in asked.answers}
        for code, (value, note) in said.items():
            if code not in questions:
                raise BadInput(_("This question is not in the rubric."), place=code)
            if flaw := answer_flaw(questions[code], AnswerData(value=value, note=note)):
                raise BadInput(str(FLAWS[flaw]), place=code)
            row = kept.get(code)
            if row is None:
                if value is None and note is None:
                    continue
                row = QuestionnaireAnswer(questionnaire_id=asked.id, code=code)
                session.add(row)
            row.value, row.note, row.saved_at = value, note, now()
        if send:
            asked.state, asked.sent_at = AskState.SENT, now()
        session.flush()
        session.expire(asked, ["answers"])
        if send:
            record(guest, "questionnaire.sent", asked)
        else:
            record(guest, "questionnaire.saved", asked)
        return asked


def take(actor: Actor, rating: RatedAssessment, asked: Questionnaire, codes: Collection[str]) -> int:
    """Put answers that were sent into the draft as proposals, for a person to score. Returns how many."""
    require(actor, Permission.EDIT_ASSESSMENT, rating)
    asked = queries.get_questionnaire(actor, asked.id, lock=True)
    if asked.sent_at is None:
        raise InvalidTransition(_("The supplier has not sent its answers yet."))
    rows = [one for one in asked.answers if one.code in set(codes) and (one.value is not None or one.note)]
    day = asked.sent_at.date().isoformat()
    said = {one.code: (one.value, one.note) for one in rows}
    ratings.propose(actor, rating, said, _("the supplier’s answers of %(day)s", day=day))
    for one in rows:
        one.taken_at = now()
    session.flush()
    record(actor, "questionnaire.taken", asked, questions=sorted(said))
    return len(rows)


def close(actor: Actor, asked: Questionnaire) -> None:
    """Take nothing more; what was said stays for the record."""
    require(actor, Permission.EDIT_ASSESSMENT, asked)
    asked = queries.get_questionnaire(actor, asked.id, lock=True)
    if asked.state not in CLOSES_FROM:
        raise InvalidTransition(_("These questions are closed already."))
    asked.state = AskState.CLOSED
    session.flush()
    record(actor, "questionnaire.closed", asked)

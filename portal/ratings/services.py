"""Use cases of assessments by a rubric: start, answer step by step, have it read, publish, revise, withdraw.

Each decision first locks the assessment's row, so that of two people at once the second sees what the first has done.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from portal.access.actor import Actor
from portal.access.audience import Audience, set_audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.assessments import services as assessments
from portal.assessments.rules import EvidenceGrade
from portal.assessments.services import AssessmentData, StepData
from portal.clock import today
from portal.db import constraint_errors, now, session
from portal.declarations import queries as declarations
from portal.errors import BadInput, Forbidden, InvalidTransition
from portal.evidence.models import EvidenceItem
from portal.evidence.services import checked_media_type, store_file
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.ratings import prefill, queries
from portal.ratings.labels import FLAWS
from portal.ratings.models import RatedAnswer, RatedAssessment, RatedEvidence
from portal.ratings.rules import STEPS, AnswerData, RatedState, RatedStep, answer_flaw, step_summary
from portal.registry import queries as registry
from portal.registry.rules import ProductGroup
from portal.rubrics import queries as rubrics
from portal.rubrics.services import load_standard


@dataclass(frozen=True)
class ScopeData:
    """What an assessment speaks of, and the facts behind its gates."""

    as_of: date
    product_group: ProductGroup
    method: str | None = None
    clause_basis: str | None = None
    site_ids: list[UUID] = field(default_factory=list)
    open_critical: bool = False
    smelter_list_missing: bool = False


def start(actor: Actor, supplier_id: UUID, data: ScopeData, rubric_version_id: UUID | None = None) -> RatedAssessment:
    """A draft by a version of a rubric, else by the newest OECD rubric, with proposals from what is known.

    The gates' facts are proposed as well.
    """
    require(actor, Permission.ADD_ASSESSMENT)
    assert actor.authority_id is not None
    assert actor.user_id is not None
    supplier = registry.get_supplier(supplier_id)
    version = rubrics.get_version(rubric_version_id) if rubric_version_id else load_standard(actor)
    rating = RatedAssessment(
        supplier_id=supplier.id,
        owner_id=actor.authority_id,
        audience=Audience.OWNER,
        rubric_version_id=version.id,
        state=RatedState.DRAFT,
        author_id=actor.user_id,
    )
    _write_scope(rating, data)
    session.add(rating)
    session.flush()
    _propose(actor, rating)
    record(actor, "rating.started", rating, supplier=supplier.id, rubric=version.id)
    return rating


def _propose(actor: Actor, rating: RatedAssessment) -> None:
    declaration = queries.accepted_declaration(actor, rating.supplier_id)
    picture = declarations.smelter_picture(actor, rating.supplier_id)
    said = declaration.answers if declaration else []
    questions = rubrics.definition(rubrics.get_version(rating.rubric_version_id)).questions
    for code, proposal in prefill.proposals(questions, said, picture.counts if picture else {}).items():
        session.add(
            RatedAnswer(
                assessment_id=rating.id,
                code=code,
                rubric_version_id=rating.rubric_version_id,
                value=proposal.value,
                note=proposal.note,
                grade=EvidenceGrade.SELF_DECLARED,
                proposed_from=proposal.source,
            )
        )
    rating.open_critical = rating.open_critical or queries.has_open_critical(actor, rating.supplier_id)
    if declaration and prefill.smelters_missing(said, declarations.metals_of(declaration)):
        rating.smelter_list_missing = True
    session.flush()


def change_scope(actor: Actor, rating: RatedAssessment, data: ScopeData) -> None:
    """Say anew what a draft speaks of."""
    _lock_draft(actor, rating)
    _write_scope(rating, data)
    session.flush()
    record(actor, "rating.answered", rating)


def _write_scope(rating: RatedAssessment, data: ScopeData) -> None:
    if data.as_of > today():
        raise BadInput(_("The day of the assessment lies in the future."), field="as_of", remedy=_("Check the date."))
    rating.as_of = data.as_of
    rating.product_group = data.product_group
    rating.method = data.method
    rating.clause_basis = data.clause_basis
    rating.site_ids = sorted(set(data.site_ids))
    rating.open_critical = data.open_critical
    rating.smelter_list_missing = data.smelter_list_missing


def save_answers(actor: Actor, rating: RatedAssessment, answers: Mapping[str, AnswerData]) -> None:
    """Save the answers to some questions of a draft; the others stay. Raises BadInput that names the question.

    A proposal stays one until a person scores it, changes it or says that it does not apply.
    """
    _lock_draft(actor, rating)
    questions = {one.id: one for one in rubrics.definition(rubrics.get_version(rating.rubric_version_id)).questions}
    present = {answer.code: answer for answer in rating.answers}
    for code, data in answers.items():
        if code not in questions:
            raise BadInput(_("This question is not in the rubric."), place=code)
        if flaw := answer_flaw(questions[code], data):
            raise BadInput(str(FLAWS[flaw]), place=code, field=code)
        row = present.get(code)
        if row is None:
            if data == AnswerData():
                continue
            row = RatedAnswer(assessment_id=rating.id, code=code, rubric_version_id=rating.rubric_version_id)
            session.add(row)
        elif _as_data(row) == data:
            continue
        row.value, row.score, row.grade, row.note = data.value, data.score, data.grade, data.note
        row.not_applicable, row.reason, row.listing = data.not_applicable, data.reason, data.listing
        row.proposed_from, row.answered_by_id = None, actor.user_id
    session.flush()
    session.expire(rating, ["answers"])
    record(actor, "rating.answered", rating, questions=sorted(answers))


def propose(actor: Actor, rating: RatedAssessment, said: Mapping[str, tuple[Any, str | None]], source: str) -> None:
    """Put what somebody else said, value and note by question, into a draft as proposals, which a person confirms.

    What stood there goes, so the caller names only questions that a person has chosen.
    """
    _lock_draft(actor, rating)
    present = {answer.code: answer for answer in rating.answers}
    for code, (value, note) in said.items():
        row = present.get(code)
        if row is None:
            row = RatedAnswer(assessment_id=rating.id, code=code, rubric_version_id=rating.rubric_version_id)
            session.add(row)
        row.value, row.note, row.score, row.grade = value, note, None, EvidenceGrade.SELF_DECLARED
        row.not_applicable, row.reason, row.listing = False, None, False
        row.proposed_from, row.answered_by_id = source, None
    session.flush()
    session.expire(rating, ["answers"])
    record(actor, "rating.answered", rating, questions=sorted(said))


def _as_data(row: RatedAnswer) -> AnswerData:
    return AnswerData(
        value=row.value,
        score=row.score,
        grade=EvidenceGrade(row.grade),
        note=row.note,
        not_applicable=row.not_applicable,
        reason=row.reason,
        listing=row.listing,
    )


def attach(
    actor: Actor, rating: RatedAssessment, code: str, *, content: bytes, filename: str | None, field: str
) -> EvidenceItem:
    """Keep a file behind the answer to a question of a draft."""
    _lock_draft(actor, rating)
    media_type = checked_media_type(content, filename, field=field)
    if code not in {question.code for question in rating.rubric_version.questions}:
        raise BadInput(_("This question is not in the rubric."), place=code)
    item = store_file(actor, content=content, filename=filename, media_type=media_type)
    if code not in {answer.code for answer in rating.answers}:
        session.add(RatedAnswer(assessment_id=rating.id, code=code, rubric_version_id=rating.rubric_version_id))
        session.flush()
    session.add(RatedEvidence(assessment_id=rating.id, code=code, evidence_id=item.id))
    session.flush()
    session.expire(rating, ["answers"])
    record(actor, "rating.evidence_added", rating, evidence_id=item.id)
    return item


def submit(actor: Actor, rating: RatedAssessment) -> None:
    """Send a draft to a second reader. Every question needs a score or a reason why it does not apply."""
    _lock(actor, rating)
    answers = {answer.code: answer for answer in rating.answers}
    waiting = [
        question.code
        for question in rating.rubric_version.questions
        if (answer := answers.get(question.code)) is None or (answer.score is None and not answer.not_applicable)
    ]
    if waiting:
        raise BadInput(
            _("These questions have no score yet: %(questions)s.", questions=", ".join(waiting)),
            remedy=_("Score each of them, 0 for no answer, or say why it does not apply."),
        )
    _step(rating, RatedStep.SUBMIT)
    rating.submitted_by_id, rating.sent_back_note = actor.user_id, None
    session.flush()
    record(actor, "rating.submitted", rating)


def send_back(actor: Actor, rating: RatedAssessment, note: str) -> None:
    """The second reader wants something changed."""
    _lock(actor, rating)
    _check_reader(actor, rating)
    kept = _needed(note, "note")
    _step(rating, RatedStep.SEND_BACK)
    rating.sent_back_note = kept
    session.flush()
    record(actor, "rating.sent_back", rating)


def publish(actor: Actor, rating: RatedAssessment, audience: Audience, named_ids: list[UUID]) -> None:
    """The second reader agrees: from now on it never changes. A predecessor that still counted is now revised."""
    _lock(actor, rating)
    _check_reader(actor, rating)
    _step(rating, RatedStep.PUBLISH)
    rating.reader_id, rating.published_at = actor.user_id, now()
    set_audience(rating, audience, named_ids)
    evidence = select(RatedEvidence.evidence_id).where(RatedEvidence.assessment_id == rating.id)
    for item in session.scalars(select(EvidenceItem).where(EvidenceItem.id.in_(evidence))):
        set_audience(item, audience, named_ids)
    session.flush()
    if rating.predecessor_id:
        before = session.get_one(RatedAssessment, rating.predecessor_id, with_for_update=True, populate_existing=True)
        if before.state == RatedState.PUBLISHED:
            before.state = RatedState.REVISED
            session.flush()
            assessments.drop_summary(actor, before.id)
            emit(Event.RATING_ENDED, actor=actor, rating_id=before.id, what=RatedState.REVISED)
    assessments.keep_summary(actor, rating.id, rating.supplier_id, _summary(rating), rating.rubric_version.name)
    record(actor, "rating.published", rating, audience=rating.audience, predecessor=rating.predecessor_id)


def _summary(rating: RatedAssessment) -> AssessmentData:
    given = queries.given_of(rating)
    steps = {}
    for found in queries.scores_of(rating).steps:
        answer, grade = step_summary(found, given)
        steps[found.step] = StepData(answer, grade, None)
    return AssessmentData(
        as_of=rating.as_of,
        product_group=ProductGroup(rating.product_group),
        method=rating.method,
        steps=steps,
        audience=Audience(rating.audience),
        named_ids=list(rating.named_ids),
    )


def revise(actor: Actor, rating: RatedAssessment) -> RatedAssessment:
    """A new draft with the answers and files of a published assessment, which counts until the draft is published.

    It keeps the rubric version, so that the two can be compared question by question.
    """
    _lock(actor, rating)
    if rating.state != RatedState.PUBLISHED:
        raise InvalidTransition(_("The assessment has moved on meanwhile. Look at where it stands now."))
    assert actor.user_id is not None
    draft = RatedAssessment(
        supplier_id=rating.supplier_id,
        owner_id=rating.owner_id,
        audience=Audience.OWNER,
        rubric_version_id=rating.rubric_version_id,
        predecessor_id=rating.id,
        as_of=today(),
        product_group=rating.product_group,
        site_ids=list(rating.site_ids),
        method=rating.method,
        clause_basis=rating.clause_basis,
        open_critical=rating.open_critical,
        smelter_list_missing=rating.smelter_list_missing,
        state=RatedState.DRAFT,
        author_id=actor.user_id,
    )
    twice = InvalidTransition(_("A revision of this assessment was started already."))
    with constraint_errors({"uq_rated_assessment_predecessor_id": twice}):
        session.add(draft)
    for answer in rating.answers:
        copied = RatedAnswer(assessment_id=draft.id, code=answer.code, rubric_version_id=answer.rubric_version_id)
        for name in ("value", "score", "grade", "note", "not_applicable", "reason", "listing", "answered_by_id"):
            setattr(copied, name, getattr(answer, name))
        session.add(copied)
    session.flush()
    for row in session.scalars(select(RatedEvidence).where(RatedEvidence.assessment_id == rating.id)):
        session.add(RatedEvidence(assessment_id=draft.id, code=row.code, evidence_id=row.evidence_id))
    session.flush()
    record(actor, "rating.revised", draft, predecessor=rating.id)
    return draft


def withdraw(actor: Actor, rating: RatedAssessment, reason: str) -> None:
    """Say that a published assessment no longer counts, and why; it stays readable."""
    _lock(actor, rating)
    kept = _needed(reason, "reason")
    _step(rating, RatedStep.WITHDRAW)
    rating.withdrawn_reason = kept
    session.flush()
    assessments.drop_summary(actor, rating.id)
    record(actor, "rating.withdrawn", rating)
    emit(Event.RATING_ENDED, actor=actor, rating_id=rating.id, what=RatedState.WITHDRAWN)


def _step(rating: RatedAssessment, step: RatedStep) -> None:
    allowed, target = STEPS[step]
    if rating.state not in allowed:
        raise InvalidTransition(_("The assessment has moved on meanwhile. Look at where it stands now."))
    rating.state = target


def _check_reader(actor: Actor, rating: RatedAssessment) -> None:
    if actor.user_id in {rating.author_id, rating.submitted_by_id}:
        raise Forbidden(_("Somebody else reads it: you have written it or sent it in."))


def _needed(text: str, name: str) -> str:
    if not text.strip():
        raise BadInput(_("There is no note."), field=name, remedy=_("Say why, for those who read it later."))
    return text.strip()


def _lock_draft(actor: Actor, rating: RatedAssessment) -> None:
    _lock(actor, rating)
    if rating.state != RatedState.DRAFT:
        raise InvalidTransition(_("Only a draft is changed. Revise a published assessment instead."))


def _lock(actor: Actor, rating: RatedAssessment) -> None:
    """Ask for the permission, then hold the assessment as it is now until this transaction ends."""
    require(actor, Permission.EDIT_ASSESSMENT, rating)
    session.scalars(
        select(RatedAssessment)
        .where(RatedAssessment.id == rating.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    session.expire(rating, ["answers"])

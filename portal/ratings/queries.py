"""Every SELECT on assessments by a rubric; all begin with what the actor may see."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, exists, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.assessments.rules import EvidenceGrade
from portal.assessments.scoring import Facts, Given, Scores, score
from portal.db import session
from portal.declarations import queries as declarations
from portal.declarations.models import Declaration
from portal.errors import NotFound
from portal.evidence.models import EvidenceItem
from portal.evidence.queries import visible_evidence
from portal.findings.models import Finding
from portal.findings.queries import visible_findings
from portal.findings.rules import FindingState, Severity
from portal.ratings.models import RatedAssessment, RatedEvidence
from portal.ratings.prefill import TEMPLATE
from portal.requests.models import DeclarationRequest
from portal.requests.rules import RequestState
from portal.rubrics.models import RubricVersion
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 50


def visible_ratings(actor: Actor) -> Select[RatedAssessment]:
    """Assessments by a rubric that the actor may see."""
    return select(RatedAssessment).where(visible(RatedAssessment, actor))


def list_ratings(actor: Actor, cursor: str | None) -> Page[RatedAssessment]:
    """A page of the assessments that the actor may see, by their day, the newest first."""
    query = visible_ratings(actor)
    if key := read_cursor(cursor, date.fromisoformat, UUID):
        query = query.where(tuple_(RatedAssessment.as_of, RatedAssessment.id) < tuple(key))
    query = query.order_by(RatedAssessment.as_of.desc(), RatedAssessment.id.desc())
    rows = session.scalars(query.limit(PAGE_SIZE + 1)).all()
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].as_of, rows[-1].id) if more else None)


def get_rating(actor: Actor, rating_id: UUID) -> RatedAssessment:
    """One assessment with its answers and questions, or NotFound."""
    query = visible_ratings(actor).where(RatedAssessment.id == rating_id)
    rating = session.scalar(
        query.options(
            selectinload(RatedAssessment.answers),
            selectinload(RatedAssessment.rubric_version).selectinload(RubricVersion.questions),
        )
    )
    if rating is None:
        raise NotFound
    return rating


def successor_of(actor: Actor, rating: RatedAssessment) -> RatedAssessment | None:
    """The revision of an assessment that the actor may see, in whatever state."""
    return session.scalar(visible_ratings(actor).where(RatedAssessment.predecessor_id == rating.id))


def predecessor_of(actor: Actor, rating: RatedAssessment) -> RatedAssessment | None:
    """The assessment that this one revises, if the actor may see it."""
    if rating.predecessor_id is None:
        return None
    return session.scalar(visible_ratings(actor).where(RatedAssessment.id == rating.predecessor_id))


def others_of(actor: Actor, rating: RatedAssessment) -> Sequence[RatedAssessment]:
    """The published assessments of the same supplier that the actor may see beside this one, the newest first."""
    query = visible_ratings(actor).where(
        RatedAssessment.supplier_id == rating.supplier_id,
        RatedAssessment.published_at.is_not(None),
        RatedAssessment.id != rating.id,
    )
    query = query.order_by(RatedAssessment.as_of.desc(), RatedAssessment.id.desc())
    return session.scalars(query.options(joinedload(RatedAssessment.rubric_version)).limit(PAGE_SIZE)).all()


def evidence_of(actor: Actor, rating: RatedAssessment) -> dict[str, list[EvidenceItem]]:
    """Question -> the files behind its answer that the actor may see."""
    seen = visible_evidence(actor).with_only_columns(RatedEvidence.code, EvidenceItem)
    rows = session.execute(
        seen.join(RatedEvidence, RatedEvidence.evidence_id == EvidenceItem.id)
        .where(RatedEvidence.assessment_id == rating.id)
        .order_by(RatedEvidence.code, EvidenceItem.id)
    )
    found: dict[str, list[EvidenceItem]] = {}
    for code, item in rows:
        found.setdefault(code, []).append(item)
    return found


def given_of(rating: RatedAssessment) -> list[Given]:
    """Every question of the assessment's rubric with its answer, as scoring takes it."""
    answers = {answer.code: answer for answer in rating.answers}
    given = []
    for question in rating.rubric_version.questions:
        answer = answers.get(question.code)
        if answer is None:
            given.append(Given(question.step, None, EvidenceGrade.NONE))
        else:
            given.append(
                Given(
                    question.step,
                    answer.score,
                    EvidenceGrade(answer.grade),
                    not_applicable=answer.not_applicable,
                    listing=answer.listing,
                )
            )
    return given


def scores_of(rating: RatedAssessment) -> Scores:
    """The scores of an assessment as it stands."""
    return score(given_of(rating), Facts(rating.open_critical, rating.smelter_list_missing))


def accepted_declaration(actor: Actor, supplier_id: UUID) -> Declaration | None:
    """The newest declaration of the supplier by CMRT that the actor's authority has accepted."""
    accepted = select(DeclarationRequest.declaration_id).where(
        DeclarationRequest.owner_id == actor.authority_id,
        DeclarationRequest.supplier_id == supplier_id,
        DeclarationRequest.state == RequestState.ACCEPTED,
    )
    return session.scalar(
        declarations.visible_declarations(actor)
        .where(
            Declaration.id.in_(accepted),
            Declaration.supplier_id == supplier_id,
            Declaration.template == TEMPLATE,
            Declaration.withdrawn_at.is_(None),
        )
        .order_by(Declaration.received_on.desc(), Declaration.id.desc())
        .limit(1)
    )


def has_open_critical(actor: Actor, supplier_id: UUID) -> bool:
    """Whether the actor sees a critical finding at the supplier that is not closed."""
    query = visible_findings(actor).where(
        Finding.supplier_id == supplier_id,
        Finding.severity == Severity.CRITICAL,
        Finding.state != FindingState.CLOSED,
    )
    return bool(session.scalar(select(exists(query.with_only_columns(Finding.id)))))

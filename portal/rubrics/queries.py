"""Every SELECT on rubrics; they are the network's, so all signed-in people see them alike."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from portal.access.actor import Actor
from portal.db import session
from portal.errors import NotFound
from portal.rubrics.models import Question, Rubric, RubricDraft, RubricVersion
from portal.rubrics.rules import ChoiceDefinition, EvidenceType, QuestionDefinition, QuestionType, RubricDefinition


def get_version(version_id: UUID) -> RubricVersion:
    """A published version with its questions, or NotFound."""
    query = select(RubricVersion).where(RubricVersion.id == version_id, RubricVersion.published_at.is_not(None))
    version = session.scalar(query.options(selectinload(RubricVersion.questions)))
    if version is None:
        raise NotFound
    return version


def newest_version(code: str) -> RubricVersion | None:
    """The newest published version of a rubric with its questions; None while it was never loaded."""
    return session.scalar(
        select(RubricVersion)
        .join(Rubric)
        .where(Rubric.code == code, RubricVersion.published_at.is_not(None))
        .order_by(RubricVersion.number.desc())
        .limit(1)
        .options(selectinload(RubricVersion.questions))
    )


def published_versions() -> Sequence[tuple[RubricVersion, int]]:
    """(version, number of its questions) of all that were published, by code, the newest first."""
    counted = (
        select(func.count()).where(Question.version_id == RubricVersion.id).correlate(RubricVersion).scalar_subquery()
    )
    rows = session.execute(
        select(RubricVersion, counted)
        .join(Rubric)
        .where(RubricVersion.published_at.is_not(None))
        .order_by(Rubric.code, RubricVersion.number.desc())
    )
    return [(version, number) for version, number in rows]


def newest_versions() -> Sequence[RubricVersion]:
    """The newest published version of each rubric, by code: what an assessment can be started by."""
    found: dict[UUID, RubricVersion] = {}
    for version, _number in published_versions():
        found.setdefault(version.rubric_id, version)
    return list(found.values())


def visible_drafts(actor: Actor) -> Select[RubricDraft]:
    """Rubrics that the actor's authority has not published yet; nobody else knows of them."""
    return select(RubricDraft).where(RubricDraft.owner_id == actor.authority_id)


def drafts(actor: Actor) -> Sequence[RubricDraft]:
    """Our drafts, the newest first."""
    return session.scalars(visible_drafts(actor).order_by(RubricDraft.id.desc())).all()


def get_draft(actor: Actor, draft_id: UUID, *, lock: bool = False) -> RubricDraft:
    """One draft of ours, or NotFound. `lock`: nobody publishes or discards it in this transaction."""
    query = visible_drafts(actor).where(RubricDraft.id == draft_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def definition(version: RubricVersion) -> RubricDefinition:
    """A stored version as the values that it was published from."""
    return RubricDefinition(version.rubric.code, version.titles, tuple(map(_question, version.questions)))


def _question(row: Question) -> QuestionDefinition:
    return QuestionDefinition(
        id=row.code,
        step=row.step,
        type=QuestionType(row.type),
        texts=row.texts,
        evidence=tuple(map(EvidenceType, row.evidence)),
        choices=tuple(ChoiceDefinition(choice["code"], choice["texts"]) for choice in row.choices),
        unit=row.unit,
        fill=tuple(row.fill),
    )

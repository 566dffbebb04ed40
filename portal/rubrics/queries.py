"""Every SELECT on rubrics; they are the network's, so all signed-in people see them alike."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.db import session
from portal.errors import NotFound
from portal.rubrics.models import Question, Rubric, RubricVersion
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

"""Every SELECT on workbooks that came back; they are their authority's alone."""

from uuid import UUID

from sqlalchemy import Select, select

from portal.access.actor import Actor
from portal.assessments.rules import EvidenceGrade
from portal.db import session
from portal.errors import NotFound
from portal.ratings.models import RatedAssessment
from portal.ratings.offline.changes import Change, compare
from portal.ratings.offline.models import RatingUpload
from portal.ratings.offline.reading import Found
from portal.ratings.rules import AnswerData
from portal.rubrics.rules import QuestionType


def visible_uploads(actor: Actor) -> Select[RatingUpload]:
    """Workbooks that came back to the actor's authority."""
    return select(RatingUpload).where(RatingUpload.owner_id == actor.authority_id)


def get_upload(actor: Actor, upload_id: UUID, *, lock: bool = False) -> RatingUpload:
    """One workbook that came back to us, or NotFound. `lock`: nobody applies it in this transaction."""
    query = visible_uploads(actor).where(RatingUpload.id == upload_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def answers_of(rating: RatedAssessment) -> dict[str, AnswerData]:
    """Question -> its answer as it stands."""
    return {
        row.code: AnswerData(
            value=row.value,
            score=row.score,
            grade=EvidenceGrade(row.grade),
            note=row.note,
            not_applicable=row.not_applicable,
            reason=row.reason,
            listing=row.listing,
        )
        for row in rating.answers
    }


def changes_of(rating: RatedAssessment, upload: RatingUpload) -> list[Change]:
    """What applying the workbook would do to the assessment as it stands now."""
    types = {question.code: QuestionType(question.type) for question in rating.rubric_version.questions}
    return compare(answers_of(rating), map(Found.from_wire, upload.answers), types)

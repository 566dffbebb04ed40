"""Use cases of assessments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from portal.access.actor import Actor
from portal.access.audience import Audience, set_audience, widened
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.assessments.labels import PROBLEMS
from portal.assessments.models import AssessmentStep, SupplierAssessment
from portal.assessments.rules import RUBRIC_VERSION, Answer, EvidenceGrade, Step, problem
from portal.clock import today
from portal.db import session
from portal.errors import BadInput, Conflict
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.registry import queries as registry
from portal.registry.rules import ProductGroup


class SavedMeanwhile(Conflict):
    """Somebody else saved the assessment while this person was editing it; both texts are to be shown."""


@dataclass(frozen=True)
class StepData:
    """The judgement on one step."""

    answer: Answer
    grade: EvidenceGrade
    note: str | None


@dataclass(frozen=True)
class AssessmentData:
    """What a person writes of an assessment: every step has its entry."""

    as_of: date
    product_group: ProductGroup
    method: str | None
    steps: Mapping[Step, StepData]
    audience: Audience
    named_ids: list[UUID]


def add_assessment(actor: Actor, supplier_id: UUID, data: AssessmentData) -> SupplierAssessment:
    """Record how the actor's authority judges a supplier on a day."""
    require(actor, Permission.ADD_ASSESSMENT)
    supplier = registry.get_supplier(supplier_id)
    assert actor.authority_id is not None
    assessment = SupplierAssessment(
        supplier_id=supplier.id, owner_id=actor.authority_id, rubric_version=RUBRIC_VERSION, audience=Audience.OWNER
    )
    session.add(assessment)
    _write(assessment, data)
    session.flush()
    record(actor, "assessment.added", assessment, supplier=supplier.id, audience=assessment.audience)
    _tell(actor, assessment, (Audience.OWNER, []))
    return assessment


def change_assessment(actor: Actor, assessment: SupplierAssessment, data: AssessmentData, *, version: int) -> None:
    """Overwrite `version` of an assessment. Raises SavedMeanwhile when somebody else was faster."""
    require(actor, Permission.EDIT_ASSESSMENT, assessment)
    if assessment.is_summary:
        raise Conflict(_("This is the summary of a published assessment. Revise that one."))
    if assessment.version != version:
        raise SavedMeanwhile
    before = (assessment.audience, list(assessment.named_ids))
    _write(assessment, data)
    try:
        session.flush()
    except StaleDataError:
        raise SavedMeanwhile from None
    record(actor, "assessment.changed", assessment, audience=assessment.audience)
    _tell(actor, assessment, before)


def keep_summary(actor: Actor, assessment_id: UUID, supplier_id: UUID, data: AssessmentData, rubric: str) -> None:
    """Keep the five steps of a published assessment by a rubric under its id, for all that reads the profile."""
    require(actor, Permission.ADD_ASSESSMENT)
    assert actor.authority_id is not None
    summary = SupplierAssessment(
        id=assessment_id,
        supplier_id=supplier_id,
        owner_id=actor.authority_id,
        rubric_version=rubric,
        audience=Audience.OWNER,
        is_summary=True,
    )
    session.add(summary)
    _write(summary, data)
    session.flush()
    _tell(actor, summary, (Audience.OWNER, []))


def drop_summary(actor: Actor, assessment_id: UUID) -> None:
    """Take the summary of an assessment away that no longer counts; the assessment itself stays."""
    summary = session.get(SupplierAssessment, assessment_id)
    if summary is not None and summary.is_summary:
        require(actor, Permission.EDIT_ASSESSMENT, summary)
        session.delete(summary)
        session.flush()


def _tell(actor: Actor, assessment: SupplierAssessment, before: tuple[str, list[UUID]]) -> None:
    if widened(before, (assessment.audience, assessment.named_ids)):
        emit(Event.ASSESSMENT_SHARED, actor=actor, assessment_id=assessment.id)


def _write(assessment: SupplierAssessment, data: AssessmentData) -> None:
    if data.as_of > today():
        raise BadInput(_("The day of the assessment lies in the future."), field="as_of", remedy=_("Check the date."))
    for step, row in data.steps.items():
        if wrong := problem(row.answer, row.grade):
            raise BadInput(str(PROBLEMS[wrong]), field=f"grade_{int(step)}")
    assessment.as_of = data.as_of
    flag_modified(assessment, "as_of")  # a change of the steps alone is a new version as well
    assessment.product_group = data.product_group
    assessment.method = data.method
    present = {row.step: row for row in assessment.steps}
    for step, row in data.steps.items():
        kept = present.get(step) or AssessmentStep(step=step)
        kept.answer, kept.grade, kept.note = row.answer, row.grade, row.note
        if step not in present:
            assessment.steps.append(kept)
    set_audience(assessment, data.audience, data.named_ids)

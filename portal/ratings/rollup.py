"""The scores of many assessments in one statement: what portal/assessments/scoring.py computes, said in SQL."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.types import Numeric

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.assessments.rules import VERIFIED, EvidenceGrade, Step
from portal.assessments.scoring import BEST, CAPS, CRITICAL_CAP, LISTINGS_CAP, NO_SMELTERS_CAP, WEIGHTS
from portal.db import session
from portal.ratings.models import RatedAnswer, RatedAssessment
from portal.rubrics.models import Question

_CAP_OF_GRADE = {str(grade): cap for grade, cap in CAPS.items()}


def scored_steps(ratings: Select[Any]) -> Select[UUID, int, Any, Any]:
    """(assessment_id, step, score, confidence) of each step in which a question applies, of these assessments."""
    chosen = ratings.with_only_columns(RatedAssessment.id)
    grade = func.coalesce(RatedAnswer.grade, str(EvidenceGrade.NONE))
    counts = func.least(func.coalesce(RatedAnswer.score, 0), case(_CAP_OF_GRADE, value=grade, else_=0))
    reached = literal(25) * func.sum(counts).cast(Numeric) / func.count()
    # bool_and ignores what is NULL: answers that count nothing. Where none counts, the score is 0 anyway.
    listings_alone = func.bool_and(case((counts > 0, RatedAnswer.listing)))
    return (
        select(
            RatedAssessment.id.label("assessment_id"),
            Question.step.label("step"),
            func.round(
                func.least(
                    reached,
                    _cap(RatedAssessment.open_critical.is_(True), CRITICAL_CAP),
                    _cap(and_(Question.step == Step.RISKS, RatedAssessment.smelter_list_missing), NO_SMELTERS_CAP),
                    _cap(and_(Question.step == Step.AUDIT, listings_alone), LISTINGS_CAP),
                ),
                1,
            ).label("score"),
            func.round(
                literal(100) * func.count().filter(grade.in_(map(str, VERIFIED))).cast(Numeric) / func.count()
            ).label("confidence"),
        )
        .join(Question, Question.version_id == RatedAssessment.rubric_version_id)
        .outerjoin(
            RatedAnswer,
            and_(RatedAnswer.assessment_id == RatedAssessment.id, RatedAnswer.code == Question.code),
        )
        .where(RatedAssessment.id.in_(chosen), func.coalesce(RatedAnswer.not_applicable, False).is_(False))
        .group_by(
            RatedAssessment.id, Question.step, RatedAssessment.open_critical, RatedAssessment.smelter_list_missing
        )
    )


def _cap(holds: ColumnElement[bool], cap: Decimal) -> ColumnElement[Any]:
    """The cap where its gate holds; 100 stands for none."""
    return case((holds, literal(cap, Numeric)), else_=literal(Decimal(25 * BEST), Numeric))


def rolled_up(actor: Actor, ratings: Select[Any]) -> dict[UUID, tuple[dict[int, Decimal], Decimal]]:
    """Assessment -> (step -> score, overall) of those of `ratings` that the actor may see; one statement."""
    steps = scored_steps(ratings.where(visible(RatedAssessment, actor))).cte("steps")
    weight = case({int(step): value for step, value in WEIGHTS.items()}, value=steps.c.step)
    overall = func.round(
        func.sum(weight * steps.c.score).over(partition_by=steps.c.assessment_id)
        / func.sum(weight).over(partition_by=steps.c.assessment_id),
        1,
    )
    found: dict[UUID, tuple[dict[int, Decimal], Decimal]] = {}
    for assessment_id, step, score, whole in session.execute(
        select(steps.c.assessment_id, steps.c.step, steps.c.score, overall)
    ):
        found.setdefault(assessment_id, ({}, whole))[0][step] = score
    return found

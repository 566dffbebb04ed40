"""The roll-up in SQL agrees with the scoring in Python on random answers, and shows nobody what is not theirs."""

import random
from typing import Any

from sqlalchemy import select

from portal import db
from portal.assessments.rules import EvidenceGrade
from portal.assessments.scoring import Facts, Given, Scores, score
from portal.ratings.models import RatedAssessment
from portal.ratings.rollup import rolled_up, scored_steps
from portal.rubrics.services import standard_rubric
from tests.factories.ratings import make_rating
from tests.factories.registry import make_supplier
from tests.statements import counted_statements

GRADES = [str(grade) for grade in EvidenceGrade]
QUESTIONS = standard_rubric().questions


def random_answers(dice: random.Random) -> dict[str, dict[str, Any]]:
    """Some questions unanswered, some not applicable, whole steps among them, the rest with any score and grade."""
    gone = {step for step in range(1, 6) if dice.random() < 0.1}
    good = dice.random() < 0.4
    answers: dict[str, dict[str, Any]] = {}
    for question in QUESTIONS:
        luck = dice.random()
        if question.step in gone or luck < 0.15:
            answers[question.id] = {"not_applicable": True, "reason": "Not bought"}
        elif luck < 0.9:
            score = dice.choice([3, 4] if good else [None, 0, 1, 2, 3, 4])
            listing = dice.random() < (0.9 if question.step == 4 else 0.2)
            answers[question.id] = {
                "score": score,
                "grade": dice.choice(GRADES[2:] if good else GRADES),
                "listing": listing,
            }
    return answers


def in_python(answers: dict[str, dict[str, Any]], facts: Facts) -> Scores:
    given = []
    for question in QUESTIONS:
        row = answers.get(question.id, {})
        given.append(
            Given(
                question.step,
                row.get("score"),
                EvidenceGrade(row.get("grade", "E0")),
                not_applicable=row.get("not_applicable", False),
                listing=row.get("listing", False),
            )
        )
    return score(given, facts)


def test_one_statement_scores_many_assessments_as_python_does(acting) -> None:
    actor = acting("stockholm-officer")
    dice = random.Random(7)
    expected = {}
    supplier = make_supplier()
    for _number in range(120):
        facts = Facts(dice.random() < 0.2, dice.random() < 0.3)
        answers = random_answers(dice)
        made = make_rating(
            owner_id=actor.authority_id,
            supplier_id=supplier.id,
            answers=answers,
            open_critical=facts.open_critical,
            smelter_list_missing=facts.smelter_list_missing,
        )
        expected[made.id] = in_python(answers, facts)
    with counted_statements() as statements:
        found = rolled_up(actor, select(RatedAssessment))
    assert len(statements) == 1
    assert set(found) == {key for key, scores in expected.items() if scores.overall is not None}
    for key, (steps, overall) in found.items():
        assert steps == {row.step: row.score for row in expected[key].steps if row.score is not None}
        assert overall == expected[key].overall
    confidences = {
        (row.assessment_id, row.step): int(row.confidence)
        for row in db.session.execute(scored_steps(select(RatedAssessment)))
    }
    assert confidences == {
        (key, row.step): row.confidence
        for key, scores in expected.items()
        for row in scores.steps
        if row.score is not None
    }
    gates = {gate for scores in expected.values() for row in scores.steps for gate in row.gates}
    assert len(gates) == 3  # the random data reached every gate


def test_what_others_may_not_see_is_in_no_roll_up(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        kept = make_rating(owner_id=authority_ids["stockholm"], answers={"S1-1": {"score": 3, "grade": "E2"}})
        shared = make_rating(
            owner_id=authority_ids["stockholm"], audience="members", answers={"S1-1": {"score": 3, "grade": "E2"}}
        )
        kept_id, shared_id = kept.id, shared.id
    assert set(rolled_up(acting("oslo-officer"), select(RatedAssessment))) == {shared_id}
    assert set(rolled_up(acting("stockholm-reader"), select(RatedAssessment))) == {kept_id, shared_id}

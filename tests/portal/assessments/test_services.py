"""Assessments: written by their owner, on sound evidence, without overwriting each other."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.access.audience import Audience
from portal.assessments import queries, services
from portal.assessments.rules import RUBRIC_VERSION, Answer, EvidenceGrade, Step
from portal.assessments.services import AssessmentData, SavedMeanwhile, StepData
from portal.clock import today
from portal.errors import BadInput, Forbidden
from portal.journal.models import JournalEntry
from portal.outbox.models import OutboxEvent
from portal.registry.rules import ProductGroup
from tests.factories.assessments import make_assessment
from tests.factories.registry import make_supplier

SOUND = StepData(Answer.PARTLY, EvidenceGrade.SELF_DECLARED, "The plan has no dates")


def data(steps: dict[Step, StepData] | None = None, **values: Any) -> AssessmentData:
    return AssessmentData(
        **{
            "as_of": date(2026, 3, 12),
            "product_group": ProductGroup.COMPUTERS,
            "method": None,
            "steps": dict.fromkeys(Step, SOUND) | (steps or {}),
            "audience": Audience.OWNER,
            "named_ids": [],
            **values,
        }
    )


def told() -> list[str]:
    acts = db.session.scalars(select(OutboxEvent).order_by(OutboxEvent.id))
    return [event.payload["assessment_id"] for event in acts]


def test_an_assessment_belongs_to_the_actors_authority_and_names_its_rubric(acting) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        made = services.add_assessment(actor, make_supplier().id, data())
    assert made.owner_id == actor.authority_id
    assert made.rubric_version == RUBRIC_VERSION
    assert [(row.step, row.answer, row.grade) for row in made.steps] == [(n, "partly", "E1") for n in range(1, 6)]
    assert db.session.scalars(select(JournalEntry.action)).all() == ["assessment.added"]


@pytest.mark.parametrize(
    ("step", "values", "field"),
    [
        (StepData(Answer.MET, EvidenceGrade.SELF_DECLARED, None), {}, "grade_2"),
        (StepData(Answer.PARTLY, EvidenceGrade.NONE, None), {}, "grade_2"),
        (StepData(Answer.NOT_ASSESSED, EvidenceGrade.DOCUMENT_SEEN, None), {}, "grade_2"),
        (SOUND, {"as_of": today() + timedelta(days=1)}, "as_of"),
        (SOUND, {"audience": Audience.NAMED}, "named_ids"),
    ],
)
def test_what_cannot_stand_is_refused_at_its_field(acting, step, values, field) -> None:
    actor = acting("stavanger-officer")
    with pytest.raises(BadInput) as caught, db.transaction():
        services.add_assessment(actor, make_supplier().id, data({Step.RISKS: step}, **values))
    assert caught.value.field == field


@pytest.mark.parametrize(("answer", "grade"), [("met", "E1"), ("met", "E0"), ("partly", "E0"), ("not_assessed", "E2")])
def test_the_database_has_the_last_word_on_evidence(acting, authority_ids, answer, grade) -> None:
    acting("system")
    with db.transaction():
        made = make_assessment(owner_id=authority_ids["oslo"])
    acting("oslo-officer")
    change = text("UPDATE assessment_step SET answer = :answer, grade = :grade WHERE assessment_id = :id AND step = 1")
    with pytest.raises(IntegrityError):
        db.session.execute(change, {"answer": answer, "grade": grade, "id": made.id})


def test_a_change_of_one_step_alone_is_a_new_version(acting) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        made = services.add_assessment(actor, make_supplier().id, data())
    with db.transaction():
        change = data({Step.REPORT: StepData(Answer.NOT_MET, EvidenceGrade.NONE, None)})
        services.change_assessment(actor, made, change, version=1)
    assert made.version == 2
    assert made.steps[4].answer == "not_met"


def test_the_slower_of_two_editors_is_told_and_overwrites_nothing(acting) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        made = services.add_assessment(actor, make_supplier().id, data(method="First"))
    with db.transaction():
        services.change_assessment(actor, made, data(method="Second"), version=1)
    with pytest.raises(SavedMeanwhile), db.transaction():
        services.change_assessment(actor, made, data(method="Late"), version=1)
    # Saved between our reading and our writing: the version in the UPDATE notices.
    seen = queries.get_assessment(actor, made.id)
    with db.session.get_bind().engine.begin() as colleague:
        colleague.execute(text("SELECT set_config('app.system', 'on', true)"))
        colleague.execute(text("UPDATE supplier_assessment SET method = 'Colleague', version = version + 1"))
    with pytest.raises(SavedMeanwhile), db.transaction():
        services.change_assessment(actor, seen, data(method="Late"), version=2)
    assert queries.get_assessment(actor, made.id).method == "Colleague"


def test_only_the_owner_changes_and_only_writers_add(acting, authority_ids) -> None:
    reader = acting("stockholm-reader")
    with pytest.raises(Forbidden), db.transaction():
        services.add_assessment(reader, make_supplier().id, data())
    acting("system")
    with db.transaction():
        made = make_assessment(owner_id=authority_ids["stockholm"], audience="members")
    other = acting("oslo-officer")
    with pytest.raises(Forbidden), db.transaction():
        services.change_assessment(other, queries.get_assessment(other, made.id), data(), version=1)


def test_those_who_newly_see_it_are_told(acting, authority_ids) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        made = services.add_assessment(actor, make_supplier().id, data())
    assert told() == []
    steps = [
        (data(audience=Audience.NAMED, named_ids=[authority_ids["oslo"]]), 1),
        (data(audience=Audience.NAMED, named_ids=[authority_ids["oslo"]], method="Reworded"), 1),
        (data(audience=Audience.MEMBERS), 2),
        (data(audience=Audience.OWNER), 2),
    ]
    for version, (change, events) in enumerate(steps, start=1):
        with db.transaction():
            services.change_assessment(actor, made, change, version=version)
        assert told() == [str(made.id)] * events

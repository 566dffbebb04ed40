"""The way of an assessment by a rubric: proposals, second reader, published for good, revised, withdrawn."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.assessments import queries as assessments
from portal.assessments.models import SupplierAssessment
from portal.assessments.rules import EvidenceGrade
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition, NotFound
from portal.outbox.models import OutboxEvent
from portal.ratings import queries, services
from portal.ratings.models import RatedAssessment
from portal.ratings.rules import AnswerData, RatedState
from portal.ratings.services import ScopeData
from portal.registry.rules import ProductGroup
from portal.rubrics import services as rubrics
from portal.rubrics.models import RubricVersion
from tests.factories.declarations import make_declaration
from tests.factories.findings import make_finding
from tests.factories.registry import make_supplier
from tests.factories.requests import make_request
from tests.servers import Servers

SCOPE = ScopeData(date(2026, 3, 12), ProductGroup.COMPUTERS, method="Documents read")
GOOD = AnswerData(score=3, grade=EvidenceGrade.DOCUMENT_SEEN)
ALL = {question.id: GOOD for question in rubrics.standard_rubric().questions}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def started(actor: Actor, **values: object) -> RatedAssessment:
    with db.transaction():
        return services.start(actor, make_supplier().id, replace(SCOPE, **values))  # type: ignore[arg-type]


def read_again(actor: Actor, rating_id: UUID) -> RatedAssessment:
    db.session.expire_all()
    return queries.get_rating(actor, rating_id)


def submitted(actor: Actor) -> UUID:
    rating = started(actor)
    with db.transaction():
        services.save_answers(actor, rating, ALL)
    with db.transaction():
        services.submit(actor, rating)
    return rating.id


def published(acting, audience: Audience = Audience.MEMBERS) -> UUID:
    rating_id = submitted(acting("stockholm-officer"))
    reader = acting("stockholm-coordinator")
    with db.transaction():
        services.publish(reader, queries.get_rating(reader, rating_id), audience, [])
    return rating_id


def test_steps_are_saved_one_by_one_and_the_others_stay(acting) -> None:
    actor = acting("stockholm-officer")
    rating = started(actor)
    with db.transaction():
        services.save_answers(actor, rating, {"S1-1": AnswerData("yes", 3, EvidenceGrade.DOCUMENT_SEEN, "Read")})
    with db.transaction():
        services.save_answers(actor, rating, {"S2-2": AnswerData(80, 2, EvidenceGrade.SELF_DECLARED)})
    rating = read_again(actor, rating.id)
    assert [(row.code, row.value, row.score) for row in rating.answers] == [("S1-1", "yes", 3), ("S2-2", 80, 2)]
    scores = queries.scores_of(rating)
    assert [float(row.score or 0) for row in scores.steps] == [15.0, 8.3, 0, 0, 0]


def test_what_is_wrong_names_the_question_and_nothing_is_saved(acting) -> None:
    actor = acting("stockholm-officer")
    rating = started(actor)
    wrong = {"S1-1": GOOD, "S1-3": AnswerData("perhaps")}
    with pytest.raises(BadInput, match=r"^S1-3: ") as raised, db.transaction():
        services.save_answers(actor, rating, wrong)
    assert raised.value.field == "S1-3"
    with pytest.raises(BadInput, match="S9-9"), db.transaction():
        services.save_answers(actor, rating, {"S9-9": GOOD})
    assert read_again(actor, rating.id).answers == []


def test_a_declaration_that_was_accepted_proposes_and_a_person_confirms(acting) -> None:
    actor = acting("stockholm-officer")
    supplier = make_supplier()
    said = [
        {"question": "A", "mineral": None, "answer": "Yes", "comment": None},
        {"question": "B", "mineral": None, "answer": "Yes", "comment": None},
        {"question": "Q2", "mineral": "tin", "answer": "Yes", "comment": None},
    ]
    with db.transaction():
        kept = make_declaration(owner_id=actor.authority_id, supplier_id=supplier.id, answers=said)
        make_request(owner_id=actor.authority_id, supplier_id=supplier.id, state="accepted", declaration_id=kept.id)
        newer = [{"question": "A", "mineral": None, "answer": "No", "comment": None}]  # received, not accepted
        make_declaration(
            owner_id=actor.authority_id, supplier_id=supplier.id, answers=newer, received_on=date(2026, 8, 1)
        )
        make_finding(owner_id=actor.authority_id, supplier_id=supplier.id, severity="critical")
    with db.transaction():
        rating = services.start(actor, supplier.id, SCOPE)
    rating = read_again(actor, rating.id)
    proposal = next(row for row in rating.answers if row.code == "S1-1")
    assert (proposal.value, proposal.score, proposal.proposed_from) == ("yes", None, "CMRT A, B")
    assert (rating.open_critical, rating.smelter_list_missing) == (True, True)
    same = AnswerData("yes", None, EvidenceGrade.SELF_DECLARED, proposal.note)
    with db.transaction():
        services.save_answers(actor, rating, {"S1-1": same})
    proposal = next(row for row in read_again(actor, rating.id).answers if row.code == "S1-1")
    assert proposal.proposed_from == "CMRT A, B"  # saved as it was: nobody has confirmed it
    with db.transaction():
        services.save_answers(actor, rating, {"S1-1": replace(same, score=2)})
    proposal = next(row for row in read_again(actor, rating.id).answers if row.code == "S1-1")
    assert (proposal.proposed_from, proposal.answered_by_id) == (None, actor.user_id)


def test_every_question_needs_a_score_before_somebody_else_reads_it(acting) -> None:
    actor = acting("stockholm-officer")
    rating = started(actor)
    with db.transaction():
        most = {code: answer for code, answer in ALL.items() if code not in {"S2-3", "S4-4"}}
        services.save_answers(actor, rating, most)
    with pytest.raises(BadInput, match="S2-3, S4-4"), db.transaction():
        services.submit(actor, rating)
    assert read_again(actor, rating.id).state == RatedState.DRAFT


def test_the_second_reader_is_another_person(acting) -> None:
    actor = acting("stockholm-officer")
    rating_id = submitted(actor)
    rating = queries.get_rating(actor, rating_id)
    for act in (
        lambda: services.publish(actor, rating, Audience.OWNER, []),
        lambda: services.send_back(actor, rating, "Hm"),
    ):
        with pytest.raises(Forbidden, match="Somebody else reads it"), db.transaction():
            act()
    with pytest.raises(IntegrityError, match="another_person"):
        db.session.execute(
            text("UPDATE rated_assessment SET state = 'published', published_at = now(), reader_id = author_id")
        )
    db.session.rollback()
    reader = acting("stockholm-coordinator")
    with db.transaction():
        services.send_back(reader, queries.get_rating(reader, rating_id), "S2-3 has no source")
    back = read_again(reader, rating_id)
    assert (back.state, back.sent_back_note) == (RatedState.DRAFT, "S2-3 has no source")


def test_a_draft_is_its_owners_alone_and_others_see_what_is_published(acting) -> None:
    rating_id = submitted(acting("stockholm-officer"))
    with pytest.raises(NotFound):
        queries.get_rating(acting("oslo-officer"), rating_id)
    reader = acting("stockholm-coordinator")
    with db.transaction():
        services.publish(reader, queries.get_rating(reader, rating_id), Audience.MEMBERS, [])
    other = acting("oslo-officer")
    assert queries.get_rating(other, rating_id).state == RatedState.PUBLISHED
    with pytest.raises(Forbidden), db.transaction():
        services.withdraw(other, queries.get_rating(other, rating_id), "Ours is better")


def test_a_published_one_is_in_the_five_step_profile_and_is_not_changed_there(acting) -> None:
    rating_id = published(acting)
    actor = acting("oslo-officer")
    summary = assessments.get_assessment(actor, rating_id)
    assert (summary.rubric_version, summary.is_summary, summary.audience) == ("oecd-1", True, "members")
    assert [(row.answer, row.grade) for row in summary.steps] == [("met", "E2")] * 5
    shared = db.session.scalars(select(OutboxEvent.payload)).all()
    assert [event["assessment_id"] for event in shared] == [str(rating_id)]
    from portal.assessments import services as old

    owner = acting("stockholm-officer")
    summary = assessments.get_assessment(owner, rating_id)
    with pytest.raises(Conflict, match="summary"), db.transaction():
        old.change_assessment(owner, summary, services._summary(queries.get_rating(owner, rating_id)), version=1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rated_assessment SET method = 'x'",
        "UPDATE rated_assessment SET published_at = NULL, state = 'draft'",
        "UPDATE rated_assessment SET open_critical = true",
        "DELETE FROM rated_assessment",
        "UPDATE rated_answer SET score = 4",
        "DELETE FROM rated_answer",
    ],
)
def test_the_database_refuses_to_change_a_published_one(
    acting, servers: Servers, database: str, statement: str
) -> None:
    rating_id = published(acting)
    with pytest.raises(IntegrityError, match="does not change"):
        db.session.execute(text(statement))
    db.session.rollback()
    owner = acting("stockholm-officer")
    with pytest.raises(InvalidTransition), db.transaction():
        services.save_answers(owner, queries.get_rating(owner, rating_id), {"S1-1": AnswerData(score=0)})
    with psycopg.connect(servers.owner_url(database)) as connection, pytest.raises(psycopg.errors.IntegrityError):
        connection.execute("SELECT set_config('app.system', 'on', true)")
        connection.execute(statement)


def test_a_revision_is_a_new_one_and_the_old_counts_until_it_is_published(acting) -> None:
    rating_id = published(acting)
    author = acting("stockholm-officer")
    with db.transaction():
        draft = services.revise(author, queries.get_rating(author, rating_id))
    draft_id = draft.id
    assert [row.code for row in read_again(author, draft_id).answers] == sorted(ALL)
    with pytest.raises(InvalidTransition, match="started already"), db.transaction():
        services.revise(author, queries.get_rating(author, rating_id))
    assert queries.get_rating(author, rating_id).state == RatedState.PUBLISHED
    with db.transaction():
        worse = AnswerData(score=0)
        services.save_answers(author, queries.get_rating(author, draft_id), {"S5-1": worse, "S5-2": worse})
    with db.transaction():
        services.submit(author, queries.get_rating(author, draft_id))
    reader = acting("stockholm-coordinator")
    with db.transaction():
        services.publish(reader, queries.get_rating(reader, draft_id), Audience.MEMBERS, [])
    old, new = read_again(reader, rating_id), queries.get_rating(reader, draft_id)
    assert (old.state, new.state, new.predecessor_id) == (RatedState.REVISED, RatedState.PUBLISHED, rating_id)
    assert float(queries.scores_of(old).steps[4].score or 0) == 75.0
    assert float(queries.scores_of(new).steps[4].score or 0) == 25.0
    assert db.session.scalars(select(SupplierAssessment.id)).all() == [draft_id]


def test_what_is_withdrawn_stays_readable_and_leaves_the_profile(acting) -> None:
    rating_id = published(acting)
    owner = acting("stockholm-officer")
    with pytest.raises(BadInput), db.transaction():
        services.withdraw(owner, queries.get_rating(owner, rating_id), " ")
    db.session.rollback()
    with db.transaction():
        services.withdraw(owner, read_again(owner, rating_id), "The report was forged")
    other = acting("oslo-officer")
    gone = queries.get_rating(other, rating_id)
    assert (gone.state, gone.withdrawn_reason) == (RatedState.WITHDRAWN, "The report was forged")
    assert db.session.scalar(select(func.count()).select_from(SupplierAssessment)) == 0


def test_a_question_added_to_the_rubric_changes_no_assessment_published_before(acting, monkeypatch) -> None:
    rating_id = published(acting)
    owner = acting("stockholm-officer")
    before = queries.scores_of(queries.get_rating(owner, rating_id))
    longer = rubrics.standard_rubric()
    longer = replace(longer, questions=(*longer.questions, replace(longer.questions[0], id="S1-6")))
    monkeypatch.setattr(rubrics, "standard_rubric", lambda: longer)
    newer = started(owner)
    assert read_again(owner, newer.id).rubric_version.name == "oecd-2"
    assert db.session.scalar(select(func.count()).select_from(RubricVersion)) == 2
    old = queries.get_rating(owner, rating_id)
    assert (old.rubric_version.name, len(old.rubric_version.questions)) == ("oecd-1", 23)
    assert queries.scores_of(old) == before


def test_files_are_seen_by_whom_the_assessment_is_published_for(acting) -> None:
    author = acting("stockholm-officer")
    rating = started(author)
    with db.transaction():
        item = services.attach(author, rating, "S5-1", content=PDF, filename="report.pdf", field="file_S5-1")
    with db.transaction():
        services.save_answers(author, rating, ALL)
    with db.transaction():
        services.submit(author, rating)
    reader = acting("stockholm-coordinator")
    with db.transaction():
        services.publish(reader, queries.get_rating(reader, rating.id), Audience.MEMBERS, [])
    other = acting("oslo-officer")
    found = queries.evidence_of(other, queries.get_rating(other, rating.id))
    assert {code: [one.id for one in items] for code, items in found.items()} == {"S5-1": [item.id]}


def test_readers_and_strangers_start_nothing(acting) -> None:
    reader = acting("stockholm-reader")
    supplier_id = make_supplier().id
    with pytest.raises(Forbidden), db.transaction():
        services.start(reader, supplier_id, SCOPE)

"""Publishing rubrics: idempotent, numbered, and refused any later change by the database itself."""

from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from portal import db
from portal.errors import BadInput, Forbidden
from portal.rubrics import queries, services
from portal.rubrics.models import RubricVersion
from portal.rubrics.rules import QuestionDefinition, QuestionType, RubricDefinition, digest
from tests.servers import Servers

TEXT = QuestionDefinition("S1-1", 1, QuestionType.TEXT, {"en": "Is there a policy?"})
RUBRIC = RubricDefinition("city", {"en": "City"}, (TEXT,))
LONGER = replace(RUBRIC, questions=(TEXT, replace(TEXT, id="S2-1", step=2)))


def test_loading_the_oecd_rubric_twice_is_one_version(acting) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        first = services.load_standard(actor)
    with db.transaction():
        assert services.load_standard(actor).id == first.id
    assert db.session.scalar(select(func.count()).select_from(RubricVersion)) == 1
    db.session.expire_all()
    stored = queries.get_version(first.id)
    assert stored.name == "oecd-1"
    assert queries.definition(stored) == services.standard_rubric()


def test_a_question_added_makes_a_new_version_and_leaves_the_old_one(acting) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        first = services.publish_rubric(actor, RUBRIC)
    with db.transaction():
        second = services.publish_rubric(actor, LONGER)
    db.session.expire_all()
    assert [first.number, second.number] == [1, 2]
    assert queries.definition(queries.get_version(first.id)) == RUBRIC
    newest = queries.newest_version("city")
    assert newest is not None
    assert (newest.id, digest(queries.definition(newest))) == (second.id, second.digest)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rubric_version SET number = 7",
        "UPDATE rubric_version SET published_at = NULL",
        "DELETE FROM rubric_version",
        "UPDATE rubric_question SET texts = '{}'",
        "DELETE FROM rubric_question",
        "INSERT INTO rubric_question SELECT version_id, 'S5-9', 99, 5, type, texts, evidence, choices, unit, fill"
        " FROM rubric_question",
    ],
)
def test_the_database_refuses_to_change_what_is_published_even_to_its_owner(
    acting, servers: Servers, database: str, statement: str
) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        services.publish_rubric(actor, RUBRIC)
    db.session.rollback()
    with psycopg.connect(servers.owner_url(database)) as connection, pytest.raises(psycopg.errors.IntegrityError):
        connection.execute(statement)
    with pytest.raises((IntegrityError, ProgrammingError)):
        db.session.execute(text(statement))


def test_what_is_wrong_is_told_with_its_question_and_nothing_is_stored(acting) -> None:
    actor = acting("stavanger-officer")
    broken = replace(RUBRIC, questions=(TEXT, replace(TEXT, id="S2-1")))
    with pytest.raises(BadInput, match="S2-1: The step is not the one"), db.transaction():
        services.publish_rubric(actor, broken)
    with pytest.raises(BadInput, match="comes with the portal"), db.transaction():
        services.publish_rubric(actor, replace(RUBRIC, code="oecd"))
    assert db.session.scalar(select(func.count()).select_from(RubricVersion)) == 0


def test_readers_publish_nothing(acting) -> None:
    reader = acting("stockholm-reader")
    with pytest.raises(Forbidden), db.transaction():
        services.publish_rubric(reader, RUBRIC)

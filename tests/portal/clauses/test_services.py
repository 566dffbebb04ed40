"""Clauses are published once and for good, drafts are their authority's own, judgements stand beside each other."""

from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal import db
from portal.clauses import queries, services
from portal.clauses.models import Clause, ClauseJudgement, ClauseVersion
from portal.clauses.queries import Choice
from portal.clauses.rules import ExperienceKind, Verdict
from portal.clauses.services import ExperienceData
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition, NotFound
from tests.factories.clauses import make_definition, make_version
from tests.servers import Servers


def test_loading_the_common_clauses_twice_adds_nothing(acting) -> None:
    actor = acting("stavanger-officer")
    assert services.common_waiting()
    with db.transaction():
        assert services.load_common(actor) == 13
    with db.transaction():
        assert services.load_common(actor) == 0
    assert not services.common_waiting()
    assert db.session.scalar(select(func.count()).select_from(ClauseVersion)) == 13
    acting("oslo-officer")
    stored = {row.clause.code: row.definition for row in queries.library(acting("stockholm-reader"))}
    assert stored == {one.code: replace(one.definition, minerals=_ordered(one)) for one in services.common_clauses()}


def _ordered(clause) -> tuple[str, ...]:
    return tuple(sorted(clause.definition.minerals))


def test_a_changed_common_clause_is_its_next_version(acting, monkeypatch) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        services.load_common(actor)
    first, *others = services.common_clauses()
    changed = replace(first, definition=replace(first.definition, step=2))
    monkeypatch.setattr(services, "common_clauses", lambda: [changed, *others])
    with db.transaction():
        assert services.load_common(actor) == 1
    rows = db.session.scalars(select(ClauseVersion).join(Clause).where(Clause.code == "C01")).all()
    assert sorted((row.number, row.step) for row in rows) == [(1, 1), (2, 2)]
    shown = next(row for row in queries.library(actor) if row.clause.code == "C01")
    assert shown.number == 2


def test_a_draft_is_its_authoritys_own_until_it_is_published(acting) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        version = services.start_clause(actor, "m-04", make_definition())
    assert version.clause.code == "M-04"
    other = acting("oslo-officer")
    assert list(queries.library(other)) == []
    with pytest.raises(NotFound):
        queries.get_version(other, version.id)
    with pytest.raises(NotFound):
        queries.get_clause(other, version.clause_id)
    assert db.session.scalar(select(func.count()).select_from(Clause)) == 0  # the database says so, too
    assert db.session.scalar(select(func.count()).select_from(ClauseVersion)) == 0
    actor = acting("stavanger-officer")
    with db.transaction():
        services.publish(actor, queries.get_version(actor, version.id))
    other = acting("oslo-officer")
    assert queries.get_version(other, version.id).state == "published"
    with pytest.raises(Forbidden):
        services.start_version(other, queries.get_clause(other, version.clause_id), make_definition("Another"))


def test_the_draft_of_the_next_version_stays_hidden_behind_the_published_one(acting, authority_ids) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        version = make_version(owner_id=authority_ids["stavanger"])
    with db.transaction():
        services.start_version(actor, version.clause, make_definition("Secret plans"))
    with pytest.raises(Conflict, match="draft of the next version already"), db.transaction():
        services.start_version(actor, version.clause, make_definition("Another"))
    assert [row.number for row in queries.versions_of(actor, version.clause_id)] == [2, 1]
    other = acting("oslo-officer")
    assert [row.number for row in queries.versions_of(other, version.clause_id)] == [1]
    assert [row.number for row in queries.library(other)] == [1]
    assert db.session.scalar(select(func.count()).select_from(ClauseVersion)) == 1


def test_a_draft_is_discarded_and_with_the_first_one_its_clause(acting, authority_ids) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        first = make_version(owner_id=authority_ids["stavanger"], state="draft")
        published = make_version(owner_id=authority_ids["stavanger"])
        second = services.start_version(actor, published.clause, make_definition("Next"))
    with db.transaction():
        assert not services.discard_draft(actor, first)
        assert services.discard_draft(actor, second)
        with pytest.raises(InvalidTransition):
            services.discard_draft(actor, published)
    assert db.session.scalars(select(Clause.id)).all() == [published.clause_id]
    assert db.session.scalars(select(ClauseVersion.id)).all() == [published.id]


def test_states_have_no_way_back(acting, authority_ids) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        version = make_version(owner_id=authority_ids["stavanger"], state="draft")
        with pytest.raises(InvalidTransition):
            services.withdraw(actor, version, "Too early")
        services.publish(actor, version)
    with db.transaction():
        with pytest.raises(InvalidTransition):
            services.publish(actor, version)
        with pytest.raises(InvalidTransition):
            services.change_draft(actor, version, make_definition("Changed"))
        with pytest.raises(BadInput, match="why it is withdrawn"):
            services.withdraw(actor, version, " ")
        services.withdraw(actor, version, "A court found it unlawful.")
    assert [row.state for row in queries.library(actor)] == ["withdrawn"]
    assert list(queries.library(actor, published=True)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clause_version SET texts = '{}'",
        "UPDATE clause_version SET duties = '[]'",
        "UPDATE clause_version SET state = 'draft', published_at = NULL",
        "DELETE FROM clause_version",
    ],
)
def test_the_database_keeps_published_words_even_from_the_owner_of_the_schema(
    acting, authority_ids, servers: Servers, database: str, statement: str
) -> None:
    acting("stavanger-officer")
    with db.transaction():
        make_version(owner_id=authority_ids["stavanger"])
    with pytest.raises(IntegrityError, match="does not change"), db.transaction():
        db.session.execute(text(statement))
    with (
        psycopg.connect(servers.superusers_url(database)) as connection,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation),
    ):
        connection.execute(statement)


def test_experience_and_judgements_are_written_once(acting, authority_ids) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        one = make_version(owner_id=authority_ids["stavanger"])
    other = acting("oslo-officer")
    with db.transaction():
        two = make_version(owner_id=authority_ids["oslo"])
        services.judge(other, two, queries.get_version(other, one.id), Verdict.STRICTER, "28 days, not 30")
    with pytest.raises(DBAPIError), db.transaction():
        db.session.execute(update(ClauseJudgement).values(verdict="equal"))
    assert actor.authority_id != other.authority_id


def test_differing_judgements_stand_side_by_side_and_the_newest_of_a_member_counts(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        one = make_version(owner_id=authority_ids["stavanger"]).id
        two = make_version(owner_id=authority_ids["oslo"]).id
    for name, verdict in [
        ("oslo-officer", Verdict.EQUAL),
        ("oslo-officer", Verdict.STRICTER),
        ("stockholm-officer", Verdict.EQUAL),
    ]:
        actor = acting(name)
        with db.transaction():
            pair = queries.get_version(actor, two), queries.get_version(actor, one)
            services.judge(actor, *pair, verdict, f"{name} read both")
    reader = acting("stockholm-reader")
    found = {one.judgement.owner_id: one.verdict for one in queries.verdicts_between(reader, two, one)}
    assert found == {authority_ids["oslo"]: Verdict.STRICTER, authority_ids["stockholm"]: Verdict.EQUAL}
    back = {one.judgement.owner_id: one.verdict for one in queries.verdicts_between(reader, one, two)}
    assert back == {authority_ids["oslo"]: Verdict.LOOSER, authority_ids["stockholm"]: Verdict.EQUAL}
    assert db.session.scalar(select(func.count()).select_from(ClauseJudgement)) == 3


def test_what_is_not_judged(acting, authority_ids) -> None:
    actor = acting("oslo-officer")
    with db.transaction():
        one = make_version(owner_id=authority_ids["oslo"])
        two = make_version(owner_id=authority_ids["oslo"])
        with pytest.raises(BadInput, match="same owner"):
            services.judge(actor, one, two, Verdict.EQUAL, "Both are ours")


@pytest.mark.parametrize("happened", ["2021-13", "yesterday", "2999", "21"])
def test_experience_needs_a_date_of_the_past(acting, authority_ids, happened: str) -> None:
    actor = acting("oslo-officer")
    with db.transaction():
        clause = make_version(owner_id=authority_ids["oslo"]).clause
        data = ExperienceData(ExperienceKind.RULING, happened, "Found unlawful", "A court")
        with pytest.raises(BadInput) as caught:
            services.add_experience(actor, clause, data)
        assert caught.value.field == "happened"
        services.add_experience(actor, clause, replace(data, happened="2021-05"))
    assert [one.happened for one in queries.experience_of(clause.id)] == ["2021-05"]


def test_the_library_is_narrowed_by_step_mineral_and_owner(acting, authority_ids) -> None:
    actor = acting("oslo-officer")
    with db.transaction():
        services.load_common(actor)
        make_version(owner_id=authority_ids["oslo"], definition=make_definition(minerals=("mica",)), code="OUR")

    def codes(**values: object) -> list[str]:
        return [row.clause.code for row in queries.library(actor, Choice(**values))]  # type: ignore[arg-type]

    assert codes(step=5) == ["C12", "C13", "OUR"]
    assert codes(owner=authority_ids["oslo"]) == ["OUR"]
    assert "OUR" not in codes(owner=queries.COMMON)
    assert len(codes(owner=queries.COMMON)) == 13
    assert "OUR" not in codes(mineral="tin")
    assert {"OUR", "C01", "C02"} <= set(codes(mineral="mica"))

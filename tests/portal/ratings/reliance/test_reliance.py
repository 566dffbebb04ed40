"""One city relies on another's assessment: a person decides with a reason, what was seen is frozen, and it can end."""

import hashlib
import json
import threading
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from portal import db
from portal.access.audience import Audience
from portal.access.permissions import Permission
from portal.access.policy import can
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition, NotFound
from portal.journal.models import JournalEntry
from portal.ratings import queries as ratings
from portal.ratings import services as rating_services
from portal.ratings.reliance import queries, services, snapshot
from portal.ratings.reliance.models import RatingReliance
from portal.ratings.reliance.rules import Decision, Needed, Point, Saying, Verdict
from portal.ratings.rules import AnswerData
from tests.factories.contracts import make_contract
from tests.factories.findings import make_finding
from tests.factories.ratings import make_rating
from tests.portal.ratings.test_services import ALL, PDF, published, started
from tests.servers import Servers

OURS = Needed("computers")


def decided(acting, rating_id: UUID, decision=Decision.RELY, persona="oslo-officer", reason="Same computers") -> UUID:
    me = acting(persona)
    with db.transaction():
        return services.decide(me, rating_id, decision, reason, OURS).id


def with_a_file(acting) -> tuple[UUID, str]:
    """A published assessment of Stockholm with a file behind S5-1, and the hash of the file."""
    author = acting("stockholm-officer")
    rating = started(author)
    with db.transaction():
        item = rating_services.attach(author, rating, "S5-1", content=PDF, filename="report.pdf", field="x")
        rating_services.save_answers(author, rating, ALL)
    with db.transaction():
        rating_services.submit(author, rating)
    reader = acting("stockholm-coordinator")
    with db.transaction():
        rating_services.publish(reader, ratings.get_rating(reader, rating.id), Audience.MEMBERS, [])
    return rating.id, item.sha256


def test_what_was_seen_is_kept_with_version_answers_scores_hashes_and_author(acting, authority_ids) -> None:
    rating_id, sha256 = with_a_file(acting)
    reliance_id = decided(acting, rating_id)
    kept = queries.get_reliance(acting("oslo-officer"), reliance_id)
    seen = kept.snapshot
    rating = ratings.get_rating(acting("oslo-officer"), rating_id)
    assert seen["rubric"] == "oecd-1"
    assert seen["rubric_digest"] == rating.rubric_version.digest
    assert seen["author_id"] == str(authority_ids["stockholm"])
    assert rating.published_at
    assert seen["published_at"] == rating.published_at.isoformat()
    assert {row["code"]: (row["score"], row["grade"]) for row in seen["answers"]} == dict.fromkeys(ALL, (3, "E2"))
    assert [row["evidence"] for row in seen["answers"] if row["evidence"]] == [
        [{"filename": "report.pdf", "sha256": sha256}]
    ]
    assert [row["score"] for row in seen["steps"]] == ["75.0"] * 5
    assert (seen["overall"], seen["confidence"]) == ("75.0", 100)
    assert seen["gate"]["verdict"] == Verdict.CHECK  # nobody has compared the terms
    db.session.expire_all()
    assert snapshot.digest(queries.get_reliance(acting("oslo-officer"), reliance_id).snapshot) == kept.digest


def test_the_journal_says_that_a_person_decided_and_not_why(acting) -> None:
    reliance_id = decided(acting, published(acting), reason="Contract seven")
    acting("system")
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.action == "rating_reliance.added")).one()
    assert (entry.object_id, entry.details["decision"], entry.details["advice"]) == (reliance_id, "rely", "check")
    assert "seven" not in str(entry.details)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rating_reliance SET snapshot = '{}'",
        "UPDATE rating_reliance SET digest = repeat('0', 64)",
        "UPDATE rating_reliance SET decision = 'not'",
        "UPDATE rating_reliance SET reason = 'Another'",
        "UPDATE rating_reliance SET decided_on = '2020-01-01'",
        "DELETE FROM rating_reliance",
        "UPDATE rating_reliance SET ended_on = '2026-01-01', ended_reason = 'x', snapshot = '{}'",
    ],
)
def test_the_database_lets_nobody_change_what_was_decided_and_seen(
    acting, servers: Servers, database: str, statement: str
) -> None:
    decided(acting, published(acting))
    with pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(text(statement))
    db.session.rollback()
    with psycopg.connect(servers.owner_url(database)) as connection, pytest.raises(psycopg.errors.IntegrityError):
        connection.execute("SELECT set_config('app.system', 'on', true)")
        connection.execute(statement)


def test_a_decision_ends_once_with_a_reason_and_stays_readable(acting) -> None:
    rating_id = published(acting)
    reliance_id = decided(acting, rating_id)
    me = acting("oslo-officer")
    with pytest.raises(BadInput, match="no reason"), db.transaction():
        services.end(me, queries.get_reliance(me, reliance_id), " ")
    with db.transaction():
        services.end(me, queries.get_reliance(me, reliance_id), "We assess it ourselves")
    ended = queries.get_reliance(me, reliance_id)
    assert (ended.ended_reason, ended.reason) == ("We assess it ourselves", "Same computers")
    with pytest.raises(InvalidTransition, match="ended already"), db.transaction():
        services.end(me, ended, "Again")
    acting("system")
    with pytest.raises(IntegrityError, match="does not change"), db.transaction():
        db.session.execute(text("UPDATE rating_reliance SET ended_reason = 'Another', ended_by_id = NULL"))
    assert queries.our_decisions(acting("oslo-officer")).rows == []
    assert [one.reliance.id for one in queries.our_decisions(acting("oslo-officer"), ended=True).rows] == [reliance_id]
    again = decided(acting, rating_id, Decision.NOT)
    assert [one.reliance.id for one in queries.our_decisions(acting("oslo-officer")).rows] == [again]


def test_who_knows_of_a_decision(acting) -> None:
    rating_id = published(acting)
    rely, against = decided(acting, rating_id), decided(acting, rating_id, Decision.NOT, "barcelona-officer")
    for persona, seen in (
        ("oslo-officer", {rely}),
        ("barcelona-officer", {against}),
        ("stockholm-reader", {rely}),  # who made it knows who relies on it, not who decided against it
        ("stavanger-officer", set()),
        ("operator", set()),
    ):
        me = acting(persona)
        assert set(db.session.scalars(select(RatingReliance.id))) == seen, (persona, "row-level security")
        assert set(db.session.scalars(queries.visible_reliances(me).with_only_columns(RatingReliance.id))) == seen
    assert [one.id for one in queries.relying_on(acting("stockholm-officer"), rating_id)] == [rely]
    assert queries.relying_on(acting("stavanger-officer"), rating_id) == []
    me = acting("stockholm-officer")
    assert not can(me, Permission.STOP_RELYING, queries.get_reliance(me, rely))


def test_what_cannot_be_decided(acting, authority_ids) -> None:
    rating_id = published(acting)
    acting("system")
    with db.transaction():
        hidden = make_rating(owner_id=authority_ids["stockholm"]).id
        withdrawn = make_rating(
            owner_id=authority_ids["stockholm"], audience="members", state="withdrawn", withdrawn_reason="Forged"
        ).id
    for persona, which, error in (
        ("oslo-officer", hidden, NotFound),
        ("oslo-officer", withdrawn, InvalidTransition),
        ("stockholm-officer", rating_id, Forbidden),
        ("stockholm-reader", rating_id, Forbidden),
    ):
        with pytest.raises(error):
            decided(acting, which, persona=persona)
        db.session.rollback()
    with pytest.raises(BadInput, match="no reason"):
        decided(acting, rating_id, reason=" ")
    db.session.rollback()
    decided(acting, rating_id)
    with pytest.raises(Conflict, match="decided about this assessment already"):
        decided(acting, rating_id, Decision.NOT)


def test_the_database_refuses_a_decision_on_what_is_not_visible_or_not_published(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        hidden = make_rating(owner_id=authority_ids["stockholm"])
        revised = make_rating(owner_id=authority_ids["stockholm"], audience="members", state="revised")
        values = [{"rating_id": one.id, "supplier_id": one.supplier_id} for one in (hidden, revised)]
    for value in values:
        me = acting("oslo-officer")
        with pytest.raises(Exception, match="row-level security"), db.transaction():
            db.session.add(
                RatingReliance(
                    owner_id=me.authority_id,
                    source_id=authority_ids["stockholm"],
                    decision="rely",
                    reason="x",
                    decided_on=date(2026, 1, 1),
                    decided_by_id=me.user_id,
                    snapshot={},
                    digest="0" * 64,
                    **value,
                )
            )
        db.session.rollback()


def test_the_gate_looks_at_what_the_reader_may_see(acting, authority_ids) -> None:
    rating_id = published(acting)
    me = acting("oslo-officer")
    rating = ratings.get_rating(me, rating_id)
    supplier_id = rating.supplier_id
    assert queries.needed_for(me, rating) is None
    acting("system")
    with db.transaction():
        make_contract(owner_id=authority_ids["oslo"], supplier_id=supplier_id, product_group="phones")
        shared: dict[str, Any] = {"supplier_id": supplier_id, "severity": "critical"}
        make_finding(owner_id=authority_ids["stavanger"], **shared)  # its own
        make_finding(owner_id=authority_ids["barcelona"], audience="named", named_ids=[authority_ids["oslo"]], **shared)
        closed: dict[str, Any] = {"state": "closed", "closed_on": date(2026, 6, 1)}
        make_finding(owner_id=authority_ids["oslo"], **shared, **closed)
    found = {}
    for persona in ("oslo-officer", "stockholm-officer"):
        me = acting(persona)
        gate = queries.gate_of(me, ratings.get_rating(me, rating_id), Needed("computers"))
        found[persona] = next(one for one in gate.reasons if one.point is Point.FINDINGS)
    assert (found["oslo-officer"].saying, found["oslo-officer"].values) == (Saying.CRITICAL_FINDINGS, {"number": 1})
    assert found["stockholm-officer"].saying is Saying.NO_FINDINGS
    me = acting("oslo-officer")
    assert queries.needed_for(me, ratings.get_rating(me, rating_id)) == "phones"
    acting("system")
    with db.transaction():
        owner: dict[str, Any] = {"owner_id": authority_ids["oslo"], "supplier_id": supplier_id}
        make_contract(product_group="cables", more_groups=["computers"], **owner)
    me = acting("oslo-officer")
    assert queries.needed_for(me, ratings.get_rating(me, rating_id)) == "computers"


def test_a_decision_and_a_withdrawal_at_once(acting, actor_of) -> None:
    """The decision waits for the withdrawal under way and is then refused: nobody relies on what is withdrawn."""
    rating_id = published(acting)
    db.session.remove()
    owner, other = actor_of("stockholm-officer"), actor_of("oslo-officer")
    locked, tried, results = threading.Event(), threading.Event(), []

    def withdraw_slowly() -> None:
        db.set_scope(authority_id=owner.authority_id)
        with db.transaction():
            rating_services.withdraw(owner, ratings.get_rating(owner, rating_id), "Forged")
            locked.set()
            tried.wait(timeout=2)
        db.session.remove()

    def decide_meanwhile() -> None:
        locked.wait(timeout=5)
        db.set_scope(authority_id=other.authority_id)
        try:
            with db.transaction():
                services.decide(other, rating_id, Decision.RELY, "Same", OURS)
            results.append("relied")
        except InvalidTransition:
            results.append("refused")
        finally:
            db.session.remove()
            tried.set()

    threads = [threading.Thread(target=step) for step in (withdraw_slowly, decide_meanwhile)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["refused"]
    acting("system")
    assert db.session.scalars(select(RatingReliance)).all() == []


def test_a_decision_on_a_revision_ends_the_one_before(acting) -> None:
    rating_id = published(acting)
    first = decided(acting, rating_id)
    author = acting("stockholm-officer")
    with db.transaction():
        draft_id = rating_services.revise(author, ratings.get_rating(author, rating_id)).id
    with db.transaction():
        worse = {"S5-1": AnswerData(score=0)}
        rating_services.save_answers(author, ratings.get_rating(author, draft_id), worse)
        rating_services.submit(author, ratings.get_rating(author, draft_id))
    reader = acting("stockholm-coordinator")
    with db.transaction():
        rating_services.publish(reader, ratings.get_rating(reader, draft_id), Audience.MEMBERS, [])
    with pytest.raises(InvalidTransition, match="was revised"):
        decided(acting, rating_id, persona="barcelona-officer")
    db.session.rollback()
    kept = queries.get_reliance(acting("oslo-officer"), first)
    assert [row["score"] for row in kept.snapshot["answers"] if row["code"] == "S5-1"] == [3], "the snapshot stays"
    second = decided(acting, draft_id, reason="Still good enough")
    db.session.expire_all()
    before = queries.get_reliance(acting("oslo-officer"), first)
    assert before.ended_reason == "Still good enough"
    assert [one.reliance.id for one in queries.our_decisions(acting("oslo-officer")).rows] == [second]


def test_the_pages(acting, client_for) -> None:
    rating_id, sha256 = with_a_file(acting)
    client = client_for("oslo-officer")
    assert f"/ratings/{rating_id}/rely" in client.get(f"/ratings/{rating_id}").text
    page = client.get(f"/ratings/{rating_id}/rely").text
    assert "Check some points before you rely on it" in page
    assert "The terms are not compared." in page
    assert "Say above what you buy." in page
    chosen = client.get(f"/ratings/{rating_id}/rely?product_group=phones&site_ids=x&product_group=y").text
    assert "It was made for other products than yours" in chosen
    assert "It should not be relied on" in chosen
    address = f"/ratings/{rating_id}/rely?product_group=computers"
    assert "Choose one." in client.post(address, data={}).text
    assert "Say why" in client.post(address, data={"decision": "rely", "reason": ""}).text
    done = client.post(address, data={"decision": "rely", "reason": "Contract 7"})
    assert done.status_code == 302
    shown = client.get(done.location).text
    for words in ("Contract 7", "It was made for what you buy", sha256[:16], "report.pdf", "75"):
        assert words in shown, words
    file = client.get(f"{done.location}.json")
    assert json.loads(file.data)["answers"][-3]["evidence"][0]["sha256"] == sha256
    assert hashlib.sha256(file.data).hexdigest() in shown
    again = client.post(address, data={"decision": "not", "reason": "Contract 8"})
    assert "has decided about this assessment already" in again.text
    assert "Contract 7" in client.get("/ratings/reliances").text
    owner = client_for("stockholm-officer")
    assert "City of Oslo" in owner.get(f"/ratings/{rating_id}/rely").text
    assert "Contract 7" in owner.get(done.location).text
    assert owner.post(f"{done.location}/end", data={"reason": "No"}).status_code == 403
    assert owner.post(address, data={"decision": "rely", "reason": "Own"}).status_code == 403
    assert client_for("stavanger-officer").get(done.location).status_code == 404
    assert "Say why" in client.post(f"{done.location}/end", data={"reason": ""}).text
    assert client.post(f"{done.location}/end", data={"reason": "Contract ended"}).status_code == 302
    assert "Contract ended" in client.get("/ratings/reliances?show=ended").text
    assert "We rely on no assessment of others" in client.get("/ratings/reliances").text
    assert client.post(f"{done.location}/end", data={"reason": "Twice"}).status_code == 409


def test_a_reader_sees_the_points_and_decides_nothing(acting, client_for, authority_ids) -> None:
    acting("system")
    with db.transaction():
        rating_id = make_rating(owner_id=authority_ids["oslo"], audience="members").id
    reader = client_for("stockholm-reader")
    page = reader.get(f"/ratings/{rating_id}/rely").text
    assert "What speaks for it and against it" in page
    assert "Save the decision" not in page
    assert reader.post(f"/ratings/{rating_id}/rely", data={"decision": "rely", "reason": "x"}).status_code == 403

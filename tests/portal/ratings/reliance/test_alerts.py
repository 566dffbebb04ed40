"""Who relies on an assessment is told when it is revised or withdrawn, once, with the way to what changed."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from portal import db
from portal.access.audience import Audience
from portal.ratings import queries as ratings
from portal.ratings import services as rating_services
from portal.ratings.reliance import queries, services
from portal.ratings.reliance.rules import Decision, Ending
from portal.ratings.rules import AnswerData
from tests.events import deliver_all
from tests.portal.ratings.reliance.test_reliance import decided
from tests.portal.ratings.test_services import published


def told() -> list[tuple[str, str]]:
    """(authority's slug, what happened) of every alert."""
    deliver_all()
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    rows = db.session.execute(
        text(
            "SELECT a.slug, n.params->>'what' FROM notice n JOIN authority a ON a.id = n.authority_id"
            " WHERE n.kind = 'rating_touched' ORDER BY a.slug"
        )
    )
    return [(row[0], row[1]) for row in rows]


def revised(acting, rating_id: UUID, audience: Audience = Audience.MEMBERS, named: Any = ()) -> UUID:
    """Stockholm's revision of an assessment with a worse answer, published."""
    author = acting("stockholm-officer")
    with db.transaction():
        draft_id = rating_services.revise(author, ratings.get_rating(author, rating_id)).id
    with db.transaction():
        draft = ratings.get_rating(author, draft_id)
        rating_services.save_answers(author, draft, {"S5-1": AnswerData(score=0)})
    with db.transaction():
        rating_services.submit(author, ratings.get_rating(author, draft_id))
    reader = acting("stockholm-coordinator")
    with db.transaction():
        rating_services.publish(reader, ratings.get_rating(reader, draft_id), audience, list(named))
    return draft_id


def test_a_revision_is_told_to_who_relies_on_it_and_links_to_what_changed(acting, client_for) -> None:
    rating_id = published(acting)
    reliance_id = decided(acting, rating_id)
    decided(acting, rating_id, Decision.NOT, "barcelona-officer")
    newer = revised(acting, rating_id)
    assert told() == [("oslo", "revised")]
    client = client_for("oslo-officer")
    assert "that we rely on was revised" in client.get("/inbox").text
    assert f"/ratings/reliances/{reliance_id}" in client.get("/inbox").text
    assert "Decide anew about the assessment of" in client.get("/").text
    page = client.get(f"/ratings/reliances/{reliance_id}").text
    changed = f"/ratings/{rating_id}/beside?other={newer}"
    assert changed.replace("&", "&amp;") in page
    assert "Differs: score, evidence" in client.get(changed).text
    assert "1 of 23 questions is answered differently." in client.get(changed).text
    assert "Decide anew" not in client_for("barcelona-officer").get("/").text
    kept = queries.get_reliance(acting("oslo-officer"), reliance_id)
    assert {row["score"] for row in kept.snapshot["answers"]} == {3}, "the snapshot stays"


def test_deciding_about_the_newer_one_ends_the_waiting(acting, client_for) -> None:
    rating_id = published(acting)
    decided(acting, rating_id)
    decided(acting, revised(acting, rating_id), reason="Still good enough")
    assert queries.todo(acting("oslo-officer")) == []
    assert "Decide anew" not in client_for("oslo-officer").get("/").text


def test_a_withdrawal_is_told_with_its_reason_and_once(acting, client_for) -> None:
    rating_id = published(acting)
    reliance_id = decided(acting, rating_id)
    owner = acting("stockholm-officer")
    with db.transaction():
        rating_services.withdraw(owner, ratings.get_rating(owner, rating_id), "The report was forged")
    assert told() == [("oslo", "withdrawn")]
    assert told() == [("oslo", "withdrawn")]
    assert "that we rely on was withdrawn" in client_for("oslo-officer").get("/inbox").text
    page = client_for("oslo-officer").get(f"/ratings/reliances/{reliance_id}").text
    assert "The report was forged" in page
    assert "Its authority has withdrawn it" in page


def test_who_ended_its_decision_is_not_told(acting) -> None:
    rating_id = published(acting)
    reliance_id = decided(acting, rating_id)
    me = acting("oslo-officer")
    with db.transaction():
        services.end(me, queries.get_reliance(me, reliance_id), "Ours is newer")
    revised(acting, rating_id)
    assert told() == []


def test_a_revision_that_is_hidden_from_who_relies_shows_nothing_of_itself(acting, client_for) -> None:
    rating_id = published(acting)
    reliance_id = decided(acting, rating_id)
    newer = revised(acting, rating_id, Audience.OWNER)
    assert told() == [("oslo", "revised")]
    page = client_for("oslo-officer").get(f"/ratings/reliances/{reliance_id}").text
    assert "Its authority has revised it" in page
    assert str(newer) not in page
    (one,) = queries.our_decisions(acting("oslo-officer")).rows
    assert (one.ending, one.successor) == (Ending.REVISED, None)

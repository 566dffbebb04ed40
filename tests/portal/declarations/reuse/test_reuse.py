"""One city's declaration serves another: recorded with what was seen, alerted when it changes, nothing hidden leaks."""

import threading
from datetime import date

import pytest
from sqlalchemy import select, text

from portal import db
from portal.access.audience import Audience
from portal.declarations import queries as declarations
from portal.declarations.models import Declaration
from portal.declarations.reuse import queries, services
from portal.declarations.reuse.models import DeclarationReliance
from portal.declarations.services import change_audience
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition, NotFound
from portal.journal.models import JournalEntry
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.rollup.queries import totals
from portal.rollup.rules import Scope, ScopeKind
from tests.events import deliver_all
from tests.factories.declarations import make_declaration
from tests.factories.registry import make_supplier
from tests.factories.requests import make_request

SMELTERS = (("CID000001", "tin"),)


@pytest.fixture
def shared(acting, authority_ids):
    """A declaration that Stavanger received and shares with all."""
    acting("system")
    with db.transaction():
        return make_declaration(
            owner_id=authority_ids["stavanger"],
            supplier_id=make_supplier("Fjell Data AS", "NO").id,
            audience="members",
            smelters=SMELTERS,
            effective_date=date(2026, 1, 31),
        )


def rely(acting, declaration_id, persona="oslo-officer"):
    me = acting(persona)
    with db.transaction():
        return services.rely(me, declaration_id, "Contract 7")


def told() -> list[tuple[str, str]]:
    """(authority's slug, what happened) of every alert."""
    deliver_all()
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    rows = db.session.execute(
        text(
            "SELECT a.slug, n.params->>'what' FROM notice n JOIN authority a ON a.id = n.authority_id"
            " WHERE n.kind = 'reliance_touched' ORDER BY n.id"
        )
    )
    return [(row[0], row[1]) for row in rows]


def test_what_was_seen_is_recorded_and_journaled(acting, shared) -> None:
    reliance = rely(acting, shared.id)
    assert reliance.seen["effective_date"] == "2026-01-31"
    assert reliance.seen["resolved"] == 1
    assert reliance.seen["rules_version"] == "test"
    acting("system")
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.action == "reliance.added")).one()
    assert entry.object_id == reliance.id
    assert "Contract 7" not in str(entry.details)


def test_the_owner_and_who_relies_know_and_nobody_else(acting, shared) -> None:
    rely(acting, shared.id)
    assert len(queries.relying_on(acting("stavanger-officer"), shared.id)) == 1
    assert len(queries.relying_on(acting("oslo-officer"), shared.id)) == 1
    assert queries.relying_on(acting("barcelona-officer"), shared.id) == []
    assert db.session.scalar(text("SELECT count(*) FROM declaration_reliance")) == 0, "row-level security"


def test_what_cannot_be_relied_on(acting, shared, authority_ids) -> None:
    acting("system")
    with db.transaction():
        hidden = make_declaration(owner_id=authority_ids["stavanger"]).id
        withdrawn = make_declaration(owner_id=authority_ids["stavanger"], audience="members").id
    me = acting("stavanger-officer")
    with db.transaction():
        services.withdraw(me, declarations.get_declaration(me, withdrawn), "Wrong company")
    for persona, declaration_id, error in (
        ("oslo-officer", hidden, NotFound),
        ("oslo-officer", withdrawn, InvalidTransition),
        ("stavanger-officer", shared.id, BadInput),
        ("stockholm-reader", shared.id, Forbidden),
    ):
        with pytest.raises(error):
            rely(acting, declaration_id, persona)
    rely(acting, shared.id)
    with pytest.raises(Conflict):
        rely(acting, shared.id)


def test_the_database_refuses_a_reliance_on_what_is_not_visible(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        hidden = make_declaration(owner_id=authority_ids["stavanger"])
    me = acting("oslo-officer")
    with pytest.raises(Exception, match="row-level security"), db.transaction():
        db.session.add(
            DeclarationReliance(
                owner_id=me.authority_id,
                source_id=authority_ids["stavanger"],
                declaration_id=hidden.id,
                supplier_id=hidden.supplier_id,
                since=date(2026, 1, 1),
                seen={},
            )
        )


def test_who_relies_is_told_of_a_withdrawal_with_the_reason(acting, client_for, shared) -> None:
    rely(acting, shared.id)
    me = acting("stavanger-officer")
    with db.transaction():
        services.withdraw(me, declarations.get_declaration(me, shared.id), "The list was another company's.")
    assert told() == [("oslo", "withdrawn")]
    page = client_for("oslo-officer").get("/inbox").text
    assert "The declaration of Fjell Data AS that we rely on was withdrawn" in page
    page = client_for("oslo-officer").get("/reliances").text
    assert "has withdrawn it" in page
    assert "another company" in page
    assert "Decide anew about the declaration of Fjell Data AS" in client_for("oslo-officer").get("/").text
    assert "Decide anew" not in client_for("barcelona-officer").get("/").text


def test_a_withdrawn_one_counts_in_no_total(acting, shared) -> None:
    everything = Scope(ScopeKind.MEMBERS)
    assert totals(acting("oslo-officer"), everything).smelters == 1
    me = acting("stavanger-officer")
    with db.transaction():
        services.withdraw(me, declarations.get_declaration(me, shared.id), "Wrong")
    assert totals(acting("oslo-officer"), everything).smelters == 0
    assert declarations.smelter_picture(acting("oslo-officer"), shared.supplier_id) is None


def test_a_newer_one_replaces_only_for_who_sees_it(acting, authority_ids, shared) -> None:
    rely(acting, shared.id)
    rely(acting, shared.id, "barcelona-officer")
    acting("system")

    def add(day: date, audience: str, *named: str, template: str = "CMRT") -> None:
        with db.transaction():
            newer = make_declaration(
                owner_id=authority_ids["stavanger"],
                supplier_id=shared.supplier_id,
                template=template,
                effective_date=day,
                audience=audience,
                named_ids=[authority_ids[slug] for slug in named],
            )
            emit(Event.DECLARATION_ADDED, declaration_id=newer.id)

    add(date(2025, 1, 31), "members")  # an older one, uploaded late
    add(date(2026, 2, 1), "members", template="EMRT")
    add(date(2026, 2, 2), "owner")
    assert told() == []
    add(date(2026, 3, 31), "named", "oslo")
    assert told() == [("oslo", "replaced")]
    assert [one.ending for one in queries.our_reliances(acting("oslo-officer"))] == ["replaced"]
    assert [one.ending for one in queries.our_reliances(acting("barcelona-officer"))] == [None]


def test_narrowing_tells_those_who_do_not_see_it_any_more(acting, client_for, authority_ids, shared) -> None:
    rely(acting, shared.id)
    rely(acting, shared.id, "barcelona-officer")
    me = acting("stavanger-officer")
    with db.transaction():
        record = declarations.get_declaration(me, shared.id)
        change_audience(me, record, Audience.NAMED, [authority_ids["barcelona"]])
    assert told() == [("oslo", "unshared")]
    page = client_for("oslo-officer").get("/reliances").text
    assert "not shared with us any more" in page
    assert f"/declarations/{shared.id}" not in page
    stopped = client_for("oslo-officer").post("/reliances/stop", data={"declaration_id": str(shared.id)})
    assert stopped.status_code == 302
    assert queries.our_reliances(acting("oslo-officer")) == []


def test_widening_tells_nobody(acting, authority_ids, shared) -> None:
    me = acting("stavanger-officer")
    with db.transaction():
        record = declarations.get_declaration(me, shared.id)
        change_audience(me, record, Audience.NAMED, [authority_ids["oslo"]])
    deliver_all()
    rely(acting, shared.id)
    me = acting("stavanger-officer")
    with db.transaction():
        change_audience(me, declarations.get_declaration(me, shared.id), Audience.MEMBERS, [])
    assert told() == []


def test_a_withdrawal_and_a_reliance_at_once_leave_nobody_untold(acting, actor_of, shared) -> None:
    """Whichever comes first: either the reliance is refused, or the withdrawal knows of it."""
    acting("system")
    db.session.remove()
    owner, other = actor_of("stavanger-officer"), actor_of("oslo-officer")
    locked, tried, results = threading.Event(), threading.Event(), []

    def withdraw_slowly() -> None:
        db.set_scope(authority_id=owner.authority_id)
        with db.transaction():
            services.withdraw(owner, declarations.get_declaration(owner, shared.id), "Wrong")
            locked.set()
            tried.wait(timeout=2)  # the other one waits at the foreign key meanwhile
        db.session.remove()

    def rely_meanwhile() -> None:
        locked.wait(timeout=5)
        db.set_scope(authority_id=other.authority_id)
        try:
            with db.transaction():
                services.rely(other, shared.id)
            results.append("relied")
        except InvalidTransition:
            results.append("refused")
        finally:
            db.session.remove()
            tried.set()

    threads = [threading.Thread(target=step) for step in (withdraw_slowly, rely_meanwhile)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["refused"]
    acting("system")
    assert db.session.scalars(select(DeclarationReliance)).all() == []


def test_an_open_request_is_answered_by_another_citys_declaration(acting, client_for, authority_ids, shared) -> None:
    acting("system")
    with db.transaction():
        request_id = make_request(owner_id=authority_ids["oslo"], supplier_id=shared.supplier_id).id
    client = client_for("oslo-officer")
    page = client.get(f"/requests/{request_id}").text
    assert "City of Stavanger, effective" in page
    answer = {"declaration_id": str(shared.id)}
    assert (
        "answered with this declaration"
        in client.post(f"/requests/{request_id}/answer", data=answer, follow_redirects=True).text
    )
    assert len(queries.relying_on(acting("stavanger-officer"), shared.id)) == 1


def test_the_pages(acting, client_for, shared) -> None:
    client = client_for("oslo-officer")
    assert "/rely" in client.get(f"/declarations/{shared.id}").text
    page = client.get(f"/declarations/{shared.id}/rely").text
    assert "31 Jan 2026" in page
    done = client.post(f"/declarations/{shared.id}/rely", data={"purpose": "Contract 7"}, follow_redirects=True).text
    assert "You are told when it changes" in done
    assert "Contract 7" in done
    assert client.post(f"/declarations/{shared.id}/rely", data={}).status_code == 200, "twice is told on the page"
    owner = client_for("stavanger-officer")
    assert "City of Oslo" in owner.get(f"/declarations/{shared.id}/withdraw").text
    assert "Say why" in owner.post(f"/declarations/{shared.id}/withdraw", data={}).text
    gone = owner.post(f"/declarations/{shared.id}/withdraw", data={"reason": "Wrong list"}, follow_redirects=True).text
    assert "This declaration was withdrawn" in gone
    acting("system")
    assert db.session.get_one(Declaration, shared.id).withdrawn_at

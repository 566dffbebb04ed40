"""Telling that something is planned, and nothing else of it; and asking to be connected."""

import threading
from uuid import UUID

import pytest
from sqlalchemy import select

from portal import db
from portal.audits import queries as audits
from portal.audits.connecting import queries, services
from portal.audits.connecting.models import AuditAsk
from portal.audits.models import JointAudit
from portal.errors import BadInput, Conflict, Forbidden
from portal.notifications.models import Notice
from tests.events import deliver_all
from tests.factories.audits import make_audit
from tests.factories.registry import make_supplier

SAID = "Another member plans something here"


@pytest.fixture
def audit_id(acting, authority_ids) -> UUID:
    """An audit of Stockholm that Stavanger is invited to and the others do not see."""
    acting("system")
    with db.transaction():
        return make_audit(
            owner_id=authority_ids["stockholm"], invited=[authority_ids["stavanger"]], title="A secret title"
        ).id


@pytest.fixture
def supplier_id(audit_id) -> UUID:
    return db.session.get_one(JointAudit, audit_id).supplier_id


def hint(acting, audit_id: UUID, on: bool = True) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        services.set_hint(actor, audits.get_audit(actor, audit_id), hint=on)


def new_page(client_for, who: str, supplier_id: UUID) -> str:
    return client_for(who).get(f"/suppliers/{supplier_id}/audits/new").text


def test_without_the_choice_there_is_no_trace(acting, client_for, supplier_id) -> None:
    page = new_page(client_for, "oslo-officer", supplier_id)
    assert SAID not in page
    other = make_elsewhere(acting)
    assert page.replace(str(supplier_id), "").count("<section") == new_page(client_for, "oslo-officer", other).count(
        "<section"
    )
    actor = acting("oslo-officer")
    with pytest.raises(Conflict), db.transaction():
        services.ask(actor, supplier_id)
    assert client_for("oslo-officer").post(f"/suppliers/{supplier_id}/audits/ask").status_code == 409


def make_elsewhere(acting) -> UUID:
    acting("system")
    with db.transaction():
        return make_supplier().id


def test_with_it_only_this_much_is_said(acting, client_for, audit_id, supplier_id) -> None:
    hint(acting, audit_id)
    page = new_page(client_for, "oslo-officer", supplier_id)
    assert SAID in page
    said = page.split(SAID)[1].split("</form>")[0]
    assert "A secret title" not in page
    assert str(audit_id) not in page
    assert "Region Stockholm" not in said
    for who in ("stockholm-officer", "stavanger-officer"):
        assert SAID not in new_page(client_for, who, supplier_id), who
    assert SAID not in new_page(client_for, "oslo-officer", make_elsewhere(acting))
    for address in ("/audits", f"/suppliers/{supplier_id}", "/"):
        assert "A secret title" not in client_for("oslo-officer").get(address).text


def test_who_asks_is_shown_to_the_owner_once_and_learns_nothing(acting, client_for, audit_id, supplier_id) -> None:
    hint(acting, audit_id)
    client = client_for("oslo-officer")
    for _ in range(2):
        assert client.post(f"/suppliers/{supplier_id}/audits/ask").status_code == 302
        deliver_all()
    page = new_page(client_for, "oslo-officer", supplier_id)
    assert "You asked on" in page
    assert "Ask to be connected</" not in page
    assert client.get(f"/audits/{audit_id}").status_code == 404
    lead = client_for("stockholm-officer")
    assert "asks to be connected about" in lead.get("/inbox").text
    assert "Who asks to be connected" in lead.get(f"/audits/{audit_id}").text
    assert "Who asks to be connected" not in client_for("stavanger-officer").get(f"/audits/{audit_id}").text
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    assert len(db.session.scalars(select(Notice).where(Notice.kind == "audit_asked")).all()) == 1


def test_the_database_shows_the_asker_none_of_its_rows(acting, audit_id, supplier_id) -> None:
    hint(acting, audit_id)
    actor = acting("oslo-officer")
    with db.transaction():
        services.ask(actor, supplier_id)
    db.session.remove()
    actor = acting("oslo-officer")
    assert db.session.scalars(select(AuditAsk)).all() == []
    assert queries.hint_for(actor, supplier_id) is not None
    acting("stockholm-officer")
    assert len(db.session.scalars(select(AuditAsk)).all()) == 1


def test_what_is_taken_back_or_over_is_said_no_longer(acting, client_for, audit_id, supplier_id) -> None:
    hint(acting, audit_id)
    hint(acting, audit_id, on=False)
    assert SAID not in new_page(client_for, "oslo-officer", supplier_id)
    hint(acting, audit_id)
    acting("system")
    with db.transaction():
        audit = db.session.get_one(JointAudit, audit_id)
        audit.state, audit.state_reason = "cancelled", "No need"
    assert SAID not in new_page(client_for, "oslo-officer", supplier_id)


def test_only_the_lead_chooses_where_it_makes_a_difference(acting, client_for, authority_ids, audit_id) -> None:
    actor = acting("stavanger-officer")
    with pytest.raises(Forbidden), db.transaction():
        services.set_hint(actor, audits.get_audit(actor, audit_id), hint=True)
    acting("system")
    with db.transaction():
        seen = make_audit(owner_id=authority_ids["stockholm"], audience="members").id
    actor = acting("stockholm-officer")
    with pytest.raises(BadInput, match="All members"), db.transaction():
        services.set_hint(actor, audits.get_audit(actor, seen), hint=True)
    client = client_for("stockholm-officer")
    assert "something is planned at this supplier" not in client.get(f"/audits/{seen}").text
    assert client.post(f"/audits/{audit_id}/hint", data={"hinted": "y"}).status_code == 302
    assert audits.get_audit(acting("stockholm-officer"), audit_id).hinted
    assert client.post(f"/audits/{audit_id}/hint").status_code == 302
    assert not audits.get_audit(acting("stockholm-officer"), audit_id).hinted


def test_many_ask_at_once_and_the_owner_is_told_once_of_each(acting, actor_of, audit_id, supplier_id) -> None:
    hint(acting, audit_id)
    actor = actor_of("oslo-officer")

    def ask() -> None:
        db.set_scope(authority_id=actor.authority_id)
        with db.transaction():
            services.ask(actor, supplier_id)
        db.session.remove()

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver_all()
    db.set_scope(authority_id=None, system=True)
    assert len(db.session.scalars(select(AuditAsk)).all()) == 1
    assert len(db.session.scalars(select(Notice).where(Notice.kind == "audit_asked")).all()) == 1

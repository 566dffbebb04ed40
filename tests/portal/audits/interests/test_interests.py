"""Declarations before the notice: who made one, who has not, and that the supplier is told after the last one."""

import pytest
from sqlalchemy import select, text

from portal import db
from portal.audits import course, queries
from portal.audits.interests import services
from portal.audits.interests.models import AuditIndependence, AuditInterest
from portal.audits.rules import AuditState, Step
from portal.errors import BadInput, Forbidden, InvalidTransition
from tests.factories.audits import make_audit


@pytest.fixture
def audit_id(acting, authority_ids):
    """Stockholm's planned audit, seen by all, that Stavanger joined; Barcelona is invited."""
    acting("system")
    with db.transaction():
        audit = make_audit(
            owner_id=authority_ids["stockholm"],
            invited=[authority_ids["stavanger"], authority_ids["barcelona"]],
            state="planned",
            audience="members",
            named_ids=[],
        )
        for row in audit.participants:
            if row.authority_id == authority_ids["stavanger"]:
                row.answer = "joined"
        return audit.id


def run(actor, audit_id, service, *values, **named) -> None:
    with db.transaction():
        service(actor, queries.get_audit(actor, audit_id), *values, **named)
    db.session.expire_all()


def test_the_notice_waits_for_every_declaration_and_the_auditor(acting, audit_id) -> None:
    lead, buyer = "stockholm-officer", "stavanger-officer"
    for declare, words in (
        (lambda: None, "2 authorities have not declared"),
        (lambda: run(acting(lead), audit_id, services.declare, None), "1 authority has not declared"),
        (lambda: run(acting(buyer), audit_id, services.declare, "Owns shares"), "independence is not recorded"),
    ):
        declare()
        with pytest.raises(BadInput, match=words):
            run(acting(lead), audit_id, course.go_on, Step.NOTIFY)
    run(acting(lead), audit_id, services.record_independence, "Nord Audit", "No work for the supplier.")
    run(acting(lead), audit_id, course.go_on, Step.NOTIFY)
    assert queries.get_audit(acting(lead), audit_id).state == AuditState.NOTIFIED


def test_only_who_joined_declares_and_only_the_lead_records(acting, audit_id) -> None:
    with pytest.raises(InvalidTransition):
        run(acting("barcelona-officer"), audit_id, services.declare, None)
    for persona in ("oslo-officer", "stockholm-reader"):
        with pytest.raises(Forbidden):
            run(acting(persona), audit_id, services.declare, None)
    with pytest.raises(Forbidden):
        run(acting("stavanger-officer"), audit_id, services.record_independence, "Nord", "None")
    for firm, statement, field in ((" ", "None", "firm"), ("Nord", " ", "statement")):
        with pytest.raises(BadInput) as caught:
            run(acting("stockholm-officer"), audit_id, services.record_independence, firm, statement)
        assert caught.value.field == field
    acting("system")
    with db.transaction():
        db.session.execute(text("UPDATE joint_audit SET state = 'cancelled'"))
    db.session.expire_all()
    with pytest.raises(InvalidTransition):
        run(acting("stockholm-officer"), audit_id, services.declare, None)


def test_declarations_are_read_by_those_who_take_part_even_past_the_query(acting, audit_id) -> None:
    run(acting("stavanger-officer"), audit_id, services.declare, "Owns shares")
    run(acting("stockholm-officer"), audit_id, services.record_independence, "Nord", "None")
    for persona, number in (("stockholm-officer", 1), ("barcelona-officer", 1), ("oslo-officer", 0)):
        acting(persona)
        assert len(db.session.scalars(select(AuditInterest)).all()) == number
        assert len(db.session.scalars(select(AuditIndependence)).all()) == number
    acting("stockholm-officer")
    with db.transaction():  # not even the lead writes for another
        changed = db.session.execute(text("UPDATE audit_interest SET conflict = NULL RETURNING audit_id")).all()
    assert changed == []


def test_through_the_screens(client_for, audit_id) -> None:
    page = f"/audits/{audit_id}"
    lead, buyer, stranger = (client_for(f"{slug}-officer") for slug in ("stockholm", "stavanger", "oslo"))
    assert "Not declared yet:" in lead.get(page).text
    assert "2 authorities have not declared" in lead.post(f"{page}/step", data={"step": "notify"}).text
    undescribed = buyer.post(f"{page}/interests", data={"has_conflict": "yes"})
    assert "Describe it, for those who take part." in undescribed.text
    conflict = {"has_conflict": "yes", "conflict": "We own a share of the supplier."}
    assert "Your declaration is saved." in buyer.post(f"{page}/interests", data=conflict, follow_redirects=True).text
    assert "We own a share of the supplier." in lead.get(f"{page}/interests").text
    lead.post(f"{page}/interests", data={"has_conflict": "no", "conflict": "typed and taken back"})
    seen = buyer.get(f"{page}/interests").text
    assert "No conflict of interest." in seen
    assert "typed and taken back" not in seen
    assert "Write who audits." in lead.post(f"{page}/independence", data={"statement": "None"}).text
    recorded = lead.post(
        f"{page}/independence", data={"firm": "Nord Audit", "statement": "None"}, follow_redirects=True
    )
    assert "The auditor’s independence is recorded." in recorded.text
    assert "All have declared" in buyer.get(page).text
    for answer in (stranger.get(f"{page}/interests"), stranger.post(f"{page}/interests", data=conflict)):
        assert answer.status_code == 403
    for secret in ("Nord Audit", "Conflicts of interest"):
        assert secret not in stranger.get(page).text

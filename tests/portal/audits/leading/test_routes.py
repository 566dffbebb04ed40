"""The page on the lead: offered, accepted, reminded; and a late answer accepted on the page of the audit."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from portal import db
from portal.clock import today
from tests.factories.audits import make_audit


@pytest.fixture
def page_of(acting, authority_ids):
    def make(**values) -> str:
        acting("system")
        with db.transaction():
            invited = [authority_ids["stavanger"]]
            audit = make_audit(owner_id=authority_ids["stockholm"], **{"invited": invited, **values})
            db.session.execute(text("UPDATE audit_participant SET answer = 'joined' WHERE role = 'co_buyer'"))
            return f"/audits/{audit.id}"

    return make


def test_the_lead_goes_from_one_to_the_other(client_for, page_of, authority_ids) -> None:
    page = page_of()
    lead, buyer = client_for("stockholm-officer"), client_for("stavanger-officer")
    wrong = lead.post(f"{page}/lead/offer", data={"to": str(authority_ids["oslo"])})
    assert "Not a valid choice" in wrong.text
    offer = {"to": str(authority_ids["stavanger"])}
    assert "The lead is offered." in lead.post(f"{page}/lead/offer", data=offer, follow_redirects=True).text
    assert "The lead is offered to City of Stavanger, who has not answered yet." in lead.get(page).text
    assert "Accept or decline the lead" in buyer.get("/").text
    assert "The lead is offered to you" in buyer.get(f"{page}/lead").text
    taken = buyer.post(f"{page}/lead/answer", data={"accept": "1"}, follow_redirects=True)
    assert "Your authority leads the audit now." in taken.text
    assert "City of Stavanger leads this audit." in lead.get(f"{page}/lead").text
    assert lead.post(f"{page}/lead/offer", data=offer).status_code == 403
    assert buyer.post(f"{page}/lead/answer", data={"accept": "1"}).status_code == 409


def test_an_offer_is_declined(client_for, page_of, authority_ids) -> None:
    page = page_of()
    client_for("stockholm-officer").post(f"{page}/lead/offer", data={"to": str(authority_ids["stavanger"])})
    declined = client_for("stavanger-officer").post(f"{page}/lead/answer", data={}, follow_redirects=True)
    assert "You have declined the lead." in declined.text


def test_a_lead_that_does_not_act(client_for, acting, page_of) -> None:
    past = today() - timedelta(days=60)
    page = page_of(
        state="planned", starts_on=today() - timedelta(days=10), active_on=past, audience="members", named_ids=[]
    )
    lead, buyer = client_for("stockholm-officer"), client_for("stavanger-officer")
    assert "Remind the lead" not in lead.get(f"{page}/lead").text
    assert "Remind the lead" in buyer.get(f"{page}/lead").text
    assert buyer.post(f"{page}/lead/take").status_code == 409
    assert "The lead was reminded on" in buyer.post(f"{page}/lead/remind", follow_redirects=True).text
    acting("system")
    with db.transaction():
        db.session.execute(text("UPDATE joint_audit SET reminded_on = reminded_on - 8"))
    assert "Take over the lead" in buyer.get(f"{page}/lead").text
    assert "Your authority leads the audit now." in buyer.post(f"{page}/lead/take", follow_redirects=True).text
    stranger = client_for("oslo-officer")
    assert stranger.get(f"{page}/lead").status_code == 403


def test_a_late_answer_waits_for_the_lead(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        audit = make_audit(
            owner_id=authority_ids["stockholm"],
            invited=[authority_ids["stavanger"]],
            answer_by=today() - timedelta(days=1),
        )
        page = f"/audits/{audit.id}"
    lead, buyer = client_for("stockholm-officer"), client_for("stavanger-officer")
    assert "No answer in time" in lead.get(page).text
    answered = buyer.post(f"{page}/answer", data={"answer": "joined"}, follow_redirects=True)
    assert "You answered late. The lead authority is asked." in answered.text
    assert "Would join, late" in lead.get(page).text
    assert lead.post(f"{page}/late", data={}).status_code == 400
    accepted = lead.post(f"{page}/late", data={"authority": str(authority_ids["stavanger"])}, follow_redirects=True)
    assert "The authority takes part now." in accepted.text
    assert "Would join, late" not in accepted.text

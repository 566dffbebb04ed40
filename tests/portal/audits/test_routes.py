"""The pages of joint audits, through the screens and without JavaScript: two cities and one stranger."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.audits.models import JointAudit
from portal.authorities.models import Authority
from portal.authorities.queries import all_authorities
from portal.clock import today
from tests.factories.audits import make_audit
from tests.factories.registry import make_supplier

FIRST = today() + timedelta(days=30)


@pytest.fixture
def supplier(acting):
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        assert len(supplier.sites) == 1
        return supplier


def form(supplier, **values) -> dict[str, object]:
    return {
        "title": "Working hours and minerals",
        "audit_type": "site",
        "site": str(supplier.sites[0].id),
        "scope": "Clauses 7.2 and 7.6.\nNot fire safety.",
        "starts_on": FIRST.strftime("%d.%m.%Y"),
        "ends_on": (FIRST + timedelta(days=1)).strftime("%d.%m.%Y"),
        "answer_by": (today() + timedelta(days=14)).strftime("%d.%m.%Y"),
        "audience": "owner",
        **values,
    }


def address_of_audit(acting) -> str:
    acting("system")
    return f"/audits/{db.session.scalars(select(JointAudit.id)).one()}"


def test_from_proposal_to_plan(client_for, acting, supplier, authority_ids) -> None:
    lead = client_for("stockholm-officer")
    new = f"/suppliers/{supplier.id}/audits/new"
    assert "1 Main Street, Halden" in lead.get(new).text
    page = lead.post(
        new,
        data=form(supplier, invited=["", f"{authority_ids['stavanger']}:co_buyer", ""]),
        follow_redirects=True,
    )
    assert "The audit is proposed." in page.text
    assert "Region Stockholm, City of Stavanger" in page.text  # who sees it

    audit = address_of_audit(acting)
    invited = client_for("stavanger-officer")
    assert "Answer the invitation" in invited.get(audit).text
    assert client_for("oslo-officer").get(audit).status_code == 404

    nothing_chosen = invited.post(f"{audit}/answer", data={"note": "One auditor"})
    assert "Please check this" in nothing_chosen.text
    assert "One auditor" in nothing_chosen.text
    joined = invited.post(f"{audit}/answer", data={"answer": "joined", "note": "One auditor"}, follow_redirects=True)
    assert "You take part in this audit." in joined.text
    assert "Change your answer" in joined.text

    seen = lead.get(audit).text
    assert "One auditor" in seen
    assert "Plan without waiting" not in seen
    planned = lead.post(f"{audit}/plan", follow_redirects=True)
    assert "The audit is planned." in planned.text
    assert invited.post(f"{audit}/answer", data={"answer": "declined"}).status_code == 409
    assert "Your answer" not in invited.get(audit).text


def test_the_lead_says_that_it_does_not_wait(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        audit = make_audit(owner_id=authority_ids["stockholm"], invited=[authority_ids["stavanger"]])
    lead = client_for("stockholm-officer")
    refused = lead.post(f"/audits/{audit.id}/plan")
    assert "Not everybody has answered." in refused.text
    assert "City of Stavanger has not answered yet." in refused.text
    assert (
        "The audit is planned."
        in lead.post(f"/audits/{audit.id}/plan", data={"without_waiting": "y"}, follow_redirects=True).text
    )


def test_cancelling_asks_for_a_reason_and_shows_it(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        audit = make_audit(owner_id=authority_ids["stockholm"], invited=[authority_ids["stavanger"]])
    lead = client_for("stockholm-officer")
    assert "Say why, for those who take part." in lead.post(f"/audits/{audit.id}/stop", data={"step": "cancel"}).text
    lead.post(f"/audits/{audit.id}/stop", data={"step": "cancel", "reason": "The line is closed in January."})
    seen = client_for("stavanger-officer").get(f"/audits/{audit.id}").text
    assert "This audit is cancelled" in seen
    assert "The line is closed in January." in seen
    assert lead.post(f"/audits/{audit.id}/plan").status_code == 409


def test_more_are_invited_on_the_page_of_the_audit(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        audit = make_audit(owner_id=authority_ids["stockholm"])
    lead = client_for("stockholm-officer")
    assert "No authority is chosen." in lead.post(f"/audits/{audit.id}/invite", data={"invited": ""}).text
    assert "This is no invitation." in lead.post(f"/audits/{audit.id}/invite", data={"invited": "x:lead"}).text
    lead.post(f"/audits/{audit.id}/invite", data={"invited": f"{authority_ids['oslo']}:observer"})
    assert client_for("oslo-officer").get(f"/audits/{audit.id}").status_code == 200


def test_a_booked_site_is_told_at_the_window_without_its_owner(client_for, acting, supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        secret = make_audit(
            owner_id=authority_ids["stockholm"], supplier=db.session.merge(supplier), starts_on=FIRST, title="Secret"
        )
    page = client_for("oslo-officer").post(f"/suppliers/{supplier.id}/audits/new", data=form(supplier))
    assert page.status_code == 409
    assert "This site is already booked in this window." in page.text
    assert 'id="starts_on-error"' in page.text
    for leak in ("Secret", str(secret.id)):
        assert leak not in page.text
    assert "Working hours and minerals" in page.text  # nothing typed is lost


def test_the_audit_that_holds_the_days_is_linked_for_those_who_may_see_it(
    client_for, acting, supplier, authority_ids
) -> None:
    acting("system")
    with db.transaction():
        shared = make_audit(
            owner_id=authority_ids["stockholm"],
            supplier=db.session.merge(supplier),
            starts_on=FIRST,
            audience="members",
            title="Shared visit",
        )
    new = f"/suppliers/{supplier.id}/audits/new"
    client = client_for("oslo-officer")
    assert "This supplier has an audit already" in client.get(new).text
    page = client.post(new, data=form(supplier))
    assert f'href="/audits/{shared.id}"' in page.text
    assert "See the audit that holds these days: Shared visit" in page.text


def test_a_new_site_needs_its_address_and_is_added(client_for, acting, supplier) -> None:
    client = client_for("stavanger-officer")
    new = f"/suppliers/{supplier.id}/audits/new"
    refused = client.post(new, data=form(supplier, site="new"))
    assert "Write the address of the site, or choose one of the list." in refused.text
    known = client.post(new, data=form(supplier, site="new", new_address="1 Main Street, Halden"))
    assert "The supplier has a site at this address." in known.text
    page = client.post(
        new, data=form(supplier, site="new", new_address="8 Dock Road", new_city="Halden"), follow_redirects=True
    )
    assert "8 Dock Road" in page.text


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"title": " "}, "Give the audit a title."),
        ({"scope": ""}, "Say what the audit looks at."),
        ({"starts_on": "soon"}, "“soon” is not a date"),
        ({"starts_on": "", "ends_on": ""}, "Say on which day it begins."),
        ({"ends_on": "1.1.2020"}, "The audit ends before it begins."),
        ({"audit_type": "party"}, "Not a valid choice"),
        ({"site": "00000000-0000-0000-0000-000000000000"}, "Not a valid choice"),
        ({"audience": "named"}, "Choose at least one authority"),
        ({"invited": "nobody:co_buyer"}, "This is no invitation."),
        ({"invited": "00000000-0000-0000-0000-000000000000:observer"}, "This authority cannot be invited."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(client_for, acting, supplier, values, message) -> None:
    page = client_for("stavanger-officer").post(f"/suppliers/{supplier.id}/audits/new", data=form(supplier, **values))
    assert page.status_code == 200
    assert message in page.text
    assert "Please check this" in page.text
    acting("system")
    assert db.session.scalars(select(JointAudit)).all() == []


def test_the_calendar_and_the_list_show_the_same(client_for, acting, supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        make_audit(
            owner_id=authority_ids["stockholm"],
            supplier=db.session.merge(supplier),
            audience="members",
            title="Final assembly",
            state="planned",
            starts_on=date(2027, 1, 7),
            ends_on=date(2027, 1, 8),
        )
        make_audit(owner_id=authority_ids["barcelona"], title="Kept to ourselves", starts_on=date(2027, 1, 12))
    client = client_for("stavanger-officer")
    page = client.get("/audits?month=2027-01").text
    assert "January 2027" in page
    assert page.count("Halden Computing AB, 1 Main Street, Halden, day 1, planned") == 1
    assert page.count("Halden Computing AB, 1 Main Street, Halden, day 2, planned") == 1
    assert page.count("Final assembly") == 1
    assert "7–8 Jan 2027" in page.replace("\u2009", "")
    assert "month=2026-12" in page
    assert "month=2027-02" in page
    assert "Kept to ourselves" not in page
    assert "No audit of this choice" in client.get("/audits?month=2027-01&show=ours").text
    assert "No audit of this choice" in client.get("/audits?month=2027-01&show=followed").text
    assert "No audit in March 2027" in client.get("/audits?month=2027-03").text


def test_a_week_and_a_list_of_the_same_audits(client_for, acting, supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        make_audit(
            owner_id=authority_ids["stockholm"],
            supplier=db.session.merge(supplier),
            audience="members",
            title="Final assembly",
            state="planned",
            starts_on=date(2027, 1, 7),
            ends_on=date(2027, 1, 8),
        )
        make_audit(
            owner_id=authority_ids["barcelona"],
            title="Kept to ourselves",
            starts_on=date(2026, 12, 20),
            audience="owner",
        )
    client = client_for("stavanger-officer")
    week = client.get("/audits?week=2027-W01&show=all").text
    assert "Week 1, 4–10 Jan 2027" in week.replace("\u2009", "")
    assert week.count("day 2, planned") == 1
    assert "week=2026-W53" in week
    listed = client.get("/audits?year=2026-12").text
    assert "Final assembly" in listed
    assert "day 2, planned" not in listed
    assert "month=2026-12" in listed
    empty = client.get("/audits?month=2026-12").text
    assert "No audit in December 2026" in empty
    assert "month=2027-01" in empty.split("No audit in December 2026")[1]
    assert "Go to the next audit" not in client.get("/audits?month=2027-03").text


def test_two_audits_of_one_site_are_pointed_out_to_the_lead(client_for, acting, supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        site = db.session.merge(supplier)
        make_audit(owner_id=authority_ids["stockholm"], supplier=site, starts_on=date(2027, 1, 7), title="Ours")
        make_audit(
            owner_id=authority_ids["barcelona"],
            supplier=site,
            starts_on=date(2027, 1, 28),
            title="Theirs",
            audience="members",
        )
    page = client_for("stockholm-officer").get("/audits?month=2027-01").text
    assert "Barcelona City Council audits the same site within a year of your audit" in page
    assert "Same site as another audit" in page
    assert "within a year of your audit" not in client_for("oslo-officer").get("/audits?month=2027-01").text


def test_a_month_that_is_none_is_a_clear_message(client_for) -> None:
    page = client_for("stavanger-officer").get("/audits?month=2027-99")
    assert page.status_code == 400
    assert "There is no month “2027-99”." in page.text


def test_a_reader_sees_no_buttons_that_it_may_not_press(client_for, acting, supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        audit = make_audit(owner_id=authority_ids["stockholm"])
    reader = client_for("stockholm-reader")
    assert "Plan the audit" not in reader.get(f"/audits/{audit.id}").text
    assert reader.post(f"/audits/{audit.id}/plan").status_code == 403
    assert reader.get(f"/suppliers/{supplier.id}/audits/new").status_code == 403


def test_the_date_to_answer_by_leaves_each_member_its_ten_working_days(
    client_for, acting, supplier, authority_ids, monkeypatch
) -> None:
    acting("system")
    with db.transaction():
        for authority in all_authorities():
            authority.country = "SE"
        db.session.get_one(Authority, authority_ids["oslo"]).country = "NO"
    monkeypatch.setattr("portal.audits.routes.today", lambda: date(2027, 5, 10))
    page = client_for("stockholm-officer").get(f"/suppliers/{supplier.id}/audits/new").text
    # Sweden alone would have Monday 24 May; 17 May (a Monday) is also the Whit Monday of 2027, free in Norway only.
    assert re.search(r'name="answer_by"[^>]*value="25\.0?5\.2027"|value="25\.0?5\.2027"[^>]*name="answer_by"', page)

"""An audit's course through the screens: each step on its page, and what the others see of it."""

import re
from datetime import timedelta

import pytest

from portal import db
from portal.clock import today
from tests.factories.audits import declare_all, make_audit
from tests.factories.registry import make_supplier

DAY = timedelta(days=1)


def written(day) -> str:
    return day.strftime("%d.%m.%Y")


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


@pytest.fixture
def audit_of(acting, authority_ids):
    def make(**values):
        acting("system")
        with db.transaction():
            audit = make_audit(
                owner_id=authority_ids["stockholm"], **{"invited": [authority_ids["stavanger"]], **values}
            )
            declare_all(audit)
            return audit

    return make


def test_from_the_notice_to_the_end(client_for, audit_of) -> None:
    first = today() - 30 * DAY
    page = f"/audits/{audit_of(state='planned', starts_on=first).id}"
    lead, invited = client_for("stockholm-officer"), client_for("stavanger-officer")
    assert "Send the notice to the supplier, four weeks before the first day. By: You, as the lead" in text_of(
        lead.get(page)
    )
    refused = lead.post(f"{page}/step", data={"step": "notify", "on": written(today() + DAY)})
    assert "The day is in the future." in refused.text
    days = {"notify": first - 28 * DAY, "confirm": first - 7 * DAY, "begin": first, "finish": first + DAY}
    for step, on in days.items():
        answer = lead.post(f"{page}/step", data={"step": step, "on": written(on)}, follow_redirects=True)
        assert "Saved. Who takes part is told." in answer.text
    seen = text_of(invited.get(page))
    assert "Share the report with the supplier. By: Region Stockholm" in seen
    assert "The visit has begun" not in seen  # the lead's button
    lead.post(f"{page}/step", data={"step": "share_report", "on": written(today())})
    assert "The supplier checks the facts of the report within ten days. By: The supplier" in text_of(lead.get(page))
    assert lead.post(f"{page}/step", data={"step": "agree_plan"}).status_code == 409
    assert "The plan is agreed" not in lead.get(page).text
    lead.post(f"{page}/remarks", data={"remarks_on": written(today()), "remarks": "Line 3 was closed."})
    assert "Line 3 was closed." in invited.get(page).text
    for step in ("agree_plan", "follow_up", "close"):
        assert lead.post(f"{page}/step", data={"step": step, "on": written(today())}).status_code == 302
    closed = text_of(lead.get(page))
    assert "What comes next" not in closed
    assert "Decide" not in closed
    assert "Add a finding" in closed


def test_remarks_are_read_by_those_who_take_part(client_for, audit_of) -> None:
    audit = audit_of(
        state="report_review",
        audience="members",
        named_ids=[],
        starts_on=today() - 9 * DAY,
        report_on=today(),
        remarks_on=today(),
        remarks="Line 3 was closed.",
    )
    assert "Line 3 was closed." in client_for("stavanger-officer").get(f"/audits/{audit.id}").text
    stranger = client_for("oslo-officer").get(f"/audits/{audit.id}").text
    assert "Line 3 was closed." not in stranger
    assert "Only those who take part see them." in stranger


def test_a_notice_that_the_supplier_did_not_answer_in_time_is_pointed_out(client_for, audit_of) -> None:
    page = f"/audits/{audit_of(state='notified', notice_on=today() - 30 * DAY).id}"
    seen = text_of(client_for("stavanger-officer").get(page))
    assert "Notice sent to the supplier" in seen
    assert "Overdue" in seen
    assert "2 days overdue" in seen


def test_postponed_and_planned_anew(client_for, audit_of) -> None:
    page = f"/audits/{audit_of(state='notified').id}"
    lead = client_for("stockholm-officer")
    unsaid = lead.post(f"{page}/stop", data={"step": "postpone", "reason": " "})
    assert 'href="#reason-postpone"' in unsaid.text
    assert unsaid.text.count("Say why, for those who take part.") == 2  # on top and at its field
    lead.post(f"{page}/stop", data={"step": "postpone", "reason": "Flood at the works"})
    put_off = client_for("stavanger-officer").get(page).text
    assert "This audit is postponed" in put_off
    assert "Flood at the works" in put_off
    assert "Your drafts and postponed audits" in lead.get("/audits").text
    past = {"starts_on": "1.1.2020", "ends_on": "1.1.2020"}
    assert "The first day has passed already." in lead.post(f"{page}/replan", data=past).text
    later = written(today() + 90 * DAY)
    answer = lead.post(f"{page}/replan", data={"starts_on": later, "ends_on": later}, follow_redirects=True)
    assert "The audit is planned in its new days." in answer.text
    assert "Flood at the works" not in answer.text


def test_a_step_that_is_none_is_a_clear_message(client_for, audit_of) -> None:
    page = f"/audits/{audit_of(state='planned').id}"
    lead = client_for("stockholm-officer")
    for endpoint in ("step", "stop"):
        answer = lead.post(f"{page}/{endpoint}", data={"step": "party", "reason": "x"})
        assert answer.status_code == 400
        assert "There is no such step." in answer.text


def test_a_draft_is_kept_changed_proposed_or_thrown_away(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        site_id = supplier.sites[0].id
    form = {
        "title": "Half written",
        "audit_type": "office",
        "site": str(site_id),
        "scope": "Clauses",
        "starts_on": written(today() + 30 * DAY),
        "ends_on": written(today() + 30 * DAY),
        "answer_by": written(today() + 10 * DAY),
        "audience": "members",
        "invited": f"{authority_ids['oslo']}:observer",
    }
    lead, other = client_for("stockholm-officer"), client_for("oslo-officer")
    new = f"/suppliers/{supplier.id}/audits/new"
    kept = lead.post(new, data={**form, "draft": "1"})
    page = kept.headers["Location"]
    assert "Only your authority sees it." in lead.get(page).text
    assert "Half written" in lead.get("/audits").text
    for address in (page, "/audits", new, f"/suppliers/{supplier.id}", "/"):
        assert "Half written" not in other.get(address).text
    assert other.get(page).status_code == 404
    edit = lead.get(f"{page}/edit").text
    assert "Half written" in edit
    assert re.search(rf'value="{authority_ids["oslo"]}:observer" selected', edit)
    lead.post(f"{page}/edit", data={**form, "title": "Written", "draft": "1"})
    assert "Written" in lead.get(page).text
    proposed = lead.post(f"{page}/edit", data={**form, "title": "Written"}, follow_redirects=True)
    assert "The audit is proposed." in proposed.text
    assert "Answer the invitation" in other.get(page).text
    assert lead.get(f"{page}/edit").status_code == 302
    assert lead.post(f"{page}/discard").status_code == 409
    again = lead.post(new, data={**form, "draft": "1"}).headers["Location"]
    assert "The draft is thrown away." in lead.post(f"{again}/discard", follow_redirects=True).text
    assert lead.get(again).status_code == 404

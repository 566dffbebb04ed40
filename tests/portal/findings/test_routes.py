"""The pages of findings, through the screens and without JavaScript: two persons of one city, and other cities."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from portal import db
from portal.clock import today
from portal.findings.models import Finding, FindingRelease
from tests.factories.audits import make_audit
from tests.factories.findings import make_finding, make_release
from tests.factories.registry import make_supplier

OFFICER, COLLEAGUE = "stockholm-officer", "stockholm-coordinator"


def written(day) -> str:
    return day.strftime("%d.%m.%Y")


@pytest.fixture
def supplier(acting):
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        assert len(supplier.sites) == 1
        return supplier


def finding_form(**values) -> dict[str, object]:
    return {
        "title": "Wages are withheld",
        "severity": "major",
        "found_on": written(today()),
        "description": "Payslips show deductions at Secret Subcontractor.",
        "summary": "Deductions from wages in final assembly.",
        "disclosure": "members",
        "audience": "owner",
        **values,
    }


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def test_from_an_audit_to_a_verified_remedy(client_for, acting, supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        audit = make_audit(owner_id=authority_ids["stockholm"], supplier=supplier, state="report_review")
    db.session.remove()
    officer = client_for(OFFICER)
    assert "No finding yet" in text_of(officer.get(f"/audits/{audit.id}"))
    start = f"/suppliers/{supplier.id}/findings/new?audit={audit.id}"
    assert f'selected value="{audit.id}"' in officer.get(start).get_data(as_text=True)
    saved = officer.post(start, data=finding_form(audit_id=str(audit.id)))
    assert saved.status_code == 302
    page = saved.headers["Location"]
    assert "Wages are withheld" in text_of(officer.get(f"/audits/{audit.id}"))

    stranger = client_for("oslo-officer")
    assert stranger.get(page).status_code == 404
    assert "There is no dated plan yet" in text_of(officer.post(f"{page}/release"))
    assert "The plan has no action yet" in text_of(officer.post(f"{page}/step", data={"step-kind": "plan_agreed"}))
    action = {
        "action-text": "Pay back",
        "action-responsible": "supplier",
        "action-due_on": written(today() + timedelta(days=20)),
    }
    assert officer.post(f"{page}/actions", data=action).status_code == 302
    for kind in ("plan_agreed", "started"):
        assert officer.post(f"{page}/step", data={"step-kind": kind}).status_code == 302
    assert officer.post(f"{page}/release").status_code == 302
    reply = {"reply-text": "We pay it back.", "reply-received": "mail", "reply-received_on": written(today())}
    assert officer.post(f"{page}/reply", data=reply).status_code == 302

    shown = text_of(stranger.get(f"/suppliers/{supplier.id}"))
    assert "Deductions from wages in final assembly." in shown
    assert "Being handled: 1" in shown
    assert "Wages are withheld" not in shown
    acting("system")
    released = db.session.scalars(select(FindingRelease.id)).one()
    mine = db.session.scalars(select(Finding)).one().actions[0].id
    db.session.remove()
    summary = text_of(stranger.get(f"/findings/summaries/{released}"))
    assert "We pay it back." in summary
    assert "Secret Subcontractor" not in summary
    assert "Pay back" not in summary

    done = {"progress-action": str(mine), "progress-state": "done", "progress-progress": "Paid"}
    assert officer.post(f"{page}/progress", data=done).status_code == 302
    assert officer.post(f"{page}/step", data={"step-kind": "submitted"}).status_code == 302
    assert "A second person verifies" in text_of(officer.get(page))
    verify = {"step-kind": "verified", "step-note": "Payslips compared"}
    refused = officer.post(f"{page}/step", data=verify)
    assert refused.status_code == 200  # the choice is not offered to who submitted it

    colleague = client_for(COLLEAGUE)
    assert "Verify the remedy of “Wages are withheld”" in text_of(colleague.get("/"))
    assert "There is no evidence yet" in text_of(colleague.post(f"{page}/step", data=verify))
    file = {"evidence-file": (BytesIO(b"%PDF-1.7"), "payslips.pdf"), "evidence-note": "Repaid"}
    assert officer.post(f"{page}/evidence", data=file).status_code == 302
    shown = officer.get(page).text
    assert "payslips.pdf" in shown
    assert "Repaid" in shown
    assert colleague.post(f"{page}/step", data=verify).status_code == 302
    assert "Closed on" in text_of(stranger.get(f"/findings/summaries/{released}"))
    assert "Green" in text_of(stranger.get(f"/suppliers/{supplier.id}"))


def test_more_time_is_approved_by_a_colleague(client_for, acting, supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        finding = make_finding(owner_id=authority_ids["stockholm"], supplier=supplier)
    db.session.remove()
    officer, colleague, page = client_for(OFFICER), client_for(COLLEAGUE), f"/findings/{finding.id}"
    later = {"extension-new_due": written(today() + timedelta(days=120)), "extension-reason": "Flood"}
    assert officer.post(f"{page}/extension", data=later).status_code == 302
    assert officer.post(f"{page}/extension/decide", data={"approve": "1"}).status_code == 403
    assert "Decide on more time" in text_of(colleague.get("/"))
    assert colleague.post(f"{page}/extension/decide", data={"approve": "1"}).status_code == 302
    assert "Flood" in text_of(officer.get(page))
    acting(OFFICER)
    assert db.session.scalars(select(Finding.close_due)).one() == today() + timedelta(days=120)


def test_the_list_is_narrowed_in_its_address_and_so_are_its_files(client_for, acting, supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        for title, severity in (("Withheld wages", "critical"), ("=HYPERLINK", "minor")):
            make_finding(owner_id=authority_ids["stockholm"], supplier=supplier, title=title, severity=severity)
        make_finding(owner_id=authority_ids["oslo"], supplier=supplier, title="Hidden from Stockholm")
    db.session.remove()
    officer = client_for(OFFICER)
    everything = text_of(officer.get("/findings"))
    assert "Withheld wages" in everything
    assert "Hidden" not in everything
    assert "Withheld wages" not in text_of(officer.get("/findings?severity=minor&due=in_time&light=yellow"))
    assert "No finding fits" in text_of(officer.get("/findings?state=closed"))
    assert officer.get("/findings?severity=nonsense&light=pink&after=x").status_code in (200, 400)
    rows = officer.get("/findings.csv?severity=minor").get_data(as_text=True).splitlines()
    assert len(rows) == 2
    assert "'=HYPERLINK" in rows[1]
    assert officer.get("/findings.xlsx").data.startswith(b"PK")


def test_the_second_of_two_editors_is_told(client_for, acting, supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        finding = make_finding(owner_id=authority_ids["stockholm"], supplier=supplier)
    db.session.remove()
    officer, page = client_for(OFFICER), f"/findings/{finding.id}/edit"
    assert officer.post(page, data=finding_form(version="1", title="First")).status_code == 302
    second = officer.post(page, data=finding_form(version="1", title="Second"))
    assert second.status_code == 409
    assert "A colleague has changed" in text_of(second)
    acting(OFFICER)
    assert db.session.scalars(select(Finding.title)).one() == "First"


def test_wrong_forms_say_what_is_wrong(client_for, acting, supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        finding = make_finding(
            owner_id=authority_ids["stockholm"],
            supplier=supplier,
            audience="named",
            named_ids=[authority_ids["stavanger"]],
        )
        release = make_release(owner_id=authority_ids["stockholm"])
    db.session.remove()
    officer, other = client_for(OFFICER), client_for("stavanger-officer")
    empty = text_of(officer.post(f"/suppliers/{supplier.id}/findings/new", data={}))
    assert "Give the finding a title." in empty
    assert "Say what is done." in text_of(officer.post(f"/findings/{finding.id}/actions", data={}))
    assert "Enter the reply." in text_of(officer.post(f"/findings/{finding.id}/reply", data={}))
    assert other.get(f"/findings/{finding.id}").status_code == 200
    assert other.post(f"/findings/{finding.id}/reply", data={}).status_code == 403
    assert other.get(f"/findings/summaries/{release.id}").status_code == 404

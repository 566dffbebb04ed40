"""The page of who attends an audit."""

import re
from datetime import timedelta

import pytest

from portal import db
from portal.audits.models import AuditDate
from portal.clock import today
from tests.factories.audits import make_audit

FIRST = today() + timedelta(days=14)


@pytest.fixture
def page(acting, authority_ids) -> str:
    acting("system")
    with db.transaction() as session:
        audit = make_audit(owner_id=authority_ids["stockholm"], invited=[authority_ids["stavanger"]], state="planned")
        audit.participants[1].answer = "joined"
        session.add(AuditDate(audit_id=audit.id, starts_on=FIRST, ends_on=FIRST, reader_ids=[]))
        return f"/audits/{audit.id}"


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_booked_and_let_go(client_for, page) -> None:
    lead, other = client_for("stockholm-officer"), client_for("stavanger-officer")
    assert "People and auditors" in lead.get(page).text
    empty = lead.get(f"{page}/attendance").text
    assert "Nobody is booked yet" in empty
    assert "Our people" in empty
    person = re.findall(r'value="(person:[^"]+)"', empty)[0]
    days = {"first_day": f"{FIRST:%d.%m.%Y}", "last_day": f"{FIRST:%d.%m.%Y}"}
    assert "Booked." in lead.post(f"{page}/attendance", data={"who": person, **days}, follow_redirects=True).text
    again = lead.post(f"{page}/attendance", data={"who": person, **days})
    assert "Is booked for an audit on these days already" in again.text
    nameless = lead.post(f"{page}/attendance", data={"who": "new", **days})
    assert "Write the name of the firm." in nameless.text
    firm = {"who": "new", "new_auditor": "Prüfhaus Nord", **days}
    assert "Prüfhaus Nord" in lead.post(f"{page}/attendance", data=firm, follow_redirects=True).text
    assert "Prüfhaus Nord" not in other.get(f"{page}/attendance").text
    booking = re.findall(r'name="booking" value="([^"]+)"', lead.get(f"{page}/attendance").text)[0]
    assert other.post(f"{page}/attendance/release", data={"booking": booking}).status_code == 409
    done = lead.post(f"{page}/attendance/release", data={"booking": booking}, follow_redirects=True)
    assert "Is free again on these days." in done.text
    assert lead.post(f"{page}/attendance/release", data={"booking": "x"}).status_code == 400


def test_other_days_are_refused_where_they_stand(client_for, page) -> None:
    lead = client_for("stockholm-officer")
    later = f"{FIRST + timedelta(days=1):%d.%m.%Y}"
    firm = {"who": "new", "new_auditor": "Prüfhaus Nord", "first_day": later, "last_day": later}
    assert "These are not days of the audit." in text_of(lead.post(f"{page}/attendance", data=firm))


def test_a_reader_looks_and_does_not_book(client_for, page) -> None:
    reader = client_for("stockholm-reader")
    assert "Book somebody" not in reader.get(f"{page}/attendance").text
    assert reader.post(f"{page}/attendance", data={}).status_code == 403

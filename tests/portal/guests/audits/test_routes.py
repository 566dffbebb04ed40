"""Audits as their supplier sees them: what it may know when, its answer to the notice, its check of the report."""

import html
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from portal import db
from portal.audits.models import AuditDate, AuditDecline, JointAudit
from portal.clock import today
from portal.journal.models import JournalEntry
from portal.registry.models import Supplier
from tests.client import PortalClient
from tests.events import deliver_all
from tests.factories.audits import make_audit
from tests.factories.guests import make_access
from tests.factories.registry import make_supplier
from tests.factories.requests import make_request

DAY = timedelta(days=1)
HELD: dict[str, Any] = {
    "starts_on": today() - 20 * DAY,
    "ends_on": today() - 15 * DAY,
    "fieldwork_from": today() - 19 * DAY,
}
HELD |= {"fieldwork_to": today() - 18 * DAY, "state": "report_review", "answer_by": None}
IN_CHECK: dict[str, Any] = {
    **HELD,
    "notice_on": today() - 40 * DAY,
    "confirmed_on": today() - 35 * DAY,
    "report_on": today() - 10 * DAY,
}


@pytest.fixture
def supplier(acting) -> Supplier:
    acting("system")
    with db.transaction():
        return make_supplier("Prøvekabel Example AS", "NO")


@pytest.fixture
def audit(acting, authority_ids, supplier):
    """`audit(state="notified")`: Stavanger's audit at Prøvekabel that Oslo is invited to; committed."""

    def make(**values) -> JointAudit:
        acting("system")
        with db.transaction():
            fields = {
                "owner_id": authority_ids["stavanger"],
                "invited": [authority_ids["oslo"]],
                "supplier": db.session.get_one(Supplier, supplier.id),
                "title": "Title among buyers",
                "scope": "Scope among buyers",
                "state": "notified",
                "notice_on": today() - 3 * DAY,
            }
            made = make_audit(**{**fields, **values})
        db.session.expunge_all()
        return made

    return make


@pytest.fixture
def visitor(acting, authority_ids, supplier, guest_browser) -> PortalClient:
    """The guest of Prøvekabel that Stavanger let in."""
    acting("system")
    with db.transaction():
        request = make_request(owner_id=authority_ids["stavanger"], supplier_id=supplier.id)
        make_access(owner_id=authority_ids["stavanger"], requests=[request], key="key")
    return guest_browser("key")


def text_of(answer) -> str:
    return html.unescape(answer.text)


def fresh(audit: JointAudit) -> JointAudit:
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    return db.session.get_one(JointAudit, audit.id)


def send(visitor: PortalClient, audit: JointAudit, what: str, **data: str):
    return visitor.post(f"/guest/audits/{audit.id}/{what}", data=data, follow_redirects=True)


@pytest.mark.parametrize(
    ("values", "known"),
    [
        ({"state": "draft", "notice_on": None}, False),
        ({"state": "proposed", "notice_on": None}, False),
        ({"state": "planned", "notice_on": None}, False),
        ({"state": "notified"}, True),
        ({"state": "notified", "announcement": "semi"}, True),
        ({"state": "confirmed"}, True),
        ({"state": "postponed"}, False),
        ({"state": "cancelled"}, False),
        ({"state": "planned", "notice_on": None, "announcement": "unannounced"}, False),
        ({"state": "fieldwork", "notice_on": None, "announcement": "unannounced"}, False),
        ({**HELD, "notice_on": None, "announcement": "unannounced"}, False),
        ({**HELD, "notice_on": None, "announcement": "unannounced", "report_on": today()}, True),
        (IN_CHECK, True),
    ],
)
def test_a_supplier_knows_of_an_audit_after_its_notice_and_of_an_unannounced_one_after_its_report(
    audit, visitor, values, known
) -> None:
    one = audit(**values)
    page = visitor.get(f"/guest/audits/{one.id}")
    assert page.status_code == (200 if known else 404)
    assert (str(one.id) in visitor.get("/guest").text) == known
    for what in ("confirm", "decline", "remarks"):
        assert (visitor.post(f"/guest/audits/{one.id}/{what}", data={}).status_code == 404) == (not known)
    assert "among buyers" not in page.text
    assert "Oslo" not in page.text


def test_the_exact_days_of_a_semi_announced_audit_reach_no_guest(acting, audit, visitor) -> None:
    starts, exact = today() + 14 * DAY, today() + 17 * DAY
    one = audit(announcement="semi", starts_on=starts, ends_on=starts + 9 * DAY)
    acting("system")
    with db.transaction():
        db.session.add(AuditDate(audit_id=one.id, starts_on=exact, ends_on=exact))
    for page in (text_of(visitor.get("/guest")), text_of(visitor.get(f"/guest/audits/{one.id}"))):
        for spelled in (exact.isoformat(), f"{exact.day} {exact:%b}", f"{exact.day} {exact:%B}", f"{exact:%d.%m.%Y}"):
            assert spelled not in page


def test_the_supplier_confirms_its_days_and_the_lead_is_told(client_for, audit, visitor) -> None:
    one = audit()
    assert "Your answer is received" in text_of(send(visitor, one, "confirm"))
    assert "Nothing is asked of you" in text_of(send(visitor, one, "confirm")), "once is enough"
    found = fresh(one)
    assert (found.state, found.confirmed_on) == ("confirmed", today())
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.action == "audit.confirmed")).one()
    assert entry.authority_id == found.owner_id
    assert entry.user_id is None
    deliver_all()
    assert "Prøvekabel Example AS has confirmed the days" in text_of(client_for("stavanger-officer").get("/inbox"))


def test_the_supplier_declines_with_a_reason_that_only_the_lead_reads(client_for, acting, audit, visitor) -> None:
    one = audit()
    assert "Say why" in text_of(send(visitor, one, "decline"))
    shown = text_of(send(visitor, one, "decline", **{"decline-reason": "We are closed, take week 9."}))
    assert "We are closed, take week 9." in shown
    assert fresh(one).state == "notified", "the lead decides what follows"
    assert "We are closed" in text_of(client_for("stavanger-officer").get(f"/audits/{one.id}"))
    other = client_for("oslo-officer").get(f"/audits/{one.id}")
    assert other.status_code == 200
    assert "We are closed" not in text_of(other)
    acting("oslo-officer")
    assert db.session.scalars(select(AuditDecline)).all() == []
    deliver_all()
    assert "do not suit Prøvekabel Example AS" in text_of(client_for("stavanger-officer").get("/inbox"))
    assert "do not suit" not in text_of(client_for("oslo-officer").get("/inbox"))
    assert "Your answer is received" in text_of(send(visitor, one, "confirm")), "it may think again"


def test_remarks_come_once_and_within_ten_days(client_for, audit, visitor) -> None:
    one = audit(**IN_CHECK)
    both = {"remarks-remarks": "Page 3: 40 hours", "remarks-none": "y"}
    for unclear in ({}, both):
        assert "not clear whether you have remarks" in text_of(send(visitor, one, "remarks", **unclear))
    assert "Page 3: 40 hours" in text_of(send(visitor, one, "remarks", **{"remarks-remarks": "Page 3: 40 hours"}))
    assert "received already" in text_of(send(visitor, one, "remarks", **{"remarks-remarks": "And page 4"}))
    assert (fresh(one).remarks, fresh(one).remarks_on) == ("Page 3: 40 hours", today())
    assert "Page 3: 40 hours" in text_of(client_for("stavanger-officer").get(f"/audits/{one.id}"))


def test_no_remarks_is_an_answer_and_after_ten_days_there_is_none(audit, visitor) -> None:
    one = audit(**IN_CHECK)
    send(visitor, one, "remarks", **{"remarks-none": "y"})
    assert (fresh(one).remarks, fresh(one).remarks_on) == (None, today())
    early = {name: day - 60 * DAY for name, day in IN_CHECK.items() if hasattr(day, "year")}
    late = audit(**{**IN_CHECK, **early, "report_on": today() - 11 * DAY})
    assert "time for remarks is over" in text_of(send(visitor, late, "remarks", **{"remarks-remarks": "Late"}))
    assert fresh(late).remarks_on is None


def test_audits_of_another_buyer_or_company_are_there_for_no_guest(audit, visitor, authority_ids) -> None:
    others = [audit(owner_id=authority_ids["oslo"], invited=[]), audit(supplier=None)]
    for one in others:
        assert visitor.get(f"/guest/audits/{one.id}").status_code == 404
        assert send(visitor, one, "confirm").status_code == 404
        assert fresh(one).state == "notified"


def test_a_guest_s_own_scope_shows_no_audit(audit, visitor, acting) -> None:
    audit()
    visitor.get("/guest")
    db.session.remove()
    db.set_scope(authority_id=None)
    for table in ("joint_audit", "audit_date", "audit_decline"):
        assert db.session.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table  # noqa: S608

"""Exact days: only the lead and whom it names know them, and nothing that others see changes when they are set."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from portal import db
from portal.audits import dates
from portal.audits.models import AuditDate
from portal.audits.queries import get_audit
from portal.calendars import services as calendars
from portal.clock import today
from portal.errors import BadInput, Forbidden, InvalidTransition
from tests.factories.audits import make_audit
from tests.factories.registry import make_supplier

FIRST = today() + timedelta(days=40)
LAST = FIRST + timedelta(days=20)
EXACT = FIRST + timedelta(days=7)
TOKEN = re.compile(r"[\w-]{40,}\.[\w-]{6}\.[\w-]{27}")
PEOPLE = ("stockholm-reader", "stavanger-officer", "barcelona-officer", "oslo-officer", "operator")


@pytest.fixture
def audit_of(acting, authority_ids):
    """`audit_of(announcement)`: Stockholm's audit; Stavanger and Barcelona have joined, Oslo has not answered."""

    def make(announcement: str = "semi", **values):
        acting("system")
        with db.transaction():
            audit = make_audit(
                owner_id=authority_ids["stockholm"],
                invited=[authority_ids[slug] for slug in ("stavanger", "barcelona", "oslo")],
                starts_on=FIRST,
                ends_on=LAST,
                announcement=announcement,
                **values,
            )
            for row in audit.participants:
                if row.authority_id in (authority_ids["stavanger"], authority_ids["barcelona"]):
                    row.answer = "joined"
        db.session.remove()
        return audit

    return make


def tell(acting, audit, *reader_ids, days: tuple[date, date] = (EXACT, EXACT)) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        dates.set_dates(actor, get_audit(actor, audit.id), *days, reader_ids)
    db.session.remove()


def known_to(acting, audit) -> set[str]:
    """Who knows the exact days by the query; row-level security alone must say the same."""
    by_query, by_database = set(), set()
    for persona in PEOPLE:
        actor = acting(persona)
        if db.session.scalar(dates.visible_dates(actor).where(AuditDate.audit_id == audit.id)):
            by_query.add(persona)
        if db.session.scalar(text("SELECT count(*) FROM audit_date")):
            by_database.add(persona)
    assert by_query == by_database
    return by_query


@pytest.mark.parametrize("announcement", ["semi", "unannounced"])
def test_the_lead_and_whom_it_names_know(acting, audit_of, authority_ids, announcement) -> None:
    audit = audit_of(announcement)
    tell(acting, audit)
    assert known_to(acting, audit) == {"stockholm-reader"}
    tell(acting, audit, authority_ids["stavanger"])
    assert known_to(acting, audit) == {"stockholm-reader", "stavanger-officer"}


def test_the_days_of_an_announced_audit_are_seen_with_it(acting, audit_of) -> None:
    audit = audit_of("announced")
    tell(acting, audit)
    assert known_to(acting, audit) == set(PEOPLE) - {"operator"}


@pytest.mark.parametrize("change", ["declines", "is no longer shown the audit"])
def test_who_is_out_knows_them_no_more(acting, audit_of, authority_ids, change) -> None:
    audit = audit_of()
    tell(acting, audit, authority_ids["stavanger"])
    acting("system")
    with db.transaction() as session:
        if change == "declines":
            session.execute(
                text("UPDATE audit_participant SET answer = 'declined' WHERE authority_id = :id"),
                {"id": authority_ids["stavanger"]},
            )
        else:
            session.execute(text("UPDATE joint_audit SET audience = 'owner', named_ids = '{}'"))
    assert known_to(acting, audit) == {"stockholm-reader"}


def pages(client, audit, feed: str) -> dict[str, str]:
    """All that could tell: the audit, the month, the feed, home, the supplier with its timeline, warnings, exports."""
    supplier = f"/suppliers/{audit.supplier_id}"
    addresses = (
        f"/audits/{audit.id}",
        f"/audits?month={EXACT:%Y-%m}",
        f"/audits?month={LAST:%Y-%m}",
        feed,
        "/",
        "/inbox",
        supplier,
        f"{supplier}/audits/new",
    )
    answers = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code in (200, 403, 404), address
        page = TOKEN.sub("", answer.text)  # signed with the time of the day
        answers[address] = f"{answer.status_code} {answer.headers.get('ETag')} {page}"
    return answers


@pytest.mark.parametrize("persona", ["stavanger-officer", "oslo-officer", "barcelona-officer"])
def test_nothing_changes_for_anybody_else(client_for, acting, audit_of, authority_ids, persona) -> None:
    """Set, moved and told to another: whoever needs not know gets the same bytes as before."""
    audit = audit_of()
    actor = acting(persona)
    with db.transaction():
        feed = f"/calendar/{calendars.make(actor, language='en')}.ics"
    client = client_for(persona)
    before = pages(client, audit, feed)
    assert "Minerals" in before[f"/audits/{audit.id}"] or "minerals" in before[f"/audits/{audit.id}"]
    assert f"audit-{audit.id}" in before[feed]
    other = "barcelona" if persona != "barcelona-officer" else "stavanger"
    tell(acting, audit, authority_ids[other])
    tell(acting, audit, authority_ids[other], days=(EXACT, EXACT + timedelta(days=1)))
    assert pages(client, audit, feed) == before


def test_the_feed_of_those_who_know_has_the_window_alone(client_for, acting, audit_of) -> None:
    """A feed lies in programs that the portal does not know, so not even the lead's own holds the days."""
    audit = audit_of()
    actor = acting("stockholm-officer")
    with db.transaction():
        feed = f"/calendar/{calendars.make(actor, language='en')}.ics"
    before = client_for(None).get(feed).data
    tell(acting, audit)
    assert client_for(None).get(feed).data == before


def test_on_the_pages(client_for, audit_of, authority_ids) -> None:
    audit = audit_of()
    lead, told, others = (client_for(f"{slug}-officer") for slug in ("stockholm", "stavanger", "barcelona"))
    address = f"/audits/{audit.id}"
    day = f"{EXACT:%d.%m.%Y}"
    wrong = lead.post(f"{address}/dates", data={"first_day": f"{LAST + timedelta(days=1):%d.%m.%Y}", "last_day": day})
    assert "not in the window" in wrong.text or "ends before it begins" in wrong.text
    done = lead.post(
        f"{address}/dates",
        data={"first_day": day, "last_day": day, "reader_ids": [str(authority_ids["stavanger"])]},
        follow_redirects=True,
    )
    assert "The days are set." in done.text
    assert "Exact days" in told.get(address).text
    assert "Set the exact days" not in told.get(address).text
    assert "Exact days" not in others.get(address).text
    assert "Semi-announced" in others.get(address).text
    assert others.post(f"{address}/dates", data={"first_day": day, "last_day": day}).status_code == 403


def test_what_is_refused(acting, audit_of, authority_ids) -> None:
    audit = audit_of()
    day = timedelta(days=1)
    for days in ((EXACT, EXACT - day), (FIRST - day, EXACT), (EXACT, LAST + day)):
        with pytest.raises(BadInput):
            tell(acting, audit, days=days)
    with pytest.raises(BadInput, match="Only who has joined"):
        tell(acting, audit, authority_ids["oslo"])
    actor = acting("stavanger-officer")
    with pytest.raises(Forbidden), db.transaction():
        dates.set_dates(actor, get_audit(actor, audit.id), EXACT, EXACT, ())
    cancelled = audit_of(state="cancelled", state_reason="The site is closed")
    with pytest.raises(InvalidTransition):
        tell(acting, cancelled)
    acting("system")
    assert db.session.scalar(text("SELECT count(*) FROM audit_date")) == 0


def test_the_database_refuses_what_the_lead_did_not_write(acting, audit_of, authority_ids) -> None:
    audit = audit_of()
    tell(acting, audit, authority_ids["stavanger"])  # who may read them may not write them
    acting("stavanger-officer")
    with db.transaction() as session:
        for statement in ("UPDATE audit_date SET reader_ids = '{}'", "DELETE FROM audit_date"):
            assert session.execute(text(f"{statement} RETURNING audit_id")).all() == []


def test_neither_the_audit_nor_the_journal_tells(acting, audit_of) -> None:
    audit = audit_of()
    acting("system")
    stamps = text("SELECT version, changed_at FROM joint_audit")
    before = db.session.execute(stamps).one()
    tell(acting, audit)
    acting("system")
    assert db.session.execute(stamps).one() == before
    lines = db.session.scalars(text("SELECT to_jsonb(j)::text FROM journal_entry j")).all()
    assert [line for line in lines if "audit.dates_set" in line]
    assert not [line for line in lines if EXACT.isoformat() in line]


def test_proposed_as_unannounced(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        site = supplier.sites[0].id
    client_for("stockholm-officer").post(
        f"/suppliers/{supplier.id}/audits/new",
        data={
            "title": "Night shift",
            "audit_type": "site",
            "announcement": "unannounced",
            "site": str(site),
            "scope": "Hours",
            "starts_on": f"{FIRST:%d.%m.%Y}",
            "ends_on": f"{LAST:%d.%m.%Y}",
            "audience": "owner",
        },
    )
    acting("system")
    assert db.session.scalar(text("SELECT announcement FROM joint_audit")) == "unannounced"

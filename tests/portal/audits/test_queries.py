"""What audits show to whom: calendar, overlap, timeline, what waits, what comes."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.audits import month as months
from portal.audits import queries
from portal.audits.models import AuditParticipant, JointAudit
from portal.audits.spans import Kind, Span
from portal.clock import today
from tests.factories.audits import make_audit
from tests.factories.registry import make_supplier

JANUARY = Span(Kind.MONTH, date(2027, 1, 1))


@pytest.fixture
def make(acting, authority_ids):
    """`make("stockholm", **values)`: an audit in the table."""

    def factory(slug, **values):
        acting("system")
        with db.transaction():
            supplier = values.get("supplier")
            if supplier is not None:
                values["supplier"] = db.session.merge(supplier)
            return make_audit(owner_id=authority_ids[slug], **values)

    return factory


@pytest.fixture
def supplier(acting):
    acting("system")
    with db.transaction():
        return make_supplier("Lumenfab Electronics", "CN")


def days(first: int, last: int, month: int = 1) -> dict[str, date]:
    return {"starts_on": date(2027, month, first), "ends_on": date(2027, month, last)}


def test_a_month_holds_what_has_a_day_in_it(make, acting, authority_ids) -> None:
    inside = make("oslo", audience="members", **days(7, 8))
    across = make("oslo", audience="members", starts_on=date(2026, 12, 30), ends_on=date(2027, 1, 1))
    make("oslo", audience="members", **days(1, 2, month=2))
    make("oslo", audience="members", state="cancelled", **days(20, 21))
    make("oslo", **days(25, 26))
    actor = acting("stockholm-reader")
    found = queries.visits_between(actor, JANUARY.first, JANUARY.last)
    assert [visit.audit.id for visit in found] == [across.id, inside.id]


def test_only_ours_leaves_out_what_we_declined_and_others(make, acting, authority_ids) -> None:
    led = make("stockholm", **days(4, 4))
    invited = make("oslo", invited=[authority_ids["stockholm"]], **days(5, 5))
    make("oslo", audience="members", **days(6, 6))
    declined = make("oslo", invited=[authority_ids["stockholm"]], **days(7, 7))
    acting("system")
    with db.transaction() as session:
        row = queries.participant(session.merge(declined), authority_ids["stockholm"])
        assert row is not None
        row.answer = "declined"
    actor = acting("stockholm-officer")
    found = queries.visits_between(actor, JANUARY.first, JANUARY.last, queries.Choice(ours=True))
    assert [visit.audit.id for visit in found] == [led.id, invited.id]


def test_only_suppliers_we_follow(make, acting, supplier) -> None:
    followed = make("oslo", audience="members", supplier=supplier, **days(4, 4))
    make("oslo", audience="members", **days(5, 5))
    actor = acting("stockholm-officer")
    found = queries.visits_between(actor, JANUARY.first, JANUARY.last, queries.Choice(supplier_ids={supplier.id}))
    assert [visit.audit.id for visit in found] == [followed.id]
    assert queries.visits_between(actor, JANUARY.first, JANUARY.last, queries.Choice(supplier_ids=set())) == []


def test_our_answer_stands_on_its_day_even_when_the_audit_is_later(make, acting, authority_ids) -> None:
    audit = make("oslo", invited=[authority_ids["stockholm"]], answer_by=date(2027, 1, 20), **days(8, 9, month=3))

    def january(persona):
        actor = acting(persona)
        visits = queries.visits_between(actor, JANUARY.first, JANUARY.last)
        return months.entries(JANUARY, visits, {}, actor.authority_id)

    (entry,) = january("stockholm-officer")
    assert (entry.visit.audit.id, entry.deadline, entry.starts_on) == (audit.id, True, date(2027, 1, 20))
    assert january("oslo-officer") == []


def test_a_double_visit_is_seen_only_when_both_may_be_seen(make, acting, supplier) -> None:
    ours = make("stockholm", supplier=supplier, **days(7, 8))
    shared = make("oslo", audience="members", supplier=supplier, **days(28, 29))
    make("barcelona", supplier=supplier, **days(15, 16))
    make("oslo", audience="members", supplier=supplier, starts_on=date(2028, 3, 1), ends_on=date(2028, 3, 1))
    actor = acting("stockholm-officer")
    visits = queries.visits_between(actor, JANUARY.first, JANUARY.last)
    others = queries.same_site(actor, visits)
    assert {one: [visit.audit.id for visit in near] for one, near in others.items()} == {
        ours.id: [shared.id],
        shared.id: [ours.id],
    }
    assert queries.same_site(acting("oslo-officer"), []) == {}


def test_before_proposing_one_sees_what_it_might_repeat(make, acting, supplier) -> None:
    recent = today() - timedelta(days=300)
    old = today() - timedelta(days=400)
    held = make("oslo", audience="members", supplier=supplier, state="report_review", starts_on=recent, ends_on=recent)
    coming = make("oslo", audience="members", supplier=supplier)
    make("oslo", audience="members", supplier=supplier, state="report_review", starts_on=old, ends_on=old)
    make("barcelona", supplier=supplier, starts_on=today() + timedelta(days=90))
    make("oslo", audience="members", supplier=supplier, state="cancelled", starts_on=today() + timedelta(days=60))
    make("oslo", audience="members")
    found = queries.near(acting("stockholm-officer"), supplier.id)
    assert [visit.audit.id for visit in found] == [held.id, coming.id]


def test_the_timeline_says_what_is_planned(make, acting, supplier) -> None:
    make("oslo", audience="members", supplier=supplier, title="First")
    past = today() - timedelta(days=30)
    make(
        "oslo",
        audience="members",
        supplier=supplier,
        title="Second",
        state="report_review",
        starts_on=past,
        ends_on=past,
    )
    make(
        "oslo",
        audience="members",
        supplier=supplier,
        title="Third",
        state="cancelled",
        state_reason="Strike",
        starts_on=today() + timedelta(days=60),
    )
    make("oslo", supplier=supplier, title="Not for others", starts_on=today() + timedelta(days=90))
    entries = queries.timeline(acting("stockholm-officer"), supplier.id)
    assert [(entry.title, entry.text, entry.planned) for entry in entries] == [
        ("Joint audit cancelled: Third", "Strike", False),
        ("Joint audit proposed: First", "Time records, smelter data", True),
        ("Joint audit held: Second", "Time records, smelter data", False),
    ]


def test_what_waits_for_the_invited_and_for_the_lead(make, acting, authority_ids) -> None:
    yesterday = today() - timedelta(days=1)
    invited = make("oslo", invited=[authority_ids["stockholm"]], title="Invited")
    late = make("stockholm", invited=[authority_ids["oslo"]], title="Undecided", answer_by=yesterday)
    begun = make("stockholm", title="Begun", state="confirmed", starts_on=yesterday, ends_on=yesterday)
    make("stockholm", invited=[authority_ids["oslo"]], title="Answers may still come")
    make("oslo", audience="members", title="Not ours")
    items = {item.title: item for item in queries.todo(acting("stockholm-officer"))}
    assert {title: (item.due_on, item.args["audit_id"]) for title, item in items.items()} == {
        "Answer the invitation to “Invited”": (invited.answer_by, invited.id),
        "Decide whether “Undecided” goes ahead": (yesterday, late.id),
        "Say whether the visit of “Begun” has begun": (yesterday, begun.id),
    }
    assert [item.title for item in queries.todo(acting("oslo-officer"))] == [
        "Answer the invitation to “Undecided”",
        "Answer the invitation to “Answers may still come”",
    ]
    assert queries.todo(acting("operator")) == []


def test_what_comes_next_is_open_visible_and_in_order(make, acting) -> None:
    later = make("oslo", audience="members", state="planned", starts_on=today() + timedelta(days=40))
    sooner = make("stockholm", starts_on=today() + timedelta(days=3))
    make("oslo", starts_on=today() + timedelta(days=5))
    yesterday = today() - timedelta(days=1)
    make("oslo", audience="members", state="planned", starts_on=yesterday, ends_on=yesterday)
    actor = acting("stockholm-officer")
    assert [visit.audit.id for visit in queries.coming(actor)] == [sooner.id, later.id]
    assert [visit.audit.id for visit in queries.coming(actor, limit=1)] == [sooner.id]
    assert queries.coming(acting("operator")) == []


def test_each_step_of_the_course_waits_for_the_lead_in_its_time(make, acting) -> None:
    """Nothing is listed before it is due, everything from then on, with the words of what is awaited."""
    day = timedelta(days=1)

    def noticed(days: int) -> dict[str, date]:
        return {"notice_on": today() - days * day, "starts_on": today() + 9 * day}

    expected = {
        "Send the notice of “Soon”": make("stockholm", title="Soon", state="planned", starts_on=today() + 35 * day),
        "The supplier has not confirmed “Silent” within four weeks": make(
            "stockholm", title="Silent", state="notified", **noticed(29)
        ),
        "Say whether the visit of “Over” is finished": make(
            "stockholm", title="Over", state="fieldwork", fieldwork_from=today() - 3 * day, starts_on=today() - 3 * day
        ),
        "Share the report of “Unshared” with the supplier": make(
            "stockholm", title="Unshared", state="report_review", starts_on=today() - 90 * day
        ),
        "Agree on the plan after “Checked”": make(
            "stockholm",
            title="Checked",
            state="report_review",
            starts_on=today() - 30 * day,
            report_on=today() - 11 * day,
        ),
        "Agree on the plan after “Answered”": make(
            "stockholm",
            title="Answered",
            state="report_review",
            starts_on=today() - 60 * day,
            report_on=today(),
            remarks_on=today(),
        ),
        "Plan “Put off” anew, or cancel it": make("stockholm", title="Put off", state="postponed"),
    }
    for state, values in {
        "planned": {"starts_on": today() + 36 * day},
        "notified": noticed(28),
        "confirmed": {},
        "fieldwork": {"starts_on": today(), "fieldwork_from": today()},
        "report_review": {"starts_on": today() - 40 * day, "report_on": today() - 10 * day},
        "draft": {},
        "follow_up": {"starts_on": today() - 200 * day},
    }.items():
        make("stockholm", title=f"Not yet: {state}", state=state, **values)
    actor = acting("stockholm-officer")
    assert {item.title: item.args["audit_id"] for item in queries.todo(actor)} == {
        title: audit.id for title, audit in expected.items()
    }
    assert db.session.scalar(select(queries.todo_count(actor, today()))) == len(expected)


def test_a_draft_is_its_owners_alone_whatever_audience_is_chosen(make, acting, authority_ids) -> None:
    draft = make("stockholm", invited=[authority_ids["oslo"]], state="draft", title="Half written")
    assert [visit.audit.id for visit in queries.unbooked(acting("stockholm-reader"))] == [draft.id]
    actor = acting("oslo-officer")
    for found in (
        queries.audits_of_supplier(actor, draft.supplier_id),
        queries.near(actor, draft.supplier_id),
        queries.unbooked(actor),
        queries.todo(actor),
        queries.coming(actor),
        queries.timeline(actor, draft.supplier_id),
        queries.visits_between(actor, draft.starts_on, draft.ends_on),
    ):
        assert list(found) == []
    # The database says the same without the query's condition.
    assert db.session.scalars(select(JointAudit)).all() == []
    assert db.session.scalars(select(AuditParticipant)).all() == []


def test_what_is_off_books_no_site_and_stands_in_no_calendar(make, acting, supplier) -> None:
    for state in ("draft", "refused", "postponed", "cancelled"):
        make("stockholm", supplier=supplier, state=state, **days(7, 8))
    booked = make("stockholm", supplier=supplier, **days(7, 8))
    actor = acting("stockholm-officer")
    found = queries.visits_between(actor, JANUARY.first, JANUARY.last)
    assert [visit.audit.id for visit in found] == [booked.id]

"""Handing the lead over and taking it: at any moment exactly one authority leads, and owns the audit."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.audits import course, queries
from portal.audits.leading import services
from portal.audits.rules import AuditState, Step
from portal.audits.shares.rules import Way
from portal.audits.shares.services import set_cost
from portal.clock import today
from portal.errors import BadInput, Forbidden, InvalidTransition, NotFound
from portal.journal.models import JournalEntry
from portal.outbox.models import OutboxEvent
from tests.factories.audits import make_audit


@pytest.fixture
def audit_of(acting, authority_ids):
    """`audit_of(**values)`: the id of Stockholm's audit that Stavanger joined, and to which Barcelona is invited."""

    def make(**values):
        acting("system")
        with db.transaction():
            invited = [authority_ids["stavanger"], authority_ids["barcelona"]]
            audit = make_audit(owner_id=authority_ids["stockholm"], **{"invited": invited, **values})
            for row in audit.participants:
                if row.authority_id == authority_ids["stavanger"]:
                    row.answer = "joined"
            return audit.id

    return make


def run(actor, audit_id, service, *values) -> None:
    with db.transaction():
        service(actor, queries.get_audit(actor, audit_id), *values)


def leads(acting, audit_id) -> list:
    """(owner, leads by role) as the tables say."""
    acting("system")
    db.session.expire_all()
    rows = db.session.execute(
        text(
            "SELECT a.owner_id, p.authority_id FROM joint_audit a JOIN audit_participant p"
            " ON p.audit_id = a.id AND p.role = 'lead' WHERE a.id = :id"
        ),
        {"id": audit_id},
    )
    return [tuple(row) for row in rows]


def test_the_lead_offers_and_the_other_accepts(acting, audit_of, authority_ids) -> None:
    audit_id = audit_of()
    stockholm, stavanger = authority_ids["stockholm"], authority_ids["stavanger"]
    set_lead = acting("stockholm-officer")
    with db.transaction():
        set_cost(set_lead, queries.get_audit(set_lead, audit_id), 101, "EUR", Way.EQUAL)
    run(set_lead, audit_id, services.offer_lead, stavanger)
    assert leads(acting, audit_id) == [(stockholm, stockholm)]  # until it is accepted nothing changes
    with pytest.raises(Forbidden):
        run(acting("stavanger-officer"), audit_id, course.plan)
    assert [item.title for item in queries.todo(acting("stavanger-officer"))] == [
        "Accept or decline the lead of “Working hours and minerals”"
    ]
    run(acting("stavanger-officer"), audit_id, services.answer_offer, True)
    assert leads(acting, audit_id) == [(stavanger, stavanger)]
    before = acting("stockholm-officer")
    audit = queries.get_audit(before, audit_id)  # who led sees it still
    assert audit.offered_to_id is None
    with pytest.raises(Forbidden):
        run(before, audit_id, course.plan)
    now_lead = acting("stavanger-officer")
    with db.transaction():
        course.plan(now_lead, queries.get_audit(now_lead, audit_id), without_waiting=True)
    assert queries.get_audit(now_lead, audit_id).state == AuditState.PLANNED
    told = [event.payload["what"] for event in db.session.scalars(select(OutboxEvent)) if event.name == "audit.lead"]
    assert told == ["offered", "taken"]
    acting("system")
    assert {"audit.lead_offered", "audit.lead_changed"} <= set(db.session.scalars(select(JournalEntry.action)))


def test_an_offer_is_declined_or_taken_back(acting, audit_of, authority_ids) -> None:
    audit_id = audit_of()
    for end in ("decline", "take back"):
        run(acting("stockholm-officer"), audit_id, services.offer_lead, authority_ids["stavanger"])
        if end == "decline":
            run(acting("stavanger-officer"), audit_id, services.answer_offer, False)
        else:
            run(acting("stockholm-officer"), audit_id, services.offer_lead, None)
        with pytest.raises(InvalidTransition):
            run(acting("stavanger-officer"), audit_id, services.answer_offer, True)
    assert leads(acting, audit_id) == [(authority_ids["stockholm"],) * 2]


def test_only_who_joined_is_offered_the_lead(acting, audit_of, authority_ids) -> None:
    audit_id = audit_of()
    for slug in ("barcelona", "oslo", "stockholm"):
        with pytest.raises(BadInput) as caught:
            run(acting("stockholm-officer"), audit_id, services.offer_lead, authority_ids[slug])
        assert caught.value.field == "to"
    with pytest.raises(Forbidden):
        run(acting("stavanger-officer"), audit_id, services.offer_lead, authority_ids["stavanger"])
    with pytest.raises(NotFound):
        run(acting("oslo-officer"), audit_id, services.answer_offer, True)


@pytest.fixture
def abandoned(audit_of):
    """A planned audit whose notice is long overdue."""
    past = today() - timedelta(days=60)
    return audit_of(state="planned", starts_on=today() - timedelta(days=10), active_on=past)


def test_an_inactive_lead_is_reminded_and_then_replaced(acting, abandoned, authority_ids) -> None:
    buyer = "stavanger-officer"
    with pytest.raises(InvalidTransition):
        run(acting(buyer), abandoned, services.take_over)  # not without a reminder
    for persona in ("barcelona-officer", "stockholm-officer"):
        with pytest.raises(InvalidTransition, match="Only a co-buyer"):
            run(acting(persona), abandoned, services.remind_lead)
    run(acting(buyer), abandoned, services.remind_lead)
    with pytest.raises(InvalidTransition):
        run(acting(buyer), abandoned, services.remind_lead)
    with pytest.raises(InvalidTransition):
        run(acting(buyer), abandoned, services.take_over)  # five working days first
    acting("system")
    with db.transaction():
        db.session.execute(text("UPDATE joint_audit SET reminded_on = reminded_on - 8"))
    db.session.expire_all()
    run(acting(buyer), abandoned, services.take_over)
    assert leads(acting, abandoned) == [(authority_ids["stavanger"],) * 2]


def test_a_lead_that_acts_keeps_the_lead(acting, abandoned) -> None:
    buyer = "stavanger-officer"
    run(acting(buyer), abandoned, services.remind_lead)
    acting("system")
    with db.transaction():
        db.session.execute(text("UPDATE joint_audit SET reminded_on = reminded_on - 8"))
    db.session.expire_all()
    lead = acting("stockholm-officer")
    with db.transaction():
        course.go_on(lead, queries.get_audit(lead, abandoned), Step.POSTPONE, reason="Flood")
    with pytest.raises(InvalidTransition):
        run(acting(buyer), abandoned, services.take_over)


def test_the_database_knows_one_lead(acting, audit_of) -> None:
    audit_of()
    acting("system")
    with pytest.raises(IntegrityError, match="uq_audit_participant_lead"), db.transaction():
        db.session.execute(text("UPDATE audit_participant SET role = 'lead'"))

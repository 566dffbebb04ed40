"""The steps after the plan, as services: who may take them, on which days, and who is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.access.audience import Audience
from portal.audits import course, queries, services
from portal.audits.course import SiteBooked
from portal.audits.models import JointAudit
from portal.audits.rules import AuditState, AuditType, ParticipantRole, Step
from portal.audits.services import Proposal
from portal.clock import today
from portal.errors import BadInput, Forbidden, InvalidTransition, NotFound
from portal.journal.models import JournalEntry
from portal.outbox.models import OutboxEvent
from tests.factories.audits import declare_all, make_audit
from tests.factories.registry import make_supplier

DAY = timedelta(days=1)


@pytest.fixture
def audit_of(acting, authority_ids):
    """`audit_of(**values)`: an audit led by Stockholm, with Stavanger invited."""

    def make(**values):
        acting("system")
        with db.transaction():
            if "supplier" in values:
                values["supplier"] = db.session.merge(values["supplier"])
            audit = make_audit(
                owner_id=authority_ids["stockholm"], **{"invited": [authority_ids["stavanger"]], **values}
            )
            declare_all(audit)
            return audit

    return make


@pytest.fixture
def supplier(acting):
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        assert len(supplier.sites) == 1
        return supplier


def go(lead, audit_id, step, **values) -> JointAudit:
    with db.transaction():
        audit = queries.get_audit(lead, audit_id)
        course.go_on(lead, audit, step, **values)
    return queries.get_audit(lead, audit_id)


def test_the_whole_course(acting, audit_of) -> None:
    first = today() - 20 * DAY
    audit_id = audit_of(state="planned", starts_on=first).id
    lead = acting("stockholm-officer")
    assert go(lead, audit_id, Step.NOTIFY, on=today() - 60 * DAY).notice_on == today() - 60 * DAY
    assert go(lead, audit_id, Step.CONFIRM, on=today() - 50 * DAY).state == AuditState.CONFIRMED
    assert go(lead, audit_id, Step.BEGIN, on=first).state == AuditState.FIELDWORK
    assert go(lead, audit_id, Step.FINISH, on=first + DAY).state == AuditState.REPORT_REVIEW
    shared = go(lead, audit_id, Step.SHARE_REPORT, on=today() - 2 * DAY)
    assert (shared.state, shared.report_on) == (AuditState.REPORT_REVIEW, today() - 2 * DAY)
    with pytest.raises(InvalidTransition, match="still has time"):
        go(lead, audit_id, Step.AGREE_PLAN)
    with db.transaction():
        course.note_remarks(lead, queries.get_audit(lead, audit_id), today() - DAY, "  Line 3 was closed.  ")
    assert queries.get_audit(lead, audit_id).remarks == "Line 3 was closed."
    assert go(lead, audit_id, Step.AGREE_PLAN).plan_on == today()
    go(lead, audit_id, Step.FOLLOW_UP)
    closed = go(lead, audit_id, Step.CLOSE)
    assert (closed.state, closed.closed_on) == (AuditState.CLOSED, today())
    for step in (Step.CLOSE, Step.CANCEL, Step.POSTPONE):
        with pytest.raises(InvalidTransition, match="has been held"):
            go(lead, audit_id, step, reason="Too late")
    moved = db.session.scalars(select(OutboxEvent).where(OutboxEvent.name == "audit.moved")).all()
    assert [event.payload["step"] for event in moved] == [
        *("notify", "confirm", "begin", "finish", "share_report", "agree_plan", "follow_up", "close")
    ]
    assert db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)).all() == [
        *("audit.notified", "audit.confirmed", "audit.fieldwork", "audit.report_review", "audit.report_shared"),
        *("audit.remarks_entered", "audit.plan_agreed", "audit.follow_up", "audit.closed"),
    ]


def test_a_day_lies_neither_ahead_nor_before_what_went_before(acting, audit_of) -> None:
    audit_id = audit_of(state="notified", notice_on=today() - 5 * DAY).id
    lead = acting("stockholm-officer")
    for on, words in ((today() + DAY, "in the future"), (today() - 6 * DAY, "before what went ahead")):
        with pytest.raises(BadInput, match=words) as caught:
            go(lead, audit_id, Step.CONFIRM, on=on)
        assert caught.value.field == "on"
    early = queries.get_audit(lead, audit_id)
    assert (early.state, early.confirmed_on) == (AuditState.NOTIFIED, None)
    go(lead, audit_id, Step.CONFIRM)
    with pytest.raises(InvalidTransition, match="not begun"):
        go(lead, audit_id, Step.BEGIN)


def test_refused_with_its_reason(acting, audit_of) -> None:
    audit_id = audit_of(state="notified").id
    lead = acting("stockholm-officer")
    with pytest.raises(BadInput) as caught:
        go(lead, audit_id, Step.REFUSE, reason=" ")
    assert caught.value.field == "reason"
    refused = go(lead, audit_id, Step.REFUSE, reason="No access to the site")
    assert (refused.state, refused.state_reason) == (AuditState.REFUSED, "No access to the site")
    with pytest.raises(InvalidTransition, match="has refused"):
        go(lead, audit_id, Step.CANCEL, reason="x")


def test_a_postponed_audit_is_planned_anew_with_a_new_notice(acting, audit_of, supplier) -> None:
    audit_id = audit_of(state="confirmed", confirmed_on=today(), supplier=supplier).id
    lead = acting("stockholm-officer")
    go(lead, audit_id, Step.POSTPONE, reason="Flood")
    later = today() + 100 * DAY
    other = audit_of(supplier=supplier, starts_on=later + DAY, invited=[])
    lead = acting("stockholm-officer")
    with pytest.raises(SiteBooked), db.transaction():
        course.replan(lead, queries.get_audit(lead, audit_id), later, later + DAY)
    assert queries.get_audit(lead, audit_id).state == AuditState.POSTPONED
    with db.transaction():
        course.replan(lead, queries.get_audit(lead, audit_id), later, later)
    planned = queries.get_audit(lead, audit_id)
    assert (planned.state, planned.starts_on, planned.notice_on, planned.confirmed_on) == ("planned", later, None, None)
    assert planned.state_reason is None
    with pytest.raises(InvalidTransition), db.transaction():
        course.replan(lead, queries.get_audit(lead, other.id), later + 50 * DAY, later + 50 * DAY)


def test_only_the_leads_officers_go_on(acting, audit_of) -> None:
    audit_id = audit_of(state="planned", audience="members", named_ids=[]).id
    for persona in ("stavanger-officer", "oslo-officer", "stockholm-reader"):
        with pytest.raises(Forbidden):
            go(acting(persona), audit_id, Step.NOTIFY)
    for step in (Step.PROPOSE, Step.PLAN, Step.REPLAN):
        with pytest.raises(BadInput):
            go(acting("stockholm-officer"), audit_id, step)


def a_proposal(site_id, **values) -> Proposal:
    fields = {
        "title": "Half written",
        "audit_type": AuditType.SITE,
        "site": site_id,
        "scope": "All",
        "starts_on": today() + 30 * DAY,
        "ends_on": today() + 31 * DAY,
        "answer_by": today() + 10 * DAY,
        "audience": Audience.MEMBERS,
        "named_ids": [],
        "invitations": {},
        **values,
    }
    return Proposal(**fields)


def test_a_draft_is_hidden_until_it_is_proposed(acting, supplier, authority_ids) -> None:
    site_id, invitations = supplier.sites[0].id, {authority_ids["oslo"]: ParticipantRole.CO_BUYER}
    lead = acting("stockholm-officer")
    with db.transaction():
        audit_id = services.draft(lead, supplier.id, a_proposal(site_id, invitations=invitations)).id
    assert db.session.scalars(select(OutboxEvent)).all() == []
    with pytest.raises(NotFound):
        queries.get_audit(acting("oslo-officer"), audit_id)
    # It holds no site either: another may book it.
    other = acting("stavanger-officer")
    with db.transaction():
        services.propose(other, supplier.id, a_proposal(site_id, audience=Audience.OWNER))
    lead = acting("stockholm-officer")
    with pytest.raises(SiteBooked), db.transaction():
        services.propose_draft(lead, queries.get_audit(lead, audit_id), a_proposal(site_id, invitations=invitations))
    invitations = {authority_ids["barcelona"]: ParticipantRole.OBSERVER}
    free = {"starts_on": today() + 50 * DAY, "ends_on": today() + 50 * DAY}
    with db.transaction():
        services.propose_draft(
            lead, queries.get_audit(lead, audit_id), a_proposal(site_id, invitations=invitations, **free)
        )
    seen = queries.get_audit(acting("oslo-officer"), audit_id)
    assert seen.state == AuditState.PROPOSED
    assert {row.authority_id for row in seen.participants} == {authority_ids["stockholm"], authority_ids["barcelona"]}
    told = db.session.scalars(select(OutboxEvent).where(OutboxEvent.name == "audit.invited")).all()
    assert [event.payload["authority_id"] for event in told] == [str(authority_ids["barcelona"])]


def test_a_draft_is_thrown_away_whole_and_nothing_else_is(acting, audit_of) -> None:
    draft_id, proposed_id = audit_of(state="draft").id, audit_of().id
    lead = acting("stockholm-officer")
    with pytest.raises(InvalidTransition), db.transaction():
        services.discard_draft(lead, queries.get_audit(lead, proposed_id))
    with db.transaction():
        services.discard_draft(lead, queries.get_audit(lead, draft_id))
    with pytest.raises(NotFound):
        queries.get_audit(lead, draft_id)

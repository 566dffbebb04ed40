"""Use cases of joint audits: who may do what, in which order, and what others get to know."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from portal import db
from portal.access.actor import Role
from portal.access.audience import Audience
from portal.audits import course, queries, services
from portal.audits.course import SiteBooked
from portal.audits.leading import services as leading
from portal.audits.models import JointAudit
from portal.audits.rules import Answer, AuditState, AuditType, ParticipantRole, Step
from portal.audits.services import Proposal
from portal.clock import today
from portal.errors import BadInput, Forbidden, InvalidTransition, NotFound
from portal.journal.models import JournalEntry
from portal.outbox.models import OutboxEvent
from portal.registry.services import SiteData
from tests.factories.audits import make_audit
from tests.factories.registry import make_supplier

FIRST = today() + timedelta(days=30)


def proposal(**values) -> Proposal:
    fields = {
        "title": "Minerals and working hours",
        "audit_type": AuditType.SITE,
        "scope": "Clauses 7.2 and 7.6",
        "starts_on": FIRST,
        "ends_on": FIRST + timedelta(days=1),
        "answer_by": today() + timedelta(days=14),
        "audience": Audience.OWNER,
        "named_ids": [],
        "invitations": {},
        **values,
    }
    return Proposal(**fields)


@pytest.fixture
def supplier(acting):
    """A supplier with one site, loaded."""
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        assert len(supplier.sites) == 1
        return supplier


@pytest.fixture
def audit_of(acting, authority_ids):
    """`audit_of(**values)`: an audit led by Stockholm, with Stavanger invited."""

    def make(**values):
        acting("system")
        with db.transaction():
            return make_audit(
                owner_id=authority_ids["stockholm"], **{"invited": [authority_ids["stavanger"]], **values}
            )

    return make


def propose(acting, persona, supplier, **values):
    actor = acting(persona)
    with db.transaction():
        return services.propose(actor, supplier.id, proposal(**{"site": supplier.sites[0].id, **values}))


def test_whoever_is_invited_sees_the_audit(acting, supplier, authority_ids) -> None:
    invitations = {
        authority_ids["stavanger"]: ParticipantRole.CO_BUYER,
        authority_ids["barcelona"]: ParticipantRole.OBSERVER,
    }
    audit = propose(acting, "stockholm-officer", supplier, invitations=invitations)
    assert audit.audience == Audience.NAMED
    for persona in ("stavanger-officer", "barcelona-officer"):
        seen = queries.get_audit(acting(persona), audit.id)
        assert {row.answer for row in seen.participants if row.role != "lead"} == {Answer.INVITED}
    with pytest.raises(NotFound):
        queries.get_audit(acting("oslo-officer"), audit.id)


def test_the_chosen_audience_stays_beside_the_invited(acting, supplier, authority_ids) -> None:
    audit = propose(
        acting,
        "stockholm-officer",
        supplier,
        audience=Audience.NAMED,
        named_ids=[authority_ids["oslo"]],
        invitations={authority_ids["stavanger"]: ParticipantRole.CO_BUYER},
    )
    assert set(audit.named_ids) == {authority_ids["oslo"], authority_ids["stavanger"]}


def test_each_invited_authority_is_an_event_and_stands_in_the_journal(acting, supplier, authority_ids) -> None:
    audit = propose(
        acting,
        "stockholm-officer",
        supplier,
        invitations={authority_ids["stavanger"]: ParticipantRole.CO_BUYER},
    )
    events = db.session.scalars(select(OutboxEvent)).all()
    assert [(event.name, event.payload) for event in events] == [
        ("audit.invited", {"audit_id": str(audit.id), "authority_id": str(authority_ids["stavanger"])})
    ]
    actions = db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)).all()
    assert actions == ["audit.proposed", "audit.invited"]


def test_a_new_site_comes_into_the_registry(acting, supplier) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        audit = services.propose(actor, supplier.id, proposal(site=SiteData("8 Dock Road, Halden", city="Halden")))
    assert queries.visit_of(audit).site.address == "8 Dock Road, Halden"


def test_a_site_of_another_supplier_is_refused(acting, supplier) -> None:
    acting("system")
    with db.transaction():
        other = make_supplier("Other Works AB")
        elsewhere = other.sites[0].id
    with pytest.raises(BadInput) as caught:
        propose(acting, "stockholm-officer", supplier, site=elsewhere)
    assert caught.value.field == "site"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends_on": FIRST - timedelta(days=1)}, "ends_on"),
        ({"starts_on": today() - timedelta(days=1)}, "starts_on"),
        ({"starts_on": today() + timedelta(days=3000), "ends_on": today() + timedelta(days=3000)}, "starts_on"),
        ({"ends_on": FIRST + timedelta(days=31)}, "ends_on"),
        ({"answer_by": FIRST + timedelta(days=1)}, "answer_by"),
        ({"answer_by": today() - timedelta(days=1)}, "answer_by"),
    ],
)
def test_dates_that_cannot_be_are_told_at_their_field(acting, supplier, values, field) -> None:
    with pytest.raises(BadInput) as caught:
        propose(acting, "stockholm-officer", supplier, **values)
    assert caught.value.field == field
    assert db.session.scalars(select(JointAudit)).all() == []


def test_invited_authorities_need_a_date_to_answer_by(acting, supplier, authority_ids) -> None:
    with pytest.raises(BadInput) as caught:
        propose(
            acting,
            "stockholm-officer",
            supplier,
            answer_by=None,
            invitations={authority_ids["oslo"]: ParticipantRole.OBSERVER},
        )
    assert caught.value.field == "answer_by"


def test_ourselves_a_stranger_and_a_second_lead_are_not_invited(acting, supplier, authority_ids) -> None:
    for invitations in (
        {authority_ids["stockholm"]: ParticipantRole.CO_BUYER},
        {supplier.id: ParticipantRole.CO_BUYER},
        {authority_ids["oslo"]: ParticipantRole.LEAD},
    ):
        with pytest.raises(BadInput) as caught:
            propose(acting, "stockholm-officer", supplier, invitations=invitations)
        assert caught.value.field == "invited"


def test_a_booked_site_is_refused_without_saying_by_whom(acting, supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        make_audit(owner_id=authority_ids["stockholm"], supplier=supplier, starts_on=FIRST)
    with pytest.raises(SiteBooked) as caught:
        propose(acting, "oslo-officer", supplier, starts_on=FIRST + timedelta(days=1))
    assert "Stockholm" not in str(caught.value)
    actor = acting("oslo-officer")
    assert queries.booked(actor, supplier.sites[0].id, FIRST, FIRST) is None
    assert propose(
        acting, "oslo-officer", supplier, starts_on=FIRST + timedelta(days=2), ends_on=FIRST + timedelta(days=2)
    )


def test_the_audit_that_holds_the_site_is_named_to_those_who_may_see_it(acting, supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        first = make_audit(owner_id=authority_ids["stockholm"], supplier=supplier, starts_on=FIRST, audience="members")
    with pytest.raises(SiteBooked):
        propose(acting, "oslo-officer", supplier)
    holds = queries.booked(acting("oslo-officer"), supplier.sites[0].id, FIRST, FIRST)
    assert holds is not None
    assert holds.id == first.id


def test_a_cancelled_audit_frees_its_site(acting, supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        make_audit(owner_id=authority_ids["stockholm"], supplier=supplier, starts_on=FIRST, state="cancelled")
    assert propose(acting, "oslo-officer", supplier).state == AuditState.PROPOSED


def test_an_invited_authority_joins_and_may_change_its_mind(acting, audit_of, authority_ids) -> None:
    audit_id = audit_of().id
    actor = acting("stavanger-officer")
    for joins in (True, False):
        with db.transaction():
            services.answer(actor, queries.get_audit(actor, audit_id), joins, "One auditor")
    ours = queries.participant(queries.get_audit(actor, audit_id), authority_ids["stavanger"])
    assert ours is not None
    assert (ours.answer, ours.note) == (Answer.DECLINED, "One auditor")
    assert ours.answered_at is not None
    answered = db.session.scalars(select(OutboxEvent).where(OutboxEvent.name == "audit.answered")).all()
    assert len(answered) == 2


def test_a_given_answer_stands_after_the_date(acting, audit_of) -> None:
    yesterday = today() - timedelta(days=1)
    audit_id = audit_of(answer_by=yesterday).id
    acting("system")
    with db.transaction():
        db.session.execute(text("UPDATE audit_participant SET answer = 'joined'"))
    db.session.expire_all()
    actor = acting("stavanger-officer")
    with pytest.raises(InvalidTransition, match="has passed"), db.transaction():
        services.answer(actor, queries.get_audit(actor, audit_id), False, None)


@pytest.mark.parametrize("persona", ["stockholm-officer", "oslo-officer", "stavanger-reader"])
def test_only_an_officer_of_an_invited_authority_answers(acting, audit_of, persona) -> None:
    audit_id = audit_of(audience="members", named_ids=[]).id
    actor = acting(persona.replace("reader", "officer"))
    if persona.endswith("reader"):
        actor = replace(actor, roles=frozenset({Role.READER}))
    with pytest.raises(Forbidden), db.transaction():
        services.answer(actor, queries.get_audit(actor, audit_id), True, None)


def test_the_lead_waits_or_says_that_it_does_not(acting, audit_of) -> None:
    audit_id = audit_of().id
    lead = acting("stockholm-officer")
    with pytest.raises(BadInput) as caught, db.transaction():
        course.plan(lead, queries.get_audit(lead, audit_id))
    assert caught.value.field == "without_waiting"
    with db.transaction():
        course.plan(lead, queries.get_audit(lead, audit_id), without_waiting=True)
    assert queries.get_audit(lead, audit_id).state == AuditState.PLANNED
    invited = acting("stavanger-officer")
    with pytest.raises(InvalidTransition, match="planned already"), db.transaction():
        services.answer(invited, queries.get_audit(invited, audit_id), True, None)


def test_when_all_have_answered_the_lead_plans_at_once(acting, audit_of) -> None:
    audit_id = audit_of().id
    invited = acting("stavanger-officer")
    with db.transaction():
        services.answer(invited, queries.get_audit(invited, audit_id), False, None)
    lead = acting("stockholm-officer")
    with db.transaction():
        course.plan(lead, queries.get_audit(lead, audit_id))
    assert queries.get_audit(lead, audit_id).state == AuditState.PLANNED


def test_a_late_answer_counts_once_the_lead_accepts_it(acting, audit_of, authority_ids) -> None:
    audit_id = audit_of(answer_by=today() - timedelta(days=1)).id
    stavanger = authority_ids["stavanger"]
    actor = acting("stavanger-officer")
    with db.transaction():
        services.answer(actor, queries.get_audit(actor, audit_id), True, None)
    late = queries.participant(queries.get_audit(actor, audit_id), stavanger)
    assert late is not None
    assert late.answer == Answer.LATE
    with pytest.raises(Forbidden), db.transaction():
        leading.accept_late(actor, queries.get_audit(actor, audit_id), stavanger)
    lead = acting("stockholm-officer")
    with pytest.raises(BadInput, match="Not everybody"), db.transaction():
        course.plan(lead, queries.get_audit(lead, audit_id))
    with db.transaction():
        leading.accept_late(lead, queries.get_audit(lead, audit_id), stavanger)
    joined = queries.participant(queries.get_audit(lead, audit_id), stavanger)
    assert joined is not None
    assert joined.answer == Answer.JOINED
    with pytest.raises(InvalidTransition), db.transaction():
        leading.accept_late(lead, queries.get_audit(lead, audit_id), stavanger)


def test_an_invitation_that_lapsed_holds_nothing_up(acting, audit_of) -> None:
    audit_id = audit_of(answer_by=today() - timedelta(days=1)).id
    lead = acting("stockholm-officer")
    with db.transaction():
        course.plan(lead, queries.get_audit(lead, audit_id))
    assert queries.get_audit(lead, audit_id).state == AuditState.PLANNED


STEPS = {
    "invite": lambda actor, audit: services.invite(actor, audit, {}),
    "plan": lambda actor, audit: course.plan(actor, audit, without_waiting=True),
    "notify": lambda actor, audit: course.go_on(actor, audit, Step.NOTIFY),
    "cancel": lambda actor, audit: course.go_on(actor, audit, Step.CANCEL, reason="Not needed"),
    "replan": lambda actor, audit: course.replan(actor, audit, FIRST, FIRST),
    "remarks": lambda actor, audit: course.note_remarks(actor, audit, today(), "None"),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_only_the_lead_decides(acting, audit_of, step) -> None:
    audit_id = audit_of(audience="members", named_ids=[]).id
    for persona in ("stavanger-officer", "oslo-officer", "stockholm-reader"):
        actor = acting(persona)
        audit = queries.get_audit(actor, audit_id)
        with pytest.raises(Forbidden), db.transaction():
            step(actor, audit)


def test_cancelling_needs_a_reason_and_happens_once(acting, audit_of) -> None:
    audit_id = audit_of().id
    lead = acting("stockholm-officer")
    with pytest.raises(BadInput), db.transaction():
        course.go_on(lead, queries.get_audit(lead, audit_id), Step.CANCEL, reason="  ")
    with db.transaction():
        course.go_on(lead, queries.get_audit(lead, audit_id), Step.CANCEL, reason="The factory is closed.")
    cancelled = queries.get_audit(acting("stavanger-officer"), audit_id)
    assert (cancelled.state, cancelled.state_reason) == (AuditState.CANCELLED, "The factory is closed.")
    lead = acting("stockholm-officer")
    with pytest.raises(InvalidTransition, match="cancelled"), db.transaction():
        course.go_on(lead, queries.get_audit(lead, audit_id), Step.CANCEL, reason="Again")


def test_more_are_invited_while_it_is_proposed(acting, audit_of, authority_ids) -> None:
    audit_id = audit_of().id
    with pytest.raises(NotFound):
        queries.get_audit(acting("barcelona-officer"), audit_id)
    lead = acting("stockholm-officer")
    invitations = {authority_ids["barcelona"]: ParticipantRole.OBSERVER}
    with db.transaction():
        services.invite(lead, queries.get_audit(lead, audit_id), invitations)
    assert queries.get_audit(acting("barcelona-officer"), audit_id).audience == Audience.NAMED
    lead = acting("stockholm-officer")
    with pytest.raises(BadInput), db.transaction():
        services.invite(lead, queries.get_audit(lead, audit_id), invitations)
    with db.transaction():
        course.plan(lead, queries.get_audit(lead, audit_id), without_waiting=True)
    with pytest.raises(InvalidTransition), db.transaction():
        services.invite(lead, queries.get_audit(lead, audit_id), {authority_ids["oslo"]: ParticipantRole.OBSERVER})


def test_a_stale_page_does_not_undo_what_happened_meanwhile(acting, audit_of) -> None:
    """Both leads have the page open; the second one's step is refused by the conditional update."""
    audit_id = audit_of().id
    lead = acting("stockholm-officer")
    seen = queries.get_audit(lead, audit_id)
    with db.transaction() as session:
        session.execute(text("UPDATE joint_audit SET state = 'cancelled', state_reason = 'Closed', version = 2"))
    assert seen.state == AuditState.PROPOSED
    with pytest.raises(InvalidTransition), db.transaction():
        course.plan(lead, seen, without_waiting=True)
    assert queries.get_audit(lead, audit_id).state == AuditState.CANCELLED

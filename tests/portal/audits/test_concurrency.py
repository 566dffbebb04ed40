"""Many at once, on real connections: one booking of a site wins, and no answer slips in behind a decision."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import text

from portal import db
from portal.access.audience import Audience
from portal.audits import course, queries, services
from portal.audits.course import SiteBooked
from portal.audits.leading import services as leading
from portal.audits.rules import Answer, AuditState, AuditType
from portal.audits.services import Proposal
from portal.audits.shares.rules import Way
from portal.audits.shares.services import set_cost
from portal.authorities.models import Authority
from portal.clock import today
from portal.errors import Forbidden, InvalidTransition
from tests.factories.audits import make_audit
from tests.factories.registry import make_supplier

AT_ONCE = 20


@pytest.fixture
def many_connections(servers, database):
    """A connection for each thread, and one to look with."""
    engine = db.configure(servers.app_url(database), pool_size=AT_ONCE + 2)
    yield
    db.session.remove()
    engine.dispose()


def book(actor, supplier_id, site_id, first: date, barrier: Barrier) -> str:
    """One person's booking, in a thread and session of its own; how it ended."""
    db.set_scope(authority_id=actor.authority_id)
    proposal = Proposal(
        title="Booked at once",
        audit_type=AuditType.SITE,
        site=site_id,
        scope="All",
        starts_on=first,
        ends_on=first + timedelta(days=2),
        answer_by=None,
        audience=Audience.OWNER,
        named_ids=[],
        invitations={},
    )
    barrier.wait()
    try:
        with db.transaction():
            services.propose(actor, supplier_id, proposal)
        return "booked"
    except SiteBooked:
        return "refused"
    finally:
        db.session.remove()


def test_twenty_bookings_of_one_site(many_connections, acting, actor_of) -> None:
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        site_id = supplier.sites[0].id
    actors = [actor_of(f"{slug}-officer") for slug in ("stockholm", "stavanger", "barcelona", "oslo")]
    first = today() + timedelta(days=30)
    barrier = Barrier(AT_ONCE)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(
            pool.map(
                # Windows of three days, a day apart: each overlaps its neighbours, not all of them.
                lambda n: book(actors[n % 4], supplier.id, site_id, first + timedelta(days=n % 2), barrier),
                range(AT_ONCE),
            )
        )
    assert Counter(outcomes) == {"booked": 1, "refused": AT_ONCE - 1}
    acting("system")
    assert db.session.scalar(text("SELECT count(*) FROM joint_audit")) == 1


def test_bookings_of_different_days_do_not_hinder_each_other(many_connections, acting, actor_of) -> None:
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        site_id = supplier.sites[0].id
    actor = actor_of("stockholm-officer")
    first = today() + timedelta(days=30)
    barrier = Barrier(AT_ONCE)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(
            pool.map(
                lambda n: book(actor, supplier.id, site_id, first + timedelta(days=3 * (n // 2)), barrier),
                range(AT_ONCE),
            )
        )
    assert Counter(outcomes) == {"booked": AT_ONCE // 2, "refused": AT_ONCE // 2}
    acting("system")
    overlaps = text(
        "SELECT count(*) FROM joint_audit a JOIN joint_audit b ON a.site_id = b.site_id AND a.id < b.id"
        " AND daterange(a.starts_on, a.ends_on, '[]') && daterange(b.starts_on, b.ends_on, '[]')"
    )
    assert db.session.scalar(overlaps) == 0


@pytest.mark.parametrize("turn", range(5))
def test_no_answer_slips_in_behind_the_decision(many_connections, acting, actor_of, authority_ids, turn) -> None:
    acting("system")
    with db.transaction():
        audit_id = make_audit(owner_id=authority_ids["stockholm"], invited=[authority_ids["stavanger"]]).id
    lead, invited = actor_of("stockholm-officer"), actor_of("stavanger-officer")
    barrier = Barrier(2)

    def act(actor) -> str:
        db.set_scope(authority_id=actor.authority_id)
        audit = queries.get_audit(actor, audit_id)
        barrier.wait()
        try:
            with db.transaction():
                if actor is lead:
                    course.plan(actor, audit, without_waiting=True)
                else:
                    services.answer(actor, audit, True, None)
            return "done"
        except InvalidTransition:
            return "late"
        finally:
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        planned, answered = pool.map(act, (lead, invited))
    acting("system")
    audit = queries.get_audit(actor_of("stockholm-officer"), audit_id)
    assert planned == "done"
    assert audit.state == AuditState.PLANNED
    theirs = queries.participant(audit, authority_ids["stavanger"])
    assert theirs is not None
    assert (answered, theirs.answer) in {("done", Answer.JOINED), ("late", Answer.INVITED)}
    # The journal's order is the order in which it happened: an answer never stands behind the plan.
    actions = db.session.scalars(text("SELECT action FROM journal_entry ORDER BY seq")).all()
    assert actions in (["audit.planned"], ["audit.answered", "audit.planned"])


def test_of_two_leads_only_one_decides(many_connections, acting, actor_of, authority_ids) -> None:
    acting("system")
    with db.transaction():
        audit_id = make_audit(owner_id=authority_ids["stockholm"]).id
    lead = actor_of("stockholm-officer")
    barrier = Barrier(AT_ONCE)

    def plan(_number: int) -> str:
        db.set_scope(authority_id=lead.authority_id)
        audit = queries.get_audit(lead, audit_id)
        barrier.wait()
        try:
            with db.transaction():
                course.plan(lead, audit)
            return "planned"
        except InvalidTransition:
            return "late"
        finally:
            db.session.remove()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = Counter(pool.map(plan, range(AT_ONCE)))
    assert outcomes == {"planned": 1, "late": AT_ONCE - 1}


FIFTY = 50


@pytest.fixture
def fifty_connections(servers, database):
    """A connection for each of fifty threads, and one to look with."""
    engine = db.configure(servers.app_url(database), pool_size=FIFTY + 2)
    yield
    db.session.remove()
    engine.dispose()


def test_fifty_who_join_and_leave_at_once_share_the_whole_cost(fifty_connections, acting, authority_ids) -> None:
    """Every one of fifty authorities answers in the same moment; the shares are those of who joined, to the coin."""
    acting("system")
    with db.transaction() as session:
        others = [Authority(slug=f"city-{n}", name=f"City {n}", country="SE", code=f"C{n:02}") for n in range(FIFTY)]
        session.add_all(others)
        session.flush()
        ids = [one.id for one in others]
        audit_id = make_audit(owner_id=authority_ids["stockholm"], invited=ids).id
    lead = acting("stockholm-officer")
    with db.transaction():
        set_cost(lead, queries.get_audit(lead, audit_id), 1_000_003, "EUR", Way.EQUAL)
    barrier = Barrier(FIFTY)

    def join(number: int) -> None:
        actor = replace(lead, authority_id=ids[number])
        db.set_scope(authority_id=actor.authority_id)
        barrier.wait()
        try:
            with db.transaction():
                services.answer(actor, queries.get_audit(actor, audit_id), number % 3 > 0, None)
        finally:
            db.session.remove()

    with ThreadPoolExecutor(FIFTY) as pool:
        list(pool.map(join, range(FIFTY)))
    acting("system")
    shares = db.session.execute(text("SELECT authority_id, basis_points, cost_minor FROM audit_share")).all()
    assert {row[0] for row in shares} == {authority_ids["stockholm"], *(ids[n] for n in range(FIFTY) if n % 3)}
    assert sum(row[1] for row in shares) == 10_000
    assert sum(row[2] for row in shares) == 1_000_003


def led_by(acting, audit_id) -> list[tuple[UUID, UUID]]:
    """Every (owner, authority in the lead's role) of the audit."""
    acting("system")
    leads = text(
        "SELECT a.owner_id, p.authority_id FROM joint_audit a LEFT JOIN audit_participant p"
        " ON p.audit_id = a.id AND p.role = 'lead' WHERE a.id = :id"
    )
    return [(row[0], row[1]) for row in db.session.execute(leads, {"id": audit_id})]


def test_fifty_who_take_over_at_once_leave_one_lead(fifty_connections, acting, authority_ids) -> None:
    acting("system")
    with db.transaction() as session:
        others = [Authority(slug=f"city-{n}", name=f"City {n}", country="SE", code=f"C{n:02}") for n in range(FIFTY)]
        session.add_all(others)
        session.flush()
        ids = [one.id for one in others]
        past = today() - timedelta(days=60)
        audit = make_audit(
            owner_id=authority_ids["stockholm"],
            invited=ids,
            state="planned",
            starts_on=today() - timedelta(days=10),
            active_on=past,
            reminded_on=today() - timedelta(days=14),
        )
        for row in audit.participants:
            row.answer = "joined"
        audit_id = audit.id
    pattern = acting("stockholm-officer")
    barrier = Barrier(FIFTY)

    def take(number: int) -> str:
        actor = replace(pattern, authority_id=ids[number])
        db.set_scope(authority_id=actor.authority_id)
        audit = queries.get_audit(actor, audit_id)
        barrier.wait()
        try:
            with db.transaction():
                leading.take_over(actor, audit)
            return "leads"
        except InvalidTransition:
            return "late"
        finally:
            db.session.remove()

    with ThreadPoolExecutor(FIFTY) as pool:
        outcomes = list(pool.map(take, range(FIFTY)))
    assert Counter(outcomes) == {"leads": 1, "late": FIFTY - 1}
    winner = ids[outcomes.index("leads")]
    assert led_by(acting, audit_id) == [(winner, winner)]


def test_offers_answers_and_decisions_at_once_leave_one_lead(fifty_connections, acting, authority_ids) -> None:
    """Two authorities hand the lead to and fro, keep it, plan and postpone in fifty threads."""
    acting("system")
    with db.transaction():
        audit = make_audit(owner_id=authority_ids["stockholm"], invited=[authority_ids["stavanger"]])
        for row in audit.participants:
            row.answer = "joined"
        audit_id = audit.id
    pattern = acting("stockholm-officer")
    pair = [authority_ids["stockholm"], authority_ids["stavanger"]]
    barrier = Barrier(FIFTY)

    def act(number: int) -> str:
        actor, other = replace(pattern, authority_id=pair[number % 2]), pair[1 - number % 2]
        db.set_scope(authority_id=actor.authority_id)
        barrier.wait()
        done = []
        for turn in range(4):
            try:
                with db.transaction():
                    audit = queries.get_audit(actor, audit_id)
                    if (number // 2 + turn) % 3 == 0:
                        leading.answer_offer(actor, audit, accepts=True)
                    elif (number // 2 + turn) % 7 == 0:
                        leading.offer_lead(actor, audit, None)
                    else:
                        leading.offer_lead(actor, audit, other)
                done.append("done")
            except (InvalidTransition, Forbidden):
                done.append("refused")
            finally:
                db.session.remove()
                db.set_scope(authority_id=actor.authority_id)
        db.session.remove()
        return " ".join(done)

    with ThreadPoolExecutor(FIFTY) as pool:
        outcomes = list(pool.map(act, range(FIFTY)))
    assert any("done" in outcome for outcome in outcomes)
    ((owner, lead),) = led_by(acting, audit_id)
    assert owner == lead
    assert owner in pair
    changes = db.session.scalar(text("SELECT count(*) FROM journal_entry WHERE action = 'audit.lead_changed'"))
    assert owner == pair[changes % 2]

"""Date polls: who is asked, what is counted, and that nobody else learns the days."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from portal import db
from portal.access.actor import Actor
from portal.audits import dates
from portal.audits import queries as audits
from portal.audits.models import JointAudit
from portal.audits.polls import queries, services
from portal.audits.polls.models import AuditPoll, AuditPollVote
from portal.audits.polls.rules import Days, Vote
from portal.clock import today
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition
from portal.notifications.models import Notice
from portal.notifications.services import tell_of_poll
from portal.outbox.models import OutboxEvent
from tests.factories.audits import make_audit

Acting = Callable[[str], Actor]
FIRST = today() + timedelta(days=14)
ONE_DAY, TWO_DAYS = Days(FIRST, FIRST, time(9)), Days(FIRST, FIRST + timedelta(days=1))


def made(acting: Acting, authority_ids: dict[str, UUID], **values) -> UUID:
    """Stockholm's audit, which Stavanger joined, Barcelona observes and Oslo has not answered."""
    acting("system")
    others = [authority_ids[name] for name in ("stavanger", "barcelona", "oslo")]
    with db.transaction():
        audit = make_audit(owner_id=authority_ids["stockholm"], invited=others, **values)
        for row in audit.participants:
            if row.authority_id in others[:2]:
                row.answer = "joined"
            if row.authority_id == others[1]:
                row.role = "observer"
        return audit.id


def audit_for(actor: Actor, audit_id: UUID) -> JointAudit:
    return audits.get_audit(actor, audit_id)


def opened(acting: Acting, audit_id: UUID, asked: list[UUID], options=(ONE_DAY, TWO_DAYS), by: date = FIRST) -> None:
    lead = acting("stockholm-officer")
    with db.transaction():
        services.open_poll(
            lead, audit_for(lead, audit_id), options, answer_by=by, timezone="Asia/Shanghai", asked_ids=asked
        )


def answered(actor: Actor, audit_id: UUID, *votes: Vote) -> None:
    poll = queries.poll_of(actor, audit_for(actor, audit_id))
    assert poll
    ids = [one.days.id for one in poll.options]
    with db.transaction():
        services.answer(actor, audit_for(actor, audit_id), dict(zip(ids, votes, strict=True)), "In the morning")


def test_from_the_question_to_the_days(acting: Acting, authority_ids) -> None:
    audit_id = made(acting, authority_ids)
    opened(acting, audit_id, [])
    for name, votes in (
        ("stockholm-officer", (Vote.MAYBE, Vote.YES)),
        ("stavanger-officer", (Vote.YES, Vote.NO)),
        ("barcelona-officer", (Vote.NO, Vote.YES)),
    ):
        answered(acting(name), audit_id, *votes)
    lead = acting("stockholm-officer")
    poll = queries.poll_of(lead, audit_for(lead, audit_id))
    assert poll
    assert [(one.tally.yes, one.tally.maybe, one.tally.no, one.best) for one in poll.options] == [
        (1, 1, 0, True),
        (1, 0, 1, False),
    ]
    assert (set(poll.observers), poll.unanswered) == ({authority_ids["barcelona"]}, [])
    with db.transaction():
        services.choose(lead, audit_for(lead, audit_id), poll.options[0].days.id)
    exact = dates.dates_of(lead, audit_for(lead, audit_id))
    assert exact
    assert (exact.starts_on, exact.ends_on) == (FIRST, FIRST)
    with pytest.raises(InvalidTransition):
        answered_again = {one.days.id: Vote.NO for one in poll.options}
        services.answer(acting("stavanger-officer"), audit_for(lead, audit_id), answered_again)
    db.session.rollback()
    acting("system")
    what = [
        one.payload["what"] for one in db.session.scalars(select(OutboxEvent).where(OutboxEvent.name == "audit.poll"))
    ]
    assert sorted(what) == ["closed", "opened"]


def test_who_is_not_asked_sees_nothing_and_is_not_told(acting: Acting, authority_ids) -> None:
    audit_id = made(acting, authority_ids, announcement="semi", audience="members", named_ids=[])
    acting("system")
    with db.transaction() as session:
        for row in session.get_one(JointAudit, audit_id).participants:
            row.answer = "joined"
    opened(acting, audit_id, [authority_ids["stavanger"]])
    for name in ("barcelona-officer", "oslo-officer", "malmo-officer"):
        try:
            outsider = acting(name)
        except KeyError:
            continue
        assert queries.poll_of(outsider, audit_for(outsider, audit_id)) is None
        assert queries.todo(outsider) == []
        assert db.session.scalar(select(func.count()).select_from(AuditPoll)) == 0  # row-level security, by itself
    asked = acting("stavanger-officer")
    assert queries.poll_of(asked, audit_for(asked, audit_id))
    assert [one.due_on for one in queries.todo(asked)] == [FIRST]
    acting("system")
    with db.transaction() as session:
        poll_id = session.scalars(select(AuditPoll.id)).one()
        payload = {"audit_id": str(audit_id), "poll_id": str(poll_id), "what": "opened"}
        tell_of_poll(uuid4(), payload)
        tell_of_poll(uuid4(), payload)
    told = db.session.scalars(select(Notice.authority_id).where(Notice.kind == "audit_poll")).all()
    assert told == [authority_ids["stavanger"]]


def test_an_observer_is_asked_and_not_waited_for(acting: Acting, authority_ids) -> None:
    audit_id = made(acting, authority_ids)
    opened(acting, audit_id, [])
    observer = acting("barcelona-officer")
    assert queries.poll_of(observer, audit_for(observer, audit_id))
    assert queries.todo(observer) == []


def test_what_cannot_be_asked(acting: Acting, authority_ids) -> None:
    audit_id = made(acting, authority_ids, announcement="semi")
    stavanger, oslo = authority_ids["stavanger"], authority_ids["oslo"]
    late = Days(FIRST + timedelta(days=9), FIRST + timedelta(days=9))
    for asked, options, by, field in (
        ([oslo], (ONE_DAY, TWO_DAYS), FIRST, "asked_ids"),  # has not joined
        ([], (ONE_DAY, TWO_DAYS), FIRST, "asked_ids"),
        ([stavanger], (ONE_DAY,), FIRST, "options"),
        ([stavanger], (ONE_DAY, ONE_DAY), FIRST, "options"),
        ([stavanger], (ONE_DAY, late), FIRST, "options"),
        ([stavanger], (ONE_DAY, TWO_DAYS), today() - timedelta(days=1), "answer_by"),
    ):
        with pytest.raises(BadInput) as wrong:
            opened(acting, audit_id, asked, options, by)
        assert wrong.value.field == field
    opened(acting, audit_id, [stavanger])
    with pytest.raises(Conflict):
        opened(acting, audit_id, [stavanger])
    other = acting("stavanger-officer")
    with pytest.raises(Forbidden):
        services.drop(other, audit_for(other, audit_id))


def test_an_answer_for_every_choice_or_none(acting: Acting, authority_ids) -> None:
    audit_id = made(acting, authority_ids)
    opened(acting, audit_id, [])
    asked = acting("stavanger-officer")
    poll = queries.poll_of(asked, audit_for(asked, audit_id))
    assert poll
    with pytest.raises(BadInput), db.transaction():
        services.answer(asked, audit_for(asked, audit_id), {poll.options[0].days.id: Vote.YES})
    assert db.session.scalar(select(func.count()).select_from(AuditPollVote)) == 0


def test_dropped_and_asked_anew(acting: Acting, authority_ids) -> None:
    audit_id = made(acting, authority_ids)
    opened(acting, audit_id, [])
    lead = acting("stockholm-officer")
    with db.transaction():
        services.drop(lead, audit_for(lead, audit_id))
    assert queries.poll_of(lead, audit_for(lead, audit_id)) is None
    opened(acting, audit_id, [])
    assert queries.poll_of(lead, audit_for(lead, audit_id))


def test_of_two_who_choose_at_once_one_does(acting: Acting, authority_ids) -> None:
    audit_id = made(acting, authority_ids)
    opened(acting, audit_id, [])
    lead = acting("stockholm-officer")
    poll = queries.poll_of(lead, audit_for(lead, audit_id))
    assert poll
    options = [one.days.id for one in poll.options]
    db.session.remove()

    def choose(option_id: UUID) -> str:
        db.set_scope(authority_id=lead.authority_id)
        try:
            with db.transaction():
                services.choose(lead, audit_for(lead, audit_id), option_id)
        except InvalidTransition as error:
            return type(error).__name__
        finally:
            db.session.remove()
        return "chosen"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(choose, options * 3))
    assert outcomes.count("chosen") == 1
    lead = acting("stockholm-officer")
    chosen = db.session.scalars(select(AuditPoll)).one()
    exact = dates.dates_of(lead, audit_for(lead, audit_id))
    assert exact
    picked = next(one for one in chosen.options if one.id == chosen.chosen_id)
    assert (picked.starts_on, picked.ends_on) == (exact.starts_on, exact.ends_on)

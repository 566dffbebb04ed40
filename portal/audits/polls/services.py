"""Use cases of date polls: open one, answer it, choose the days, drop it.

Whoever is asked learns days that may become the audit's, so of an audit that is not announced to all the lead chooses
whom it asks, as it chooses who needs to know the exact days (dates.py).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits import dates
from portal.audits.course import lead_decides
from portal.audits.models import JointAudit
from portal.audits.polls.models import AuditPoll, AuditPollOption, AuditPollVote
from portal.audits.polls.queries import visible_polls
from portal.audits.polls.rules import FEWEST_OPTIONS, MOST_OPTIONS, Days, Vote
from portal.audits.rules import OPEN, Announcement
from portal.clock import today
from portal.db import constraint_errors, now, session
from portal.errors import BadInput, Conflict, InvalidTransition
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit


def open_poll(
    actor: Actor,
    audit: JointAudit,
    options: Sequence[Days],
    *,
    answer_by: date,
    timezone: str,
    asked_ids: Collection[UUID],
) -> AuditPoll:
    """Ask those who have joined which days suit them. Of an announced audit all are asked, whoever is chosen."""
    lead_decides(actor, audit)
    if audit.state not in OPEN:
        raise InvalidTransition(_("The days of this audit cannot be changed any more."))
    joined = dates.may_be_told(audit)
    if not joined:
        raise BadInput(_("Nobody has joined yet, so there is nobody to ask."), remedy=_("Wait for the answers."))
    if audit.announcement == Announcement.ANNOUNCED:
        asked_ids = joined
    if not asked_ids or not set(asked_ids) <= set(joined):
        raise BadInput(
            _("Only who has joined can be asked."), field="asked_ids", remedy=_("Choose at least one of the list.")
        )
    if not today() <= answer_by <= audit.ends_on:
        raise BadInput(
            _("The answers are due between today and the last day of the audit’s window."),
            field="answer_by",
            remedy=_("Check the dates."),
        )
    _check_options(audit, options)
    poll = AuditPoll(
        audit_id=audit.id,
        asked_ids=sorted({*asked_ids, audit.owner_id}),
        answer_by=answer_by,
        timezone=ZoneInfo(timezone).key,
        options=[AuditPollOption(starts_on=o.starts_on, ends_on=o.ends_on, starts_at=o.starts_at) for o in options],
    )
    running = Conflict(_("A date poll is open already. Close it first."))
    with constraint_errors({"uq_audit_poll_open": running}):
        session.add(poll)
    record(actor, "audit.poll_opened", audit)
    emit(Event.AUDIT_POLL, actor=actor, audit_id=audit.id, poll_id=poll.id, what="opened")
    return poll


def answer(actor: Actor, audit: JointAudit, votes: Mapping[UUID, Vote], note: str | None = None) -> None:
    """Say for the actor's authority what suits it: one answer an option. It may be changed until the poll is closed."""
    require(actor, Permission.TAKE_PART_IN_AUDIT, audit)
    poll = _open_one(actor, audit)
    if set(votes) != {one.id for one in poll.options}:
        raise BadInput(
            _("Not every choice of days has an answer."), field="votes", remedy=_("Say of each whether it suits you.")
        )
    for option_id, vote in votes.items():
        values = {"vote": Vote(vote), "note": (note or "").strip() or None, "voted_at": now()}
        session.execute(
            insert(AuditPollVote)
            .values(option_id=option_id, authority_id=actor.authority_id, **values)
            .on_conflict_do_update(index_elements=["option_id", "authority_id"], set_=values)
        )
    session.expire_all()
    record(actor, "audit.poll_answered", audit)


def choose(actor: Actor, audit: JointAudit, option_id: UUID) -> AuditPollOption:
    """Close the poll with these days: they become the exact days of the audit, for those who were asked."""
    lead_decides(actor, audit)
    poll = _open_one(actor, audit)
    chosen = next((one for one in poll.options if one.id == option_id), None)
    if chosen is None:
        raise BadInput(_("The poll has no such days."), field="option", remedy=_("Choose one of the list."))
    told = set(poll.asked_ids) & set(dates.may_be_told(audit))
    dates.set_dates(actor, audit, chosen.starts_on, chosen.ends_on, told)
    poll.closed_at, poll.chosen_id = now(), chosen.id
    session.flush()
    record(actor, "audit.poll_closed", audit)
    emit(Event.AUDIT_POLL, actor=actor, audit_id=audit.id, poll_id=poll.id, what="closed")
    return chosen


def drop(actor: Actor, audit: JointAudit) -> None:
    """Close the poll without choosing any days."""
    lead_decides(actor, audit)
    poll = _open_one(actor, audit)
    poll.closed_at = now()
    session.flush()
    record(actor, "audit.poll_dropped", audit)


def _open_one(actor: Actor, audit: JointAudit) -> AuditPoll:
    """The open poll, as it is once nobody else answers or closes it.

    An advisory lock: to lock its row, those who are asked would need the right to change it.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"audit_poll {audit.id}", 0))))
    query = visible_polls(actor).where(AuditPoll.audit_id == audit.id, AuditPoll.closed_at.is_(None))
    poll = session.scalar(query.execution_options(populate_existing=True))
    if poll is None:
        raise InvalidTransition(_("No date poll is open for you."))
    return poll


def _check_options(audit: JointAudit, options: Sequence[Days]) -> None:
    check = _("Check the dates.")
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        raise BadInput(
            _("A poll has %(few)s to %(many)s choices.", few=FEWEST_OPTIONS, many=MOST_OPTIONS),
            field="options",
            remedy=_("Write the first and the last day of each."),
        )
    if len(set(options)) < len(options):
        raise BadInput(_("The same days stand there twice."), field="options", remedy=check)
    for one in options:
        if one.ends_on < one.starts_on:
            raise BadInput(_("The audit ends before it begins."), field="options", remedy=check)
        if one.starts_on < audit.starts_on or one.ends_on > audit.ends_on:
            raise BadInput(
                _("%(day)s is not in the window of the audit.", day=one.starts_on.strftime("%d.%m.%Y")),
                field="options",
                remedy=check,
            )

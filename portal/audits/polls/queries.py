"""Every SELECT on date polls, for the lead and those who are asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ScalarSelect, Select, any_, func, or_, select

from portal.access.actor import Actor
from portal.audits.models import AuditParticipant, JointAudit
from portal.audits.polls.models import AuditPoll, AuditPollOption, AuditPollVote
from portal.audits.polls.rules import Tally, best, tally
from portal.audits.queries import shown
from portal.audits.rules import Answer, ParticipantRole
from portal.audits.workdays import Holiday, holidays_between
from portal.authorities import queries as authorities
from portal.db import session
from portal.registry.models import Site
from portal.shapes import TodoItem


@dataclass(frozen=True)
class Option:
    """Days with what is said to them. `meeting` is when people meet on the first day, at the site's clock."""

    days: AuditPollOption
    votes: Mapping[UUID, AuditPollVote]
    tally: Tally
    best: bool
    holidays: Sequence[Holiday]
    meeting: datetime | None


@dataclass(frozen=True)
class Poll:
    """A poll with its options. `asked`: who may answer, the lead first; `observers` of them have no vote."""

    poll: AuditPoll
    options: Sequence[Option]
    asked: Sequence[UUID]
    observers: frozenset[UUID]

    @property
    def unanswered(self) -> list[UUID]:
        """Who has said nothing yet, of those with a vote."""
        said = {authority_id for option in self.options for authority_id in option.votes}
        return [one for one in self.asked if one not in said and one not in self.observers]


def visible_polls(actor: Actor) -> Select[AuditPoll]:
    """Polls of audits that the actor sees, as their lead or as one that is asked and has joined."""
    return (
        select(AuditPoll)
        .join(JointAudit, JointAudit.id == AuditPoll.audit_id)
        .where(shown(actor), or_(JointAudit.owner_id == actor.authority_id, _is_asked(actor)))
    )


def poll_of(actor: Actor, audit: JointAudit) -> Poll | None:
    """The newest poll of an audit that was not dropped, with what is said in it; None where there is none for us."""
    kept = or_(AuditPoll.closed_at.is_(None), AuditPoll.chosen_id.is_not(None))
    query = visible_polls(actor).where(AuditPoll.audit_id == audit.id, kept)
    poll = session.scalar(query.order_by(AuditPoll.opened_at.desc()).limit(1))
    return None if poll is None else _with_votes(audit, poll)


def _with_votes(audit: JointAudit, poll: AuditPoll) -> Poll:
    rows = session.scalars(
        select(AuditPollVote).where(AuditPollVote.option_id.in_([one.id for one in poll.options]))
    ).all()
    votes: dict[UUID, dict[UUID, AuditPollVote]] = {one.id: {} for one in poll.options}
    for row in rows:
        votes[row.option_id][row.authority_id] = row
    joined = [row for row in audit.participants if row.answer == Answer.JOINED and row.authority_id in poll.asked_ids]
    observers = frozenset(row.authority_id for row in joined if row.role == ParticipantRole.OBSERVER)
    asked = sorted((row.authority_id for row in joined), key=lambda one: (one != audit.owner_id, str(one)))
    voters = [one for one in asked if one not in observers]
    said = {option: {one: vote.vote for one, vote in found.items()} for option, found in votes.items()}
    tallies = {option: tally(found, voters) for option, found in said.items()}
    liked = best(tallies)
    countries, language = _countries(audit, asked), str(get_locale() or "en")
    options = [
        Option(
            one,
            votes[one.id],
            tallies[one.id],
            one.id in liked,
            holidays_between(one.starts_on, one.ends_on, countries, language),
            datetime.combine(one.starts_on, one.starts_at, ZoneInfo(poll.timezone)) if one.starts_at else None,
        )
        for one in poll.options
    ]
    return Poll(poll, options, asked, observers)


def _countries(audit: JointAudit, asked: Sequence[UUID]) -> set[str]:
    """Whose public holidays matter: those of the site and of everybody who is asked."""
    members = authorities.authorities_by_id()
    site = session.get_one(Site, audit.site_id)
    return {members[one].country for one in asked} | ({site.country} if site.country else set())


def todo(actor: Actor) -> list[TodoItem]:
    """Open polls that our authority has not answered."""
    if actor.authority_id is None:
        return []
    rows = session.execute(visible_polls(actor).where(_waits_for(actor)).add_columns(JointAudit))
    return [
        TodoItem(
            due_on=poll.answer_by,
            title=_("Say which days suit you for “%(title)s”", title=audit.title),
            detail=_("Date poll of a joint audit"),
            endpoint="audit_polls.show",
            args={"audit_id": audit.id},
            supplier_id=audit.supplier_id,
            shared_with=list(poll.asked_ids),
        )
        for poll, audit in rows
    ]


def todo_count(actor: Actor) -> ScalarSelect[int]:
    """How many things `todo` lists, as part of a statement."""
    return visible_polls(actor).where(_waits_for(actor)).with_only_columns(func.count()).scalar_subquery()


def _waits_for(actor: Actor) -> ColumnElement[bool]:
    said = (
        select(AuditPollVote.option_id)
        .join(AuditPollOption, AuditPollOption.id == AuditPollVote.option_id)
        .where(AuditPollOption.poll_id == AuditPoll.id, AuditPollVote.authority_id == actor.authority_id)
        .exists()
    )
    has_vote = JointAudit.participants.any(
        (AuditParticipant.authority_id == actor.authority_id) & (AuditParticipant.role != ParticipantRole.OBSERVER)
    )
    return AuditPoll.closed_at.is_(None) & _is_asked(actor) & has_vote & ~said


def _is_asked(actor: Actor) -> ColumnElement[bool]:
    joined = JointAudit.participants.any(
        (AuditParticipant.authority_id == actor.authority_id) & (AuditParticipant.answer == Answer.JOINED)
    )
    return (any_(AuditPoll.asked_ids) == actor.authority_id) & joined


def is_late(poll: AuditPoll, today: date) -> bool:
    """The time to answer has passed; answers are still taken until the lead closes the poll."""
    return poll.closed_at is None and today > poll.answer_by

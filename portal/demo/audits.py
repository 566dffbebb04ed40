"""The demo's joint audits, all invented: one that is proposed, and one of which the supplier was told."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.audits import course, dates
from portal.audits.interests.services import declare, record_independence
from portal.audits.polls import services as polls
from portal.audits.polls.rules import Days, Vote
from portal.audits.queries import get_audit
from portal.audits.rules import Announcement, AuditType, ParticipantRole, Step
from portal.audits.services import Proposal, answer, propose
from portal.audits.shares.rules import Way
from portal.audits.shares.services import set_cost
from portal.authorities.queries import authority_by_slug
from portal.clock import today
from portal.db import session
from portal.demo.network import acting_for
from portal.registry.models import Site

WEEK = timedelta(days=7)


def seed(suppliers: Mapping[str, UUID]) -> None:
    """Add them as the officers of the three authorities would."""
    _proposed(suppliers["lumenfab"])
    _notified(suppliers["nordvik"])


def _proposed(supplier_id: UUID) -> None:
    """By Stockholm; the other two have not answered."""
    begins = today() + timedelta(days=46)
    with acting_for("stockholm") as actor:
        invited = {authority_by_slug(slug).id: ParticipantRole.CO_BUYER for slug in ("stavanger", "barcelona")}
        propose(
            actor,
            supplier_id,
            Proposal(
                title="Final assembly: minerals and working hours",
                audit_type=AuditType.SITE,
                site=_site(supplier_id),
                scope="Clauses on minerals and working hours; OECD steps 2 to 4. Not fire safety.",
                starts_on=begins,
                ends_on=begins + timedelta(days=1),
                answer_by=today() + timedelta(days=12),
                audience=Audience.OWNER,  # and those invited
                named_ids=[],
                invitations=invited,
            ),
        )


def _notified(supplier_id: UUID) -> None:
    """Led by Stavanger with Stockholm, which shares the cost; semi-announced, the supplier knows the window alone."""
    begins = today() + 5 * WEEK
    with acting_for("stavanger") as lead:
        audit_id = propose(
            lead,
            supplier_id,
            Proposal(
                title="Where the tin and tantalum of the displays come from",
                audit_type=AuditType.OFFICE,
                site=_site(supplier_id),
                scope="OECD steps 1, 2 and 5: policy, knowledge of smelters, yearly report.",
                starts_on=begins,
                ends_on=begins + WEEK,
                answer_by=today() + WEEK,
                audience=Audience.MEMBERS,
                named_ids=[],
                invitations={authority_by_slug("stockholm").id: ParticipantRole.CO_BUYER},
                announcement=Announcement.SEMI,
            ),
        ).id
    with acting_for("stockholm") as co_buyer:
        audit = get_audit(co_buyer, audit_id)
        answer(co_buyer, audit, joins=True, note="We pay our part and send one person.")
        declare(co_buyer, audit, None)
    with acting_for("stavanger") as lead:
        audit = get_audit(lead, audit_id)
        set_cost(lead, audit, 12_000_000, "NOK", Way.EQUAL)
        declare(lead, audit, None)
        record_independence(lead, audit, "Vestland Revisjon", "No work for the supplier in the last three years.")
        course.plan(lead, audit)
        course.go_on(lead, audit, Step.NOTIFY)
        _ask_for_days(lead, audit_id, begins)


def _ask_for_days(lead: Actor, audit_id: UUID, begins: date) -> None:
    """Which days suit Stockholm, in a poll that waits for its answer."""
    options = [Days(begins + timedelta(days=n), begins + timedelta(days=n + 1), time(9)) for n in (0, 2, 5)]
    audit = get_audit(lead, audit_id)
    asked = dates.may_be_told(audit)
    answer_by = today() + WEEK
    poll = polls.open_poll(lead, audit, options, answer_by=answer_by, timezone="Europe/Oslo", asked_ids=asked)
    votes = (Vote.YES, Vote.YES, Vote.MAYBE)
    ids = [one.id for one in sorted(poll.options, key=lambda one: one.starts_on)]
    polls.answer(lead, audit, dict(zip(ids, votes, strict=True)), "We come by train the day before.")


def _site(supplier_id: UUID) -> UUID:
    return session.scalars(select(Site.id).where(Site.supplier_id == supplier_id)).one()

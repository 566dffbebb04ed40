"""Which feeds there are, and whose a secret address is."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.access.actor import Actor, Role
from portal.accounts.models import User
from portal.authorities.models import Authority
from portal.authorities.queries import actor_for, lock_of_all
from portal.calendars.models import CalendarFeed
from portal.db import as_system, session
from portal.errors import NotFound
from portal.guests.rules import secret_hash


@dataclass(frozen=True)
class Holder:
    """Whom a feed shows the portal to: a person, or the least that each member of an authority sees."""

    actor: Actor
    language: str


def visible_feeds(actor: Actor) -> Sequence[CalendarFeed]:
    """The living feeds that concern the actor: its own, and its authority's."""
    return session.scalars(
        select(CalendarFeed)
        .where(
            CalendarFeed.owner_id == actor.authority_id,
            CalendarFeed.revoked_at.is_(None),
            CalendarFeed.user_id.is_(None) | (CalendarFeed.user_id == actor.user_id),
        )
        .order_by(CalendarFeed.id)
    ).all()


def feed_of(actor: Actor, user_id: UUID | None) -> CalendarFeed | None:
    """The living feed of this person, or without one that of the authority."""
    return next((feed for feed in visible_feeds(actor) if feed.user_id == user_id), None)


def holder_of(token: str) -> Holder:
    """Whose address this is, or NotFound where it never was, is revoked, or its person left or is not active."""
    with as_system():
        feed = session.scalar(
            select(CalendarFeed).where(CalendarFeed.token_hash == secret_hash(token), CalendarFeed.revoked_at.is_(None))
        )
        actor = _actor_of(feed) if feed else None
    if feed is None or actor is None:
        raise NotFound
    return Holder(actor, feed.language)


def _actor_of(feed: CalendarFeed) -> Actor | None:
    """The actor that the feed shows the portal to. A person who works for another authority by now is nobody here."""
    if feed.user_id is None:
        authority = session.get_one(Authority, feed.owner_id)
        return Actor(
            name="calendar feed",
            authority_id=authority.id,
            authority_code=authority.code,
            authority_name=authority.name,
            roles=frozenset({Role.READER}),
            lock=lock_of_all(authority.id),
        )
    person = session.get_one(User, feed.user_id)
    actor = actor_for(person.id, person.display_name) if person.active else None
    return actor if actor and actor.authority_id == feed.owner_id else None

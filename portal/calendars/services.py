"""Use cases of calendar feeds: make or renew an address, and revoke it."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.calendars.models import CalendarFeed
from portal.db import now, session
from portal.errors import InvalidTransition
from portal.guests.rules import new_secret, secret_hash
from portal.journal.services import record


def make(actor: Actor, *, language: str, of_authority: bool = False) -> str:
    """A new secret address for the actor, or for its authority; the one before it ends. Returns the secret, once."""
    user_id = _allowed(actor, of_authority)
    _revoke(actor, user_id)
    token = new_secret()
    feed = CalendarFeed(owner_id=actor.authority_id, user_id=user_id, token_hash=secret_hash(token), language=language)
    session.add(feed)
    session.flush()
    record(actor, "calendar_feed.made", feed, of_authority=of_authority)
    return token


def revoke(actor: Actor, *, of_authority: bool = False) -> None:
    """End the address at once. Where there is none, that is told."""
    if not _revoke(actor, _allowed(actor, of_authority)):
        raise InvalidTransition(_("There is no address to revoke."))


def _allowed(actor: Actor, of_authority: bool) -> UUID | None:
    """The person whose feed it is, None for the authority's; or Forbidden."""
    require(actor, Permission.SHARE_CALENDAR if of_authority else Permission.SUBSCRIBE_CALENDAR)
    return None if of_authority else actor.user_id


def _revoke(actor: Actor, user_id: UUID | None) -> bool:
    # Two at once: the second one waits, and replaces the first one's.
    key = f"calendar feed {actor.authority_id} {user_id}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    ended = session.scalars(
        update(CalendarFeed)
        .where(
            CalendarFeed.owner_id == actor.authority_id,
            CalendarFeed.user_id.is_not_distinct_from(user_id),
            CalendarFeed.revoked_at.is_(None),
        )
        .values(revoked_at=now())
        .returning(CalendarFeed)
        .execution_options(synchronize_session=False)
    ).all()
    for feed in ended:
        record(actor, "calendar_feed.revoked", feed, of_authority=user_id is None)
    return bool(ended)

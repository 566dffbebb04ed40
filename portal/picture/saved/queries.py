"""SELECTs of saved searches: a person sees their own, and no colleague's."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select

from portal.access.actor import Actor
from portal.access.prepared import Prepared, given
from portal.db import session
from portal.errors import NotFound
from portal.picture.saved.models import SavedSearch


def own_searches(actor: Actor) -> Select[SavedSearch]:
    """The person's searches, also one that was deleted and can be brought back."""
    return select(SavedSearch).where(SavedSearch.user_id == actor.user_id, SavedSearch.owner_id == actor.authority_id)


_LISTED = Prepared(lambda actor: own_searches(actor).where(SavedSearch.deleted_at.is_(None)).order_by(SavedSearch.name))


def saved_searches(actor: Actor) -> Sequence[SavedSearch]:
    """The person's searches by name; none for people without an authority."""
    if actor.authority_id is None:
        return []
    return session.scalars(_LISTED.for_(actor), given(actor)).all()


def deleted_search(actor: Actor) -> SavedSearch | None:
    """The one that was deleted last and can be brought back."""
    gone = own_searches(actor).where(SavedSearch.deleted_at.is_not(None))
    return session.scalar(gone.order_by(SavedSearch.deleted_at.desc()).limit(1))


def get_search(actor: Actor, search_id: UUID) -> SavedSearch:
    """One of the person's searches, or NotFound; a deleted one is found by `deleted_or_kept` only."""
    found = deleted_or_kept(actor, search_id)
    if found.deleted_at is not None:
        raise NotFound
    return found


def deleted_or_kept(actor: Actor, search_id: UUID) -> SavedSearch:
    """One of the person's searches, also one that can be brought back, or NotFound."""
    found = session.scalar(own_searches(actor).where(SavedSearch.id == search_id))
    if found is None:
        raise NotFound
    return found

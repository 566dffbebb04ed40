"""Keeping searches: what a person does with their own, so the journal of the authority says nothing of it."""

from contextlib import AbstractContextManager

from flask_babel import gettext as _
from sqlalchemy import delete, func

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import constraint_errors, now, session
from portal.errors import BadInput
from portal.picture.choice import Choice, address_query
from portal.picture.saved.models import SavedSearch
from portal.picture.saved.queries import own_searches

MOST = 50


def save(actor: Actor, name: str, choice: Choice) -> SavedSearch:
    """Keep what is chosen on the look-up page. Raises BadInput when nothing is, for a taken name, and past MOST."""
    require(actor, Permission.SAVE_SEARCHES)
    query = address_query(choice)
    if not query:
        raise BadInput(
            _("Nothing is searched for and nothing is chosen."),
            remedy=_("Type a text or choose a filter on the look-up page first."),
        )
    _keep_within_most(actor)
    with _own_name():
        saved = SavedSearch(user_id=actor.user_id, owner_id=actor.authority_id, name=name, query=query)
        session.add(saved)
    return saved


def rename(actor: Actor, saved: SavedSearch, name: str) -> None:
    """Give it another name. Raises BadInput when it is taken."""
    require(actor, Permission.SAVE_SEARCHES, saved)
    with _own_name():
        saved.name = name


def remove(actor: Actor, saved: SavedSearch) -> None:
    """Delete it. It can be brought back until the next one is deleted: earlier ones go for good now."""
    require(actor, Permission.SAVE_SEARCHES, saved)
    earlier = own_searches(actor).where(SavedSearch.deleted_at.is_not(None), SavedSearch.id != saved.id)
    session.execute(delete(SavedSearch).where(SavedSearch.id.in_(earlier.with_only_columns(SavedSearch.id))))
    saved.deleted_at = now()
    session.flush()


def bring_back(actor: Actor, saved: SavedSearch) -> None:
    """Undo `remove`. Raises BadInput when the name was given to another one meanwhile, and past MOST."""
    require(actor, Permission.SAVE_SEARCHES, saved)
    if saved.deleted_at is None:
        return
    _keep_within_most(actor)
    with _own_name():
        saved.deleted_at = None


def _keep_within_most(actor: Actor) -> None:
    held = own_searches(actor).where(SavedSearch.deleted_at.is_(None)).with_only_columns(func.count())
    if (session.scalar(held) or 0) >= MOST:
        raise BadInput(
            _("You have %(num)d saved searches, which is the most there can be.", num=MOST),
            remedy=_("Delete one that you do not need any more."),
        )


def _own_name() -> AbstractContextManager[None]:
    return constraint_errors(
        {
            "uq_saved_search_name": BadInput(
                _("You have a saved search of this name."), field="name", remedy=_("Choose another name.")
            )
        }
    )

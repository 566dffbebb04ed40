"""Saved searches for tests, written straight into the tables."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.authorities.models import Membership
from portal.db import session
from portal.picture.saved.models import SavedSearch


def make_search(*, owner_id: UUID, **values: Any) -> SavedSearch:
    """A search of the authority's officer for “halden” in Sweden; flushed."""
    officer = select(Membership.user_id).where(Membership.authority_id == owner_id, Membership.role == "officer")
    values = {"name": "Halden in Sweden", "query": "q=halden&country=SE", **values}
    saved = SavedSearch(owner_id=owner_id, user_id=values.pop("user_id", None) or session.scalar(officer), **values)
    session.add(saved)
    session.flush()
    return saved

"""Reading accounts."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import User
from portal.db import session


def titles_of(user_ids: Collection[UUID]) -> dict[UUID, str]:
    """The role titles behind account ids, for pages that know people by id only."""
    rows = session.execute(select(User.id, User.display_name).where(User.id.in_(set(user_ids))))
    return {row.id: row.display_name for row in rows}

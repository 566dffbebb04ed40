"""The lock that keeps merges of suppliers apart from each other and from the imports of lists."""

from sqlalchemy import func, select

from portal.db import session

_KEY = func.hashtext("registry.merge")


def lock_merging() -> None:
    """One merge at a time, and none while a list is imported; held to the end of the transaction."""
    session.execute(select(func.pg_advisory_xact_lock(_KEY)))


def hold_off_merging() -> None:
    """No supplier is merged while this transaction plans by the names and numbers that it read."""
    session.execute(select(func.pg_advisory_xact_lock_shared(_KEY)))

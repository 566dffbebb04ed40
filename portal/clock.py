"""Today, in one place, so that tests can say which day it is."""

from datetime import UTC, date, datetime


def today() -> date:
    """The date in UTC; audits and due dates are whole days."""
    return datetime.now(UTC).date()

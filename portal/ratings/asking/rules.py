"""The way of questions to a supplier: pure."""

from enum import StrEnum


class AskState(StrEnum):
    """Where they stand."""

    OPEN = "open"  # the supplier may save and send
    SENT = "sent"  # it has answered
    CLOSED = "closed"  # nothing more is taken


# From where the authority may close them.
CLOSES_FROM = frozenset({AskState.OPEN, AskState.SENT})

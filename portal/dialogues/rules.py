"""Words and pure decisions of the dialogue log."""

from datetime import date, timedelta
from enum import StrEnum

# A commitment of somebody else is brought to mind this long before it is due.
REMIND_AHEAD = timedelta(days=14)


class Channel(StrEnum):
    """How the dialogue was held."""

    MEETING = "meeting"
    CALL = "call"
    VIDEO = "video"
    LETTER = "letter"
    EMAIL = "email"
    SITE_VISIT = "site_visit"
    INFORMATION_REQUEST = "info_request"  # one that the law entitles everybody to make


class CommitmentState(StrEnum):
    """Where a commitment stands on a day."""

    OPEN = "open"
    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"


def commitment_state(*, done: bool, due_on: date, today: date) -> CommitmentState:
    """`done` lasts whatever the date; a commitment is overdue from the day after it was due."""
    if done:
        return CommitmentState.DONE
    if due_on < today:
        return CommitmentState.OVERDUE
    return CommitmentState.DUE if due_on <= today + REMIND_AHEAD else CommitmentState.OPEN


def asked_recently_since(today: date) -> date:
    """The first day of the last twelve months: who talked with a supplier since then is worth asking first."""
    if (today.month, today.day) == (2, 29):
        return date(today.year - 1, 3, 1)
    return today.replace(year=today.year - 1)

"""Words and pure decisions of the dialogue log."""

from datetime import date, timedelta
from enum import StrEnum

# Norway's Transparency Act, section 7: an answer within reasonable time and no later than three weeks.
STATUTORY_ANSWER = timedelta(days=21)
# Entries that are looked through for what was asked already.
ASKED_WITHIN = timedelta(days=2 * 365)
ALIKE_ENOUGH = 0.35  # of the longer words, from which a text without a topic in common is shown

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


class Milestone(StrEnum):
    """How far an objective has come, as investors who engage with companies record it (DOMAIN 5.6)."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    PLAN = "plan"
    IMPLEMENTED = "implemented"


class Escalation(StrEnum):
    """The steps up when talking does not help, the mildest first (DOMAIN 5.6)."""

    REMINDER = "reminder"
    MANAGEMENT_LETTER = "management_letter"
    JOINT_LETTER = "joint_letter"
    CONTRACTUAL_NOTICE = "contractual_notice"
    SANCTION = "sanction"


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


def answer_due(channel: Channel, held_on: date, written: date | None) -> date | None:
    """Until when an answer is due: what a person wrote, else three weeks after a statutory information request."""
    if written is None and channel == Channel.INFORMATION_REQUEST:
        return held_on + STATUTORY_ANSWER
    return written

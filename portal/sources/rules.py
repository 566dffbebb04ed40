"""What may become of a run of a source, why it is held or fails, and how fresh a source is. Pure."""

from datetime import datetime
from enum import StrEnum

from portal.errors import InvalidTransition
from portal.minerals.rules import is_stale


class RunState(StrEnum):
    """A run waits, then its list is applied, found unchanged, held for an operator, or could not be read."""

    QUEUED = "queued"
    HELD = "held"
    APPLIED = "applied"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    FAILED = "failed"


TRANSITIONS = {
    RunState.QUEUED: frozenset({RunState.APPLIED, RunState.UNCHANGED, RunState.HELD, RunState.FAILED}),
    RunState.HELD: frozenset({RunState.APPLIED, RunState.REJECTED}),
}
GOOD = frozenset({RunState.APPLIED, RunState.UNCHANGED})


class Trigger(StrEnum):
    """What started a run."""

    UPLOAD = "upload"
    FETCH = "fetch"  # an operator asked for it
    SCHEDULE = "schedule"
    COMMAND = "command"


class Reason(StrEnum):
    """Why nothing was applied. The first block fails a run: there is no list to apply. The second holds it."""

    EMPTY = "empty"
    NOT_A_LIST = "not_a_list"
    DAMAGED_FILE = "damaged_file"
    TOO_LARGE = "too_large"
    WRONG_ENCODING = "wrong_encoding"
    MOJIBAKE = "mojibake"
    UNEXPECTED_COLUMNS = "unexpected_columns"
    NO_ROWS = "no_rows"
    NO_GOOD_ROWS = "no_good_rows"
    DUPLICATE_IDS = "duplicate_ids"
    OLDER_LIST = "older_list"
    REJECTED_BEFORE = "rejected_before"
    UNREACHABLE = "unreachable"
    HTTP_ERROR = "http_error"
    QUESTION_REFUSED = "question_refused"  # by a service, in words
    FORBIDDEN_ADDRESS = "forbidden_address"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    COMPRESSED = "compressed"

    MASS_REMOVAL = "mass_removal"
    MASS_RENAMES = "mass_renames"
    MASS_STATUS_CHANGES = "mass_status_changes"
    DATES_BACKWARDS = "dates_backwards"
    MANY_REJECTS = "many_rejects"
    AREAS_REMOVED = "areas_removed"
    AREAS_UNREADABLE = "areas_unreadable"

    SUPERSEDED = "superseded"  # a held list, after a newer one was applied


HOLDING = frozenset(
    {
        Reason.MASS_REMOVAL,
        Reason.MASS_RENAMES,
        Reason.MASS_STATUS_CHANGES,
        Reason.DATES_BACKWARDS,
        Reason.MANY_REJECTS,
        Reason.AREAS_REMOVED,
        Reason.AREAS_UNREADABLE,
    }
)


class Freshness(StrEnum):
    """How a source stands today; the words of the status mark."""

    NEVER = "not_checked"
    OK = "ok"
    LATE = "late"
    HELD = "held"
    FAILED = "failed"


def move(state: str, target: RunState) -> None:
    """Raise InvalidTransition unless a run in `state` may become `target`."""
    if target not in TRANSITIONS.get(RunState(state), ()):
        raise InvalidTransition("This run has been decided already. Reload the page to see how.")


def freshness(
    *, last_good: datetime | None, held: bool, failed_since: bool, interval_hours: int, now: datetime
) -> Freshness:
    """Held before failed before late: the most urgent thing that an operator can do something about.

    `failed_since`: the newest finished run failed, after the last good one.
    """
    if held:
        return Freshness.HELD
    if failed_since:
        return Freshness.FAILED
    if last_good is None:
        return Freshness.NEVER
    return Freshness.LATE if is_stale(last_good, interval_hours, now) else Freshness.OK

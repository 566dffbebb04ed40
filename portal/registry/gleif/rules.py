"""What may go wrong in asking GLEIF, when to ask again, and which records state nothing. Pure."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

SOURCE = "GLEIF"
NIGHT = time(1, 0, tzinfo=UTC)  # records are asked for again from this hour on
TRY_AGAIN = timedelta(days=1)  # after a failure that is over by then, hopefully
UNANSWERED = timedelta(minutes=2)  # a request that waits longer than this has no worker
ASK_ANEW = timedelta(hours=1)  # a request that was lost somewhere is made again after this


class Problem(StrEnum):
    """Why GLEIF gave nothing."""

    NOT_FOUND = "not_found"
    UNREACHABLE = "unreachable"
    BUSY = "busy"  # it, or our own limit, lets us wait: params `retry_after` in seconds
    HTTP_ERROR = "http_error"  # params `status`
    UNEXPECTED = "unexpected"  # not the JSON that its API is known for
    TOO_LARGE = "too_large"
    FORBIDDEN_ADDRESS = "forbidden_address"
    SWITCHED_OFF = "switched_off"


# Registration statuses of records that were made by mistake: they state nothing of the company.
VOID = frozenset({"ANNULLED", "DUPLICATE", "CANCELLED"})


def due_after(moment: datetime, days: int) -> datetime | None:
    """The night at least `days` later; None where records are not refreshed by the clock."""
    if days <= 0:
        return None
    later = moment + timedelta(days=days)
    night = datetime.combine(later.date(), NIGHT)
    return night if night >= later else night + timedelta(days=1)


def due_after_problem(moment: datetime, problem: Problem, retry_after: float | None, days: int) -> datetime | None:
    """When to ask again after a failure."""
    if problem is Problem.BUSY:
        return moment + timedelta(seconds=max(retry_after or 0, 60))
    if problem is Problem.NOT_FOUND:
        return due_after(moment, days)
    return due_after(moment, min(days, TRY_AGAIN.days))

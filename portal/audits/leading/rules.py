"""When a lead counts as inactive, so that another may take its place: pure decisions, no database.

Nobody is replaced unwarned. The next step has to be overdue for ten working days of the lead's country, then somebody
who pays reminds the lead, and after five more working days without a step any of them may take over.
"""

from datetime import date, timedelta

from portal.audits.rules import Awaited
from portal.audits.workdays import after_working_days

INACTIVE_WORKING_DAYS = 10
AFTER_REMINDER_WORKING_DAYS = 5
# A step for which no rule names a day is due four weeks after the last one.
WITHOUT_DAY = timedelta(days=28)


def overdue_since(following: Awaited | None, active_on: date) -> date | None:
    """The last day on which the next step was in time, or None when nothing follows."""
    if following is None:
        return None
    return max(active_on, following.until) if following.until else active_on + WITHOUT_DAY


def remind_from(following: Awaited | None, active_on: date, country: str) -> date | None:
    """The day from which the lead may be reminded."""
    since = overdue_since(following, active_on)
    return since and after_working_days(since, INACTIVE_WORKING_DAYS, [country])


def take_over_from(following: Awaited | None, active_on: date, reminded_on: date | None, country: str) -> date | None:
    """The day from which another may take over; None before the lead was reminded in its time."""
    first = remind_from(following, active_on, country)
    if first is None or reminded_on is None or reminded_on < first:
        return None
    return after_working_days(reminded_on, AFTER_REMINDER_WORKING_DAYS, [country])


def may_remind(following: Awaited | None, active_on: date, reminded_on: date | None, country: str, today: date) -> bool:
    """Is it time to remind the lead, and has nobody done so?"""
    first = remind_from(following, active_on, country)
    return first is not None and today >= first and (reminded_on is None or reminded_on < first)


def may_take_over(
    following: Awaited | None, active_on: date, reminded_on: date | None, country: str, today: date
) -> bool:
    """Has the lead let the time after its reminder pass?"""
    first = take_over_from(following, active_on, reminded_on, country)
    return first is not None and today >= first

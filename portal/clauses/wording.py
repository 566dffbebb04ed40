"""Deadline rules in a sentence of the reader's language."""

from datetime import date

from babel.dates import format_date
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from portal.clauses.duties import Duty, Kind


def deadline(duty: Duty) -> str:
    """When a duty falls due: “60 days after the start”, “each year by 30 June”."""
    if duty.kind is Kind.ONCE:
        return _("%(time)s after the start", time=_time(duty)) if duty.days or duty.months else _("At the start")
    if duty.kind is Kind.ON_REQUEST:
        return _("%(time)s after the request", time=_time(duty))
    if duty.kind is Kind.ON_EVENT:
        return _("%(time)s after the event", time=_time(duty))
    if duty.day is None:
        return ngettext("Every month", "Every %(num)d months", duty.every or 0)
    day = format_date(date.fromisoformat(f"2024-{duty.day}"), "d MMMM", locale=get_locale() or "en")
    if duty.days or duty.months:
        return _("Each year by %(day)s, from %(time)s after the start", day=day, time=_time(duty))
    return _("Each year by %(day)s", day=day)


def _time(duty: Duty) -> str:
    parts = []
    if duty.months:
        parts.append(ngettext("%(num)d month", "%(num)d months", duty.months))
    if duty.days and duty.working:
        parts.append(ngettext("%(num)d working day", "%(num)d working days", duty.days))
    elif duty.days:
        parts.append(ngettext("%(num)d day", "%(num)d days", duty.days))
    return " + ".join(parts)

"""What a contract may be, for forms and imports alike, and what follows from its numbers. Pure."""

from calendar import monthrange
from datetime import date

MAX_NUMBER = 60
MAX_TITLE = 200
# With two decimals all of them: values are kept in hundredths.
CURRENCIES = ("SEK", "NOK", "EUR", "DKK", "USD", "GBP", "CHF", "PLN", "CZK", "HUF", "RON")
MOST_OPTIONS = 10  # written down at once
MOST_OPTION_MONTHS = 120


def option_ends(ends_on: date, count: int, months: int) -> list[date]:
    """The last days of so many options of so many months each, the first of which follows on `ends_on`.

    The last day of a month is followed by last days of months; any other day by the same day, or by the last of a
    month that has no such day. Each is counted from `ends_on`, so that a short month does not shorten those after it.
    """
    at_month_end = ends_on.day == monthrange(ends_on.year, ends_on.month)[1]
    found = []
    for place in range(1, count + 1):
        years, month = divmod(ends_on.month - 1 + months * place, 12)
        last = monthrange(ends_on.year + years, month + 1)[1]
        found.append(date(ends_on.year + years, month + 1, last if at_month_end else min(ends_on.day, last)))
    return found

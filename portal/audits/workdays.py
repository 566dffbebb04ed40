"""Working days in the members' countries, so that nobody's time to answer is eaten by a holiday of its own."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

SATURDAY = 5


def is_working_day(day: date, country: str) -> bool:
    """Monday to Friday and no national public holiday in `country` (ISO 3166 alpha-2).

    Holidays of single regions are not known: an authority has a country and no region. A country for which no
    holidays are known has Mondays to Fridays.
    """
    return day.weekday() < SATURDAY and day not in _public_holidays(country, day.year)


def after_working_days(start: date, number: int, countries: Iterable[str]) -> date:
    """The first day by which `number` working days after `start` have passed in each of the countries.

    Without countries, Mondays to Fridays count.
    """
    return max(_after(start, number, country) for country in (set(countries) or {""}))


def _after(start: date, number: int, country: str) -> date:
    day, left = start, number
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, country)
    return day


@lru_cache(maxsize=256)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(country_holidays(country, years=year))
    except NotImplementedError:  # the library does not know the country
        return frozenset()

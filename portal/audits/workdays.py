"""Working days in the members' countries, so that nobody's time to answer is eaten by a holiday of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from holidays import country_holidays

SATURDAY = 5
_LANGUAGES = {"nb": ("nb", "no")}  # as the library calls them


@dataclass(frozen=True)
class Holiday:
    """A national public holiday with its name."""

    on: date
    country: str
    name: str


def holidays_between(first: date, last: date, countries: Iterable[str], language: str = "en") -> list[Holiday]:
    """The public holidays of these countries from `first` to `last`, both inclusive, by day.

    Their names are in this language where the library has it, else in English, else in the country's own.
    """
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [
        Holiday(day, country, name)
        for day in days
        for country in sorted(set(countries))
        if (name := _public_holidays(country, day.year, language).get(day))
    ]


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
def _public_holidays(country: str, year: int, language: str = "en") -> Mapping[date, str]:
    try:
        known = country_holidays(country).supported_languages
        wanted = (*_LANGUAGES.get(language, (language,)), "en_US")
        named_in = next((one for wish in wanted for one in known if one == wish or one.startswith(f"{wish}_")), None)
        return MappingProxyType(dict(country_holidays(country, years=year, language=named_in)))
    except NotImplementedError:  # the library does not know the country
        return MappingProxyType({})

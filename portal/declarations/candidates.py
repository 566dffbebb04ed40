"""Whom sanctions lists may mean, asked of the feature that reads them: it stands above this one and connects itself.

Without it (a file checked without a database) nothing was asked, so nothing is said.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from portal.declarations.checks.assurance import Listed, facility_of
from portal.declarations.rules import SmelterLine


@dataclass(frozen=True, slots=True)
class NamedFacility:
    """A facility with the names that a file and its look-up give it, and the first country that they say."""

    names: tuple[str, ...]
    country: str | None


Screen = Callable[[Mapping[str, NamedFacility]], Mapping[str, Listed]]
_screens: list[Screen] = []


def connect(screen: Screen) -> None:
    """Have `screen` asked at each check: facilities by id -> the listed party that each resembles most."""
    if screen not in _screens:
        _screens.append(screen)


def listed_among(lines: Sequence[SmelterLine]) -> dict[str, Listed]:
    """The recognised facilities of these rows that resemble a listed party and were not told apart from it."""
    if not _screens:
        return {}
    names: dict[str, dict[str, None]] = {}
    countries: dict[str, str | None] = {}
    for line in lines:
        key = facility_of(line)
        if key:
            said = (line.standard_name, line.declared_name)
            names.setdefault(key, {}).update({name: None for name in said if name})
            countries[key] = countries.get(key) or line.listed_country or line.declared_country
    facilities = {key: NamedFacility(tuple(said), countries[key]) for key, said in names.items() if said}
    return {key: party for screen in _screens for key, party in screen(facilities).items()} if facilities else {}

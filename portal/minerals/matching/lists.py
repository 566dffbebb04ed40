"""The names under which look-ups list smelters and refiners, indexed for finding a reported name. Pure.

A list is whatever the caller knows: the look-up sheet of the workbook, those of other releases, names that people
accepted. One name may stand for several facilities, and one facility has many names.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from portal.minerals.spelling import name_key
from portal.registry.countries import country_code
from portal.registry.matching.words import Words, words_of
from portal.registry.names import norm

# Words of places' names that name no place.
_NO_PLACES = frozenset(
    {"and", "autonomous", "city", "county", "del", "democratic", "des", "district", "east", "federal", "federation"}
    | {"great", "islamic", "kingdom", "new", "north", "northern", "people", "plurinational", "province", "region"}
    | {"republic", "saint", "san", "sar", "south", "special", "state", "states", "the", "united", "west"}
)
_SHORTEST_PLACE = 3


class ListedName(NamedTuple):
    """One row of a look-up: metal and name as people choose them, the facility they mean and where it is."""

    metal: str
    name: str
    facility_id: str
    standard_name: str
    country: str | None = None  # as the list writes it
    city: str | None = None
    state: str | None = None
    accepted: bool = False  # not from a look-up: a person said that the name means this facility


@dataclass(frozen=True, slots=True)
class Smelter:
    """A facility for one metal as the lists have it. `places` are the words of its cities, regions and country."""

    facility_id: str
    metal: str  # lower case
    name: str
    country: str | None
    city: str | None
    places: frozenset[str]

    @property
    def country_code(self) -> str | None:
        """ISO 3166 alpha-2, None where the list's country is not known."""
        return country_code(self.country) if self.country else None


@dataclass(frozen=True, slots=True)
class Spelling:
    """One name of a facility, taken apart for comparing."""

    text: str
    words: Words
    smelter: Smelter


@dataclass(slots=True)
class MetalList:
    """All names of one metal. `letters` runs beside `spellings`, for the fast first look."""

    smelters: dict[str, Smelter] = field(default_factory=dict)
    accepted: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # name_key -> facility ids
    exact: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # the same of the lists themselves
    alike: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # norm -> facility ids
    spellings: list[Spelling] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    holders: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))  # word -> positions in spellings
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def add(self, row: ListedName, places: Iterable[str]) -> None:
        """Take in a row. Of a facility that several rows describe, the first gives its name and place."""
        smelter = self.smelters.get(row.facility_id)
        if smelter is None:
            smelter = self.smelters[row.facility_id] = Smelter(
                row.facility_id,
                row.metal.strip().casefold(),
                row.standard_name,
                row.country or None,
                row.city or None,
                frozenset(places),
            )
        if row.accepted:
            self.accepted[name_key(row.name)].add(row.facility_id)
            return
        for name in dict.fromkeys((row.name, row.standard_name)):
            if (name_key(name), row.facility_id) not in self._seen and norm(name):
                self._seen.add((name_key(name), row.facility_id))
                self._spell(name, smelter)

    def _spell(self, name: str, smelter: Smelter) -> None:
        self.exact[name_key(name)].add(smelter.facility_id)
        self.alike[norm(name)].add(smelter.facility_id)
        words = words_of(name)
        for word in words.words:
            self.holders[word].add(len(self.spellings))
        self.spellings.append(Spelling(name, words, smelter))
        self.letters.append(" ".join(words.words))

    def holding(self, words: Iterable[str]) -> set[str]:
        """The ids of facilities that have one name with all these words; of all facilities, for no words."""
        sets = [self.holders.get(word, set()) for word in words]
        if not sets:
            return set(self.smelters)
        return {self.spellings[at].smelter.facility_id for at in set.intersection(*sets)}


@dataclass(frozen=True, slots=True)
class SmelterLists:
    """Every name that is known, by metal. Built once for many rows; a search changes nothing in it.

    `places` are all words that name the place of some smelter.
    """

    metals: Mapping[str, MetalList]
    places: frozenset[str]

    @classmethod
    def of(cls, rows: Iterable[ListedName]) -> "SmelterLists":
        """The index of these rows: those of the list that decides on names and places first."""
        rows = list(rows)
        where: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in rows:
            where[row.metal.strip().casefold(), row.facility_id].update(_place_words(row))
        metals: dict[str, MetalList] = defaultdict(MetalList)
        for row in rows:
            metal = row.metal.strip().casefold()
            metals[metal].add(row, where[metal, row.facility_id])
        return cls(dict(metals), frozenset(word for words in where.values() for word in words))

    def metal(self, metal: str | None) -> MetalList | None:
        """The names of one metal; None where no list has that metal."""
        return self.metals.get(metal.strip().casefold()) if metal else None

    def by_id(self, facility_id: str) -> list[Smelter]:
        """The entries of an id, one a metal; RMI's lists never have more than one."""
        return [one.smelters[facility_id] for one in self.metals.values() if facility_id in one.smelters]


def _place_words(row: ListedName) -> set[str]:
    places = " ".join(place for place in (row.city, row.state, row.country) if place)
    return {word for word in norm(places).split() if len(word) >= _SHORTEST_PLACE and word not in _NO_PLACES}

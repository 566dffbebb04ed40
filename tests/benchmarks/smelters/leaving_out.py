"""How the resolver fares with what it has not seen: each listed name left out, and each facility left out whole.

A name left out should still lead to its facility, by its other names; a facility left out should lead nowhere. The
look-ups alone give thousands of such trials, so that thresholds are chosen without a look at what companies report.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.minerals.matching.lists import ListedName, SmelterLists
from portal.minerals.matching.resolver import MARGIN, Method, Outcome, Resolution, resolve
from portal.registry.names import norm


@dataclass(frozen=True, slots=True)
class Trial:
    """What was asked and what came out; `facility_id` is what is right, empty where nothing is."""

    metal: str
    name: str
    asked_of: str  # the facility whose name it is, listed or not
    facility_id: str
    found: Resolution

    @property
    def best(self) -> str:
        """The first suggestion."""
        return self.found.suggestions[0].smelter.facility_id if self.found.suggestions else ""

    @property
    def score(self) -> float:
        """The score by which it would be resolved, 0 where something speaks against that."""
        sure = self.found.unopposed and self.found.margin >= MARGIN and self.inferred
        return self.found.suggestions[0].score if sure else 0.0

    @property
    def inferred(self) -> bool:
        """Not by a listed name."""
        return bool(self.found.suggestions) and (
            self.found.method is Method.TOLERANT
            or (self.found.outcome is Outcome.AMBIGUOUS and self.found.suggestions[0].evidence[0].code != "several")
        )

    @property
    def right(self) -> bool:
        """The first suggestion is the facility."""
        return bool(self.facility_id) and self.best == self.facility_id


def trials(rows: Iterable[ListedName]) -> list[Trial]:
    """Every name once as unknown to the list, and once as of a facility unknown to it."""
    by_metal: dict[str, list[ListedName]] = defaultdict(list)
    for row in rows:
        by_metal[row.metal].append(row)
    places = SmelterLists.of(row for of_metal in by_metal.values() for row in of_metal).places
    return [trial for metal, of_metal in by_metal.items() for trial in _of_metal(metal, of_metal, places)]


def _of_metal(metal: str, rows: Sequence[ListedName], places: frozenset[str]) -> Iterable[Trial]:
    owners: dict[str, set[str]] = defaultdict(set)
    names: dict[str, dict[str, str]] = defaultdict(dict)  # facility id -> norm -> name as listed
    for row in rows:
        for name in (row.name, row.standard_name):
            owners[norm(name)].add(row.facility_id)
            names[row.facility_id].setdefault(norm(name), name)
    for facility_id, spelt in names.items():
        others = [row for row in rows if row.facility_id != facility_id]
        own = [row for row in rows if row.facility_id == facility_id]
        without = _only(metal, others, places)
        for key, name in spelt.items():
            if len(owners[key]) > 1:  # the list itself does not know which one
                continue
            yield Trial(metal, name, facility_id, "", resolve(without, metal, name))
            if len(spelt) > 1:
                rest = [*others, *_without_name(own, key)]
                yield Trial(metal, name, facility_id, facility_id, resolve(_only(metal, rest, places), metal, name))


def _only(metal: str, rows: Iterable[ListedName], places: frozenset[str]) -> SmelterLists:
    return SmelterLists(SmelterLists.of(rows).metals or {}, places)


def _without_name(rows: Iterable[ListedName], left_out: str) -> Iterable[ListedName]:
    """The rows without a name; where it is the standard name, another of the names stands for it."""
    rows = list(rows)
    others = [name for row in rows for name in (row.standard_name, row.name) if norm(name) != left_out]
    for row in rows:
        name = row.name if norm(row.name) != left_out else others[0]
        standard = row.standard_name if norm(row.standard_name) != left_out else others[0]
        yield row._replace(name=name, standard_name=standard)

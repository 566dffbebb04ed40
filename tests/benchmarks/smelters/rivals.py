"""What the resolver is measured beside: the look-up alone, and RapidFuzz's WRatio alone."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from rapidfuzz import fuzz, process

from portal.minerals.matching.lists import ListedName
from portal.minerals.spelling import name_key
from tests.benchmarks.smelters.data import Reported

Solver = Callable[[Reported], str]  # -> facility id, empty for none


def look_up_alone(rows: Iterable[ListedName]) -> Solver:
    """Metal and name as the list has them, as the template itself does it."""
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        for name in (row.name, row.standard_name):
            ids[row.metal, name_key(name)].add(row.facility_id)

    def solve(asked: Reported) -> str:
        found = ids.get((asked.metal, name_key(asked.name)), set())
        return next(iter(found)) if len(found) == 1 else ""

    return solve


def wratio_alone(rows: Iterable[ListedName], score: float) -> Solver:
    """The most alike name of the metal by WRatio, from `score` (0 to 100) on."""
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        names[row.metal] += [(name.casefold(), row.facility_id) for name in (row.name, row.standard_name)]

    def solve(asked: Reported) -> str:
        listed = names[asked.metal]
        texts = [text for text, _ in listed]
        found = process.extractOne(asked.name.casefold(), texts, scorer=fuzz.WRatio, score_cutoff=score)
        return listed[found[2]][1] if found else ""

    return solve

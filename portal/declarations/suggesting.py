"""Which smelters a row may mean whose name its own look-up does not settle: for a person, never taken silently.

A module of its own, because comparing names takes half a second to load and most declarations need none of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from portal.declarations.rules import LookupRow, SmelterLine, SuggestedSmelter
from portal.minerals.matching.lists import ListedName, SmelterLists
from portal.minerals.matching.resolver import resolve


def suggest(
    lines: Sequence[SmelterLine], lookup: Iterable[LookupRow], names: Iterable[ListedName]
) -> tuple[SmelterLine, ...]:
    """The rows, those that name a smelter without being recognised with what they may mean, the likeliest first.

    `lookup` is the workbook's own list and decides on names; `names` are those that the portal knows besides.
    """
    metals = {line.metal.casefold() for line in lines if line.metal and is_open(line)}
    own = (ListedName(row.metal, row.alias, row.cid, row.standard_name, row.country) for row in lookup)
    lists = SmelterLists.of(name for name in (*own, *names) if name.metal.strip().casefold() in metals)
    return tuple(replace(line, suggestions=_of(line, lists)) if is_open(line) else line for line in lines)


def is_open(line: SmelterLine) -> bool:
    """Metal and name are given, and neither an id nor the list says which smelter it is."""
    return bool(line.metal and line.declared_name and not line.resolved_id and not line.candidates)


def _of(line: SmelterLine, lists: SmelterLists) -> tuple[SuggestedSmelter, ...]:
    found = resolve(lists, line.metal, line.declared_name, country=line.declared_country)
    return tuple(
        SuggestedSmelter(one.smelter.facility_id, one.smelter.name, one.confidence) for one in found.suggestions
    )

"""What a supplier can be narrowed by, as one reader sees it; and narrowing and counting by it. Pure.

Used where a search found at most a few hundred suppliers: to count them here costs less than to ask for each filter.
finder.py says the same to the database for the list of the whole registry.
"""

from collections.abc import Collection, Iterable, Mapping

from portal.picture.choice import ASSESSED, DECLARED, NOTHING, Choice

# Facet -> the values that this supplier has of it; at least one of each, NOTHING if need be, but for product groups.
Traits = Mapping[str, Collection[str]]


def left(traits: Traits, choice: Choice) -> bool:
    """The supplier has one of the chosen values of each facet in which something is chosen."""
    return not _missed(traits, choice)


def count(suppliers: Iterable[Traits], choice: Choice, facets: Iterable[str]) -> dict[str, dict[str, int]]:
    """Facet -> value -> suppliers. Each facet is counted over what the others leave, so that one can widen a choice."""
    found: dict[str, dict[str, int]] = {facet: {} for facet in facets}
    for facet, values in (("assessed", ASSESSED), ("declared", DECLARED)):
        if facet in found:
            found[facet] = dict.fromkeys(values, 0)
    for traits in suppliers:
        missed = _missed(traits, choice)
        for facet, counts in found.items():
            if not missed or missed == [facet]:
                for value in traits[facet]:
                    counts[value] = counts.get(value, 0) + 1
    return found


def _missed(traits: Traits, choice: Choice) -> list[str]:
    return [facet for facet, chosen in choice.values.items() if chosen and not chosen.intersection(traits[facet])]


def or_nothing(values: Collection[str]) -> Collection[str]:
    """These values, or the one that stands for none."""
    return values or (NOTHING,)

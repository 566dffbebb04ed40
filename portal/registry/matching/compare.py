"""Whether two companies are one: `compare`. Pure, symmetric, and the same whoever asks: entry by hand, import, sweep.

Numbers decide first. Without one, two records are the same only if the whole name with its legal form, the country and
a full address are: a name alone never is enough, whatever its score (docs/adr/0006-matching.md).
"""

import math
import re
from collections.abc import Iterator

from portal.registry.identifiers import SCHEMES, Identifier
from portal.registry.matching import thresholds
from portal.registry.matching.name_reasons import name_reasons
from portal.registry.matching.name_score import TOP, name_score
from portal.registry.matching.profile import Decision, Evidence, Name, Profile, Verdict
from portal.registry.matching.words import words_of
from portal.registry.names import norm
from portal.registry.rules import NameKind

REVIEW = thresholds.read()["review"].score
CERTAIN = 1.0  # the score of two records with the same number
CONTRADICTED = 0.05  # of two that have each its own
# What is known beside the names moves the score by so much (log odds). Rough and in one direction each: no labelled
# pairs with places are at hand to fit them on.
COUNTRY_DIFFERS = -2.0
SAME_CITY = 0.7
CITY_DIFFERS = -0.7
SAME_ADDRESS = 2.0
VAT_DIFFERS = -2.0  # a company may have several VAT numbers, in a group even within a country
_MOST = 0.999  # what places and names can reach together

_HOUSE_NUMBER = re.compile(r"\d")


def compare(one: Profile, other: Profile) -> Verdict:
    """Score, decision and the evidence for and against."""
    shared = sorted(one.identifiers & other.identifiers, key=_rank)
    clashes = sorted(_clashes(one, other), key=lambda pair: (_rank(pair[0]), _rank(pair[1])))
    score, mine, theirs = best_names(one, other)
    evidence = [
        *(Evidence("same_number", True, {"number": _written(number)}) for number in shared),
        *(Evidence("other_number", False, {"one": _written(a), "other": _written(b)}) for a, b in clashes),
    ]
    related = _is_parent(one, other) or _is_parent(other, one)
    if related:
        evidence.append(Evidence("parent", False))
    evidence += name_reasons(mine, theirs)
    places = list(_places(one, other))
    evidence += places
    decided = [number for number in clashes if number[0].scheme != "vat"]
    if shared:
        # Two numbers that say different things are for a person to look at.
        score, decision = (CERTAIN, Decision.SAME) if not clashes and not related else (score, Decision.REVIEW)
    elif decided or related:
        score, decision = min(score, CONTRADICTED), Decision.DIFFERENT
    else:
        score = _moved(score, places, vat_differs=bool(clashes))
        known = {found.code for found in places}
        exact = not clashes and _same_key(mine, theirs) and known >= {"same_country", "same_address"}
        decision = Decision.SAME if exact else Decision.REVIEW if score >= REVIEW else Decision.DIFFERENT
    return Verdict(score, decision, tuple(evidence))


def best_names(one: Profile, other: Profile) -> tuple[float, Name, Name]:
    """(score, name, name) of the two names that are most alike, legal ones first. Each profile has at least one."""
    if len(one.names) == len(other.names) == 1:
        mine, theirs = one.names[0], other.names[0]
        return name_score(mine.text, theirs.text), mine, theirs
    return max(
        ((name_score(mine.text, theirs.text), mine, theirs) for mine in one.names for theirs in other.names),
        key=lambda found: (
            found[0],
            (found[1].kind is NameKind.LEGAL) + (found[2].kind is NameKind.LEGAL),
            sorted((found[1].text, found[2].text)),
        ),
    )


def _rank(number: Identifier) -> tuple[int, str, str]:
    """LEI, then national numbers, then VAT."""
    return {"lei": 0, "vat": 2}.get(number.scheme, 1), number.scheme, number.value


def _clashes(one: Profile, other: Profile) -> Iterator[tuple[Identifier, Identifier]]:
    """Numbers of one kind, of which each has another; VAT numbers of the same country."""
    for mine in one.identifiers - other.identifiers:
        for theirs in other.identifiers - one.identifiers:
            if SCHEMES[mine.scheme].several:
                continue
            if mine.scheme == theirs.scheme and (mine.scheme != "vat" or mine.value[:2] == theirs.value[:2]):
                yield mine, theirs


def _same_key(one: Name, other: Name) -> bool:
    """The same name with the same legal form. A former name may have a new owner, a trading name several."""
    mine, theirs = words_of(one.text), words_of(other.text)
    current = {NameKind.LEGAL, NameKind.LOCAL} >= {one.kind, other.kind}
    return current and bool(mine.core) and (mine.core, mine.form) == (theirs.core, theirs.form)


def _is_parent(one: Profile, other: Profile) -> bool:
    return one.key is not None and one.key == other.parent


def _places(one: Profile, other: Profile) -> Iterator[Evidence]:
    """Country, address and city, where both are known."""
    if one.country and other.country:
        if one.country == other.country:
            yield Evidence("same_country", True, {"country": one.country})
        else:
            yield Evidence("country_differs", False, {"one": one.country, "other": other.country})
    same = []
    if one.addresses and other.addresses:
        mine = {norm(address): address for address in one.addresses}
        theirs = {norm(address): address for address in other.addresses}
        same = sorted(key for key in mine.keys() & theirs.keys() if _is_full(key))
    if same:
        yield Evidence("same_address", True, {"address": mine[same[0]]})
    if not (one.cities and other.cities):
        return
    my_cities, their_cities = ({norm(city): city for city in who.cities if norm(city)} for who in (one, other))
    if common := sorted(my_cities.keys() & their_cities.keys()):
        yield Evidence("same_city", True, {"city": my_cities[common[0]]})
    elif my_cities and their_cities and not same:
        yield Evidence("city_differs", False, {"one": _first(my_cities), "other": _first(their_cities)})


def _is_full(address: str) -> bool:
    """A street with a number: a city's name as the address says no more than the city."""
    return len(address.split()) > 1 and bool(_HOUSE_NUMBER.search(address))


def _first(cities: dict[str, str]) -> str:
    return cities[min(cities)]


_BY_PLACE = {
    "country_differs": COUNTRY_DIFFERS,
    "same_city": SAME_CITY,
    "city_differs": CITY_DIFFERS,
    "same_address": SAME_ADDRESS,
}


def _moved(score: float, places: list[Evidence], *, vat_differs: bool) -> float:
    """The names' score after what is known of places; what is unknown moves nothing."""
    shift = sum(_BY_PLACE.get(found.code, 0.0) for found in places) + (VAT_DIFFERS if vat_differs else 0.0)
    if not shift or not score > 0:
        return score
    if score == TOP:
        return TOP if shift > 0 else 1 / (1 + math.exp(-(math.log(_MOST / (1 - _MOST)) + shift)))
    return min(_MOST, 1 / (1 + math.exp(-(math.log(score / (1 - score)) + shift))))


def _written(number: Identifier) -> str:
    return f"{SCHEMES[number.scheme].name} {number.pretty}"

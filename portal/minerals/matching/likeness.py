"""How well a reported name fits one listed name of a smelter: 0 to 1, with what speaks against resting on it. Pure.

The score of two companies' names (portal.registry.matching) comes first. Smelters' names differ from companies' in
what they add: the place of the plant, and words such as “refinery” or the metal itself. Those do not tell two
facilities apart when they are the facility's own, and tell them apart for sure when they are another's.
"""

from collections.abc import Collection
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from portal.minerals.matching.lists import Spelling
from portal.registry.matching.alignment import align
from portal.registry.matching.name_score import score_of
from portal.registry.matching.rarity import COMMON, RARE
from portal.registry.matching.words import Words, words_of

# Words that say what a smelter does or works, not which one it is: left over, they count for nothing.
TRADE = frozenset(
    {"branch", "business", "factory", "industrial", "industries", "industry", "metallurgical", "metallurgy", "mill"}
    | {"plant", "products", "refineries", "refiner", "refiners", "refinery", "refining", "smelter", "smelters"}
    | {"smeltery", "smelting", "smeltry", "unit", "works", "workshop"}
    | {"aluminium", "aluminum", "cobalt", "copper", "gold", "graphite", "lithium", "metal", "metals", "mica"}
    | {"nickel", "palladium", "platinum", "silver", "tantalum", "tin", "tungsten", "zinc"}
)
# Words that too many smelters share to be known by; other words are judged by how common they are in company names.
GENERAL = TRADE | frozenset(
    {
        "alloy",
        "alloys",
        "chemical",
        "chemicals",
        "empresa",
        "environmental",
        "ferrous",
        "industria",
        "joint",
        "material",
    }
    | {"materials", "metalurgica", "metallurgica", "mine", "mineral", "minerals", "mines", "non", "nonferrous"}
    | {"precious", "rare", "recycling", "refractory", "steel", "traders", "trading", "wolfram"}
)
TELLING = 0.9  # weight (portal.registry.matching.rarity) from which a word of a name is one to be known by
LONG_WORD = 7  # letters from which a word with one slip is still that word
FORGIVEN = 0.97  # what a score keeps when words were forgiven: an exact name stays above one that needed it


@dataclass(frozen=True, slots=True)
class Fit:
    """One reported name beside one listed name. `shared` are the listed words that stand in both."""

    score: float
    spelling: Spelling
    shared: frozenset[str]
    complete: bool  # nothing but the legal form is left over
    forgiven: tuple[str, ...]
    other_places: tuple[str, ...]  # reported, and a place where this facility is not
    form_differs: bool


def fit(reported: Words, spelling: Spelling, places: frozenset[str]) -> Fit:
    """The better of the plain score and the one without what may be forgiven. `places` are those of all smelters."""
    listed, own = spelling.words, spelling.smelter.places
    found = align(reported, listed)
    score = score_of(reported, listed, found)
    shared = _shared(reported, listed)
    mine = [word for word in found.left if word in own or word in TRADE]
    theirs = [word for word in found.right if word in own or word in TRADE]
    forgiven = tuple(dict.fromkeys((*mine, *theirs))) if not shared <= TRADE else ()
    if forgiven:
        score = max(score, FORGIVEN * _without(reported, listed, mine, theirs))
    return Fit(
        score,
        spelling,
        shared,
        complete=not found.left and not found.right,
        forgiven=forgiven,
        other_places=tuple(word for word in found.left if word in places and word not in own and word not in TRADE),
        form_differs=bool(reported.form and listed.form and reported.form != listed.form),
    )


def tells(word: str, places: frozenset[str]) -> bool:
    """Whether a smelter may be known by this word."""
    return word not in GENERAL and word not in places and COMMON.get(word, RARE) >= TELLING


def _shared(reported: Words, listed: Words) -> frozenset[str]:
    """The listed words that are reported too. One slip is allowed in a long word; in a short one it makes another."""
    if reported.letters == listed.letters:
        return frozenset(listed.words)
    mine = set(reported.words)
    return frozenset(
        word
        for word in listed.words
        if word in mine
        or (len(word) >= LONG_WORD and any(OSA.distance(word, other, score_cutoff=1) <= 1 for other in mine))
    )


def _without(one: Words, other: Words, left: Collection[str], right: Collection[str]) -> float:
    """The score of what remains of the two names; 0 where nothing remains."""
    mine = [word for word in one.words if word not in left]
    theirs = [word for word in other.words if word not in right]
    if not mine or not theirs:
        return 0.0
    a, b = words_of(" ".join(mine)), words_of(" ".join(theirs))
    return score_of(a, b, align(a, b))

"""Which smelter a reported row means: id with metal, then a listed name, then a tolerant comparison. Pure.

Only what is sure is resolved. “Not listed” and “not yet identified” are what a row says of itself, an unknown id and
a name that fits nothing are what we find: the four stay apart, and none of them says anything bad of a smelter.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rapidfuzz import fuzz, process

from portal.minerals.matching.likeness import Fit, fit, tells
from portal.minerals.matching.lists import MetalList, Smelter, SmelterLists
from portal.minerals.spelling import name_key
from portal.registry.countries import country_code
from portal.registry.matching import thresholds
from portal.registry.matching.name_reasons import name_reasons
from portal.registry.matching.profile import Evidence, Name
from portal.registry.matching.words import words_of
from portal.registry.names import norm

THRESHOLDS_FILE = Path(__file__).with_name("thresholds.toml")
_THRESHOLDS = thresholds.read(THRESHOLDS_FILE)
RESOLVE = _THRESHOLDS["resolve"].score
SUGGEST = _THRESHOLDS["suggest"].score
MARGIN = 0.1  # that the best facility must have before the second
ALIKE = 0.5  # score from which a name is shown although it shares no telling word
MOST_SUGGESTIONS = 5
_FIRST_LOOK = 12  # names that each fast measure proposes
_BELOW_A_LISTED_NAME = 94  # percent: nothing that was inferred is as sure as what a list says

# What the templates' look-up column offers in place of a name.
_NOT_LISTED = "smelter not listed"
_NOT_IDENTIFIED = "smelter not yet identified"


class Outcome(StrEnum):
    """What became of a row."""

    RESOLVED = "resolved"
    AMBIGUOUS = "ambiguous"  # candidates for a person
    NO_MATCH = "no_match"  # a name that fits nothing
    NOT_LISTED = "not_listed"  # the row says so, and nothing fits its name
    NOT_IDENTIFIED = "not_identified"  # the row says so
    UNKNOWN_ID = "unknown_id"  # well formed or not, no list has it


class Method(StrEnum):
    """By what a row was resolved."""

    ID = "id"
    ACCEPTED = "accepted"  # a person accepted this name before
    NAME = "name"
    SPELLING = "spelling"  # a listed name but for accents, punctuation or script
    TOLERANT = "tolerant"


CONFIDENCE = {Method.ID: 100, Method.ACCEPTED: 100, Method.NAME: 100, Method.SPELLING: 98}  # percent


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A facility that may be meant: `score` 0 to 1 ranks, `confidence` is percent, evidence for and against."""

    smelter: Smelter
    listed_as: str
    score: float
    confidence: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a row means. `margin` is how far the best suggestion is before the second, its score where there is none;
    `unopposed` whether nothing but a low score or margin speaks against the best.
    """

    outcome: Outcome
    method: Method | None = None
    suggestions: tuple[Suggestion, ...] = ()
    margin: float = 0.0
    unopposed: bool = False

    @property
    def smelter(self) -> Smelter | None:
        """What was resolved, None for any other outcome."""
        return self.suggestions[0].smelter if self.outcome is Outcome.RESOLVED else None

    @property
    def confidence(self) -> int | None:
        """Percent, of what was resolved."""
        return self.suggestions[0].confidence if self.outcome is Outcome.RESOLVED else None


def resolve(
    lists: SmelterLists,
    metal: str | None,
    name: str | None,
    *,
    facility_id: str | None = None,
    country: str | None = None,
    not_listed: bool = False,
) -> Resolution:
    """The smelter that a row means. `not_listed`: the row itself says that the look-up lacks the name.

    An id that is wrong is never mended by the name beside it: the name only suggests.
    """
    if name_key(name) == _NOT_IDENTIFIED:
        return Resolution(Outcome.NOT_IDENTIFIED)
    if name_key(name) == _NOT_LISTED:
        name, not_listed = None, True
    if facility_id:
        return _by_id(lists, metal, name, facility_id.strip().upper(), country)
    return _by_name(lists, metal, name, country, not_listed)


def _by_id(
    lists: SmelterLists, metal: str | None, name: str | None, facility_id: str, country: str | None
) -> Resolution:
    entries = lists.by_id(facility_id)
    fitting = [one for one in entries if metal is None or one.metal == metal.strip().casefold()]
    if len(fitting) == 1:
        return _certain(fitting, fitting[0].name, Method.ID)
    suggestions = _by_name(lists, metal, name, country, False).suggestions
    return Resolution(Outcome.AMBIGUOUS if entries else Outcome.UNKNOWN_ID, suggestions=suggestions)


def _by_name(
    lists: SmelterLists, metal: str | None, name: str | None, country: str | None, not_listed: bool
) -> Resolution:
    nothing = Resolution(Outcome.NOT_LISTED if not_listed else Outcome.NO_MATCH)
    one = lists.metal(metal)
    if one is None or not name or not norm(name):
        return nothing
    listed = _listed(one, name)
    if listed:
        return listed
    fits = _fits(lists, one, name)
    if not fits:
        return nothing
    objections = {each.spelling.smelter: list(_objections(lists, one, each, country)) for each in fits}
    suggestions = tuple(_suggestion(each, name, objections[each.spelling.smelter]) for each in fits)
    margin = fits[0].score - (fits[1].score if len(fits) > 1 else 0.0)
    unopposed = not objections[fits[0].spelling.smelter]
    if unopposed and fits[0].score >= RESOLVE and margin >= MARGIN:
        return Resolution(Outcome.RESOLVED, Method.TOLERANT, suggestions, margin, unopposed)
    return Resolution(Outcome.AMBIGUOUS, None, suggestions, margin, unopposed)


def _listed(one: MetalList, name: str) -> Resolution | None:
    """By a name that a person accepted, that a list has, or that is written only a little otherwise."""
    steps = (
        (Method.ACCEPTED, one.accepted.get(name_key(name))),
        (Method.NAME, one.exact.get(name_key(name))),
        (Method.SPELLING, one.alike.get(norm(name))),
    )
    for method, ids in steps:
        if ids:
            return _certain([one.smelters[each] for each in sorted(ids)], name, method)
    return None


def _certain(smelters: list[Smelter], name: str, method: Method) -> Resolution:
    """What a list says, shared among the facilities that it may mean."""
    several = len(smelters) > 1
    evidence = Evidence("several" if several else f"by_{method}", not several, {"name": name, "count": len(smelters)})
    score, confidence = 1 / len(smelters), CONFIDENCE[method] // len(smelters)
    suggestions = tuple(Suggestion(one, name, score, confidence, (evidence,)) for one in smelters)
    if several:
        return Resolution(Outcome.AMBIGUOUS, None, suggestions)
    return Resolution(Outcome.RESOLVED, method, suggestions, 1.0, True)


def _fits(lists: SmelterLists, one: MetalList, name: str) -> list[Fit]:
    """The best fit of each facility that is worth telling a person of, the best first."""
    reported = words_of(name)
    best: dict[str, Fit] = {}
    for at in _first_look(one, " ".join(reported.words)):
        found = fit(reported, one.spellings[at], lists.places)
        facility_id = found.spelling.smelter.facility_id
        known = best.get(facility_id)
        if _worth_telling(lists, found) and (known is None or found.score > known.score):
            best[facility_id] = found
    ranked = sorted(best.values(), key=lambda each: (-each.score, each.spelling.smelter.facility_id))
    return ranked[:MOST_SUGGESTIONS]


def _worth_telling(lists: SmelterLists, found: Fit) -> bool:
    """Names that are little alike must at least share a word that says something."""
    return found.score >= ALIKE or (found.score >= SUGGEST and any(tells(word, lists.places) for word in found.shared))


def _first_look(one: MetalList, letters: str) -> Iterable[int]:
    """Positions of the names worth a closer look, in ascending order."""
    found: set[int] = set()
    for scorer in (fuzz.token_set_ratio, fuzz.ratio):
        found.update(at for _, _, at in process.extract(letters, one.letters, scorer=scorer, limit=_FIRST_LOOK))
    return sorted(found)


def _objections(lists: SmelterLists, one: MetalList, found: Fit, country: str | None) -> Iterator[Evidence]:
    """What forbids resting on a fit, however high its score."""
    smelter, shared = found.spelling.smelter, " ".join(sorted(found.shared))
    others = one.holding(found.shared) - {smelter.facility_id}
    if not found.shared:
        yield Evidence("nothing_shared", False)
    elif others:
        yield Evidence("fits_others", False, {"words": shared, "count": len(others)})
    elif not found.complete and not any(tells(word, lists.places) for word in found.shared):
        yield Evidence("too_general", False, {"words": shared})
    if found.other_places:
        yield Evidence("other_place", False, {"places": " ".join(found.other_places)})
    if found.form_differs:
        yield Evidence("form_differs", False)
    code = country_code(country) if country else None
    if code and smelter.country_code and code != smelter.country_code:
        yield Evidence("other_country", False, {"one": country, "other": smelter.country})


def _suggestion(found: Fit, name: str, objections: list[Evidence]) -> Suggestion:
    spelling = found.spelling
    evidence = list(name_reasons(Name(name), Name(spelling.text)))  # says of the legal forms how they differ
    if found.forgiven:
        evidence.append(Evidence("forgiven", True, {"words": " ".join(found.forgiven)}))
    evidence += [each for each in objections if each.code != "form_differs"]
    evidence.sort(key=lambda each: not each.supports)
    confidence = min(_BELOW_A_LISTED_NAME, round(100 * found.score))
    return Suggestion(spelling.smelter, spelling.text, found.score, confidence, tuple(evidence))

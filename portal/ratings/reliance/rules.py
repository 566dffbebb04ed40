"""“Can I rely on this assessment?”: every condition with what is said for or against it. Pure.

The conditions are those of joint follow-up by Swedish regions (DOMAIN 5.1: another buyer's monitoring may be reused if
its clause is at least equal) and of the portal's own rule of three years. The gate advises; a person decides.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from portal.assessments.rules import RECHECK_AFTER, oldest_to_rely_on
from portal.ratings.rules import RatedState

CONFIDENT_FROM = 50  # percent of the applicable questions that rest on a document or better
MAX_REASON = 1000


class Verdict(StrEnum):
    """What the conditions say together: the worst of them."""

    RELY = "rely"
    CHECK = "check"
    NOT = "not"


class Point(StrEnum):
    """What is looked at."""

    STATE = "state"
    PRODUCTS = "products"
    SITES = "sites"
    RUBRIC = "rubric"
    METHOD = "method"
    AGE = "age"
    FINDINGS = "findings"
    CONFIDENCE = "confidence"
    TERMS = "terms"


class Saying(StrEnum):
    """What is said of a point."""

    STANDS = "stands"
    NOT_PUBLISHED = "not_published"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    SAME_PRODUCTS = "same_products"
    OTHER_PRODUCTS = "other_products"
    PRODUCTS_UNKNOWN = "products_unknown"
    WHOLE_SUPPLIER = "whole_supplier"
    SAME_SITES = "same_sites"
    SITES_ALONE = "sites_alone"
    SITES_NOT_SINGLED_OUT = "sites_not_singled_out"
    SOME_SITES = "some_sites"
    OTHER_SITES = "other_sites"
    NEWEST_RUBRIC = "newest_rubric"
    OLDER_RUBRIC = "older_rubric"
    OTHER_RUBRIC = "other_rubric"
    METHOD_STATED = "method_stated"
    METHOD_UNKNOWN = "method_unknown"
    WITHIN_A_YEAR = "within_a_year"
    OLDER_THAN_A_YEAR = "older_than_a_year"
    OLDER_THAN_THREE_YEARS = "older_than_three_years"
    NO_FINDINGS = "no_findings"
    SMALL_FINDINGS = "small_findings"
    MAJOR_FINDINGS = "major_findings"
    CRITICAL_FINDINGS = "critical_findings"
    CRITICAL_WHEN_JUDGED = "critical_when_judged"
    CONFIDENT = "confident"
    LITTLE_CONFIDENCE = "little_confidence"
    NOTHING_ASSESSED = "nothing_assessed"
    TERMS_EQUAL = "terms_equal"
    TERMS_LESS = "terms_less"
    TERMS_NOT_COMPARED = "terms_not_compared"


# One point against it is enough for "not", one to look at for "check".
_AGAINST = frozenset(
    {
        Saying.NOT_PUBLISHED,
        Saying.REVISED,
        Saying.WITHDRAWN,
        Saying.OTHER_PRODUCTS,
        Saying.OTHER_SITES,
        Saying.OLDER_THAN_THREE_YEARS,
        Saying.CRITICAL_FINDINGS,
        Saying.NOTHING_ASSESSED,
        Saying.TERMS_LESS,
    }
)
_TO_LOOK_AT = frozenset(
    {
        Saying.PRODUCTS_UNKNOWN,
        Saying.SITES_ALONE,
        Saying.SITES_NOT_SINGLED_OUT,
        Saying.SOME_SITES,
        Saying.OLDER_RUBRIC,
        Saying.OTHER_RUBRIC,
        Saying.METHOD_UNKNOWN,
        Saying.OLDER_THAN_A_YEAR,
        Saying.MAJOR_FINDINGS,
        Saying.CRITICAL_WHEN_JUDGED,
        Saying.LITTLE_CONFIDENCE,
        Saying.TERMS_NOT_COMPARED,
    }
)
_WORST_LAST = (Verdict.RELY, Verdict.CHECK, Verdict.NOT)


@dataclass(frozen=True)
class Assessed:
    """What the assessment says of itself. No sites: the supplier as a whole. `confidence` is its percentage."""

    state: RatedState
    as_of: date
    product_group: str
    rubric: str
    rubric_number: int
    confidence: int | None
    site_ids: frozenset[UUID] = frozenset()
    method: str | None = None
    open_critical: bool = False


@dataclass(frozen=True)
class Needed:
    """What the reader wants to rely on it for. No product group: not said. No sites: the supplier as a whole."""

    product_group: str | None = None
    site_ids: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Known:
    """What else is known today: open findings that the reader may see by weight, and how the terms compare.

    `newest_rubric` is (code, number) of the rubric that new assessments are made by. `terms_at_least_equal` is None
    while nobody has compared the clauses of the two authorities.
    """

    today: date
    newest_rubric: tuple[str, int]
    critical: int = 0
    major: int = 0
    small: int = 0
    terms_at_least_equal: bool | None = None


@dataclass(frozen=True)
class Reason:
    """One point with what is said of it. `values` are numbers, codes and ISO days for its words."""

    point: Point
    saying: Saying
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def weight(self) -> Verdict:
        """What this point alone would say."""
        if self.saying in _AGAINST:
            return Verdict.NOT
        return Verdict.CHECK if self.saying in _TO_LOOK_AT else Verdict.RELY


@dataclass(frozen=True)
class Gate:
    """The verdict and the reason of every point, in the order of `Point`."""

    verdict: Verdict
    reasons: tuple[Reason, ...]


class Decision(StrEnum):
    """What a person decides for its authority."""

    RELY = "rely"
    NOT = "not"


class Ending(StrEnum):
    """What can happen to an assessment that others rely on; each of them is told."""

    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    UNSHARED = "unshared"


def gate(assessed: Assessed, needed: Needed, known: Known) -> Gate:
    """Whether the assessment can be relied on for what is needed, with the reason of every point."""
    reasons = tuple(_reasons(assessed, needed, known))
    return Gate(worst(reason.weight for reason in reasons), reasons)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict that leaves the least; one point against it is enough."""
    return max(verdicts, key=_WORST_LAST.index, default=Verdict.RELY)


def _reasons(assessed: Assessed, needed: Needed, known: Known) -> Iterator[Reason]:
    yield Reason(Point.STATE, _state(assessed.state))
    yield _products(assessed, needed)
    yield _sites(assessed.site_ids, needed.site_ids)
    yield _rubric(assessed, known)
    yield Reason(Point.METHOD, Saying.METHOD_STATED if assessed.method else Saying.METHOD_UNKNOWN)
    yield Reason(Point.AGE, _age(assessed.as_of, known.today), {"as_of": assessed.as_of.isoformat()})
    yield _findings(assessed, known)
    yield _confidence(assessed.confidence)
    yield Reason(Point.TERMS, _TERMS[known.terms_at_least_equal])


_TERMS = {True: Saying.TERMS_EQUAL, False: Saying.TERMS_LESS, None: Saying.TERMS_NOT_COMPARED}


def _state(state: RatedState) -> Saying:
    return {
        RatedState.PUBLISHED: Saying.STANDS,
        RatedState.REVISED: Saying.REVISED,
        RatedState.WITHDRAWN: Saying.WITHDRAWN,
    }.get(state, Saying.NOT_PUBLISHED)


def _products(assessed: Assessed, needed: Needed) -> Reason:
    values = {"group": assessed.product_group}
    if needed.product_group is None:
        return Reason(Point.PRODUCTS, Saying.PRODUCTS_UNKNOWN, values)
    if needed.product_group == assessed.product_group:
        return Reason(Point.PRODUCTS, Saying.SAME_PRODUCTS, values)
    return Reason(Point.PRODUCTS, Saying.OTHER_PRODUCTS, values)


def _sites(looked_at: frozenset[UUID], wanted: frozenset[UUID]) -> Reason:
    if not wanted:
        return Reason(Point.SITES, Saying.SITES_ALONE if looked_at else Saying.WHOLE_SUPPLIER)
    if not looked_at:
        return Reason(Point.SITES, Saying.SITES_NOT_SINGLED_OUT)
    if wanted <= looked_at:
        return Reason(Point.SITES, Saying.SAME_SITES)
    missing = {"missing": len(wanted - looked_at), "of": len(wanted)}
    return Reason(Point.SITES, Saying.SOME_SITES if wanted & looked_at else Saying.OTHER_SITES, missing)


def _rubric(assessed: Assessed, known: Known) -> Reason:
    code, number = known.newest_rubric
    values = {"rubric": f"{assessed.rubric}-{assessed.rubric_number}", "newest": f"{code}-{number}"}
    if assessed.rubric != code:
        return Reason(Point.RUBRIC, Saying.OTHER_RUBRIC, values)
    saying = Saying.OLDER_RUBRIC if assessed.rubric_number < number else Saying.NEWEST_RUBRIC
    return Reason(Point.RUBRIC, saying, values)


def _age(as_of: date, today: date) -> Saying:
    if as_of < oldest_to_rely_on(today):
        return Saying.OLDER_THAN_THREE_YEARS
    return Saying.OLDER_THAN_A_YEAR if today - as_of > RECHECK_AFTER else Saying.WITHIN_A_YEAR


def _findings(assessed: Assessed, known: Known) -> Reason:
    if known.critical:
        return Reason(Point.FINDINGS, Saying.CRITICAL_FINDINGS, {"number": known.critical})
    if known.major:
        return Reason(Point.FINDINGS, Saying.MAJOR_FINDINGS, {"number": known.major})
    if assessed.open_critical:
        return Reason(Point.FINDINGS, Saying.CRITICAL_WHEN_JUDGED)
    if known.small:
        return Reason(Point.FINDINGS, Saying.SMALL_FINDINGS, {"number": known.small})
    return Reason(Point.FINDINGS, Saying.NO_FINDINGS)


def _confidence(percent: int | None) -> Reason:
    if percent is None:
        return Reason(Point.CONFIDENCE, Saying.NOTHING_ASSESSED)
    saying = Saying.CONFIDENT if percent >= CONFIDENT_FROM else Saying.LITTLE_CONFIDENCE
    return Reason(Point.CONFIDENCE, saying, {"percent": percent})

"""The numbers as parts of bars: (class of portal.css, amount). Each stands beside its table with the same numbers."""

from collections import Counter
from collections.abc import Mapping, Sequence

from portal.insights.labels import AGE_MARKS, BARS, PROMPTNESS_MARKS, STANDING_MARKS
from portal.insights.queries import Cover
from portal.insights.rules import Age, Promptness, Standing
from portal.web.statuses import STATUS

Parts = list[tuple[str, int]]


def of_value(coverage: Sequence[Cover], currency: str) -> Parts:
    """The value in one currency by the age of the assessment."""
    return [(AGE_MARKS[one.age][0], one.value or 0) for one in coverage if one.currency == currency]


def of_ages(ages: Mapping[Age, int]) -> Parts:
    """Suppliers by the age of their newest assessment."""
    return [(AGE_MARKS[age][0], ages.get(age, 0)) for age in Age]


def of_findings(findings: Mapping[tuple[str, Standing], int], severity: str) -> Parts:
    """The findings of one severity by where they stand."""
    return [(STANDING_MARKS[one][0], findings.get((severity, one), 0)) for one in Standing]


def of_obligations(obligations: Mapping[Promptness, int]) -> Parts:
    """Obligations by whether they came in time."""
    return [(PROMPTNESS_MARKS[one][0], obligations.get(one, 0)) for one in Promptness]


def of_statuses(statuses: Mapping[str, int] | None) -> Parts:
    """The smelters of one metal by the colour of their status, the good ones first."""
    by_class: Counter[str] = Counter()
    for status, count in (statuses or {}).items():
        by_class[BARS[STATUS[status][0]]] += count
    return [(name, by_class[name]) for name in BARS.values()]

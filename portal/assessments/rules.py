"""The OECD's five steps, answers, evidence grades, and whether one city may rely on another's assessment. Pure.

Steps after the OECD Due Diligence Guidance for Responsible Supply Chains of Minerals (3rd ed., 2016). There is no
total: the steps stand side by side, and those of several authorities are never averaged.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum

RUBRIC_VERSION = "oecd-steps-1"
RELY_YEARS = 3
RECHECK_AFTER = timedelta(days=365)


class Step(IntEnum):
    """The five steps in their order."""

    MANAGEMENT = 1
    RISKS = 2
    RESPONSE = 3
    AUDIT = 4
    REPORT = 5


class Answer(StrEnum):
    """How far a step is met."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    NOT_ASSESSED = "not_assessed"


class EvidenceGrade(StrEnum):
    """How well an answer is supported."""

    NONE = "E0"
    SELF_DECLARED = "E1"
    DOCUMENT_SEEN = "E2"
    INDEPENDENTLY_VERIFIED = "E3"


VERIFIED = frozenset({EvidenceGrade.DOCUMENT_SEEN, EvidenceGrade.INDEPENDENTLY_VERIFIED})


class Problem(StrEnum):
    """Why an answer and its evidence do not go together."""

    MET_NEEDS_EVIDENCE = "met_needs_evidence"
    PARTLY_NEEDS_A_STATEMENT = "partly_needs_a_statement"
    NOT_ASSESSED_HAS_NO_EVIDENCE = "not_assessed_has_no_evidence"


def problem(answer: Answer, grade: EvidenceGrade) -> Problem | None:
    """None if the answer may stand on this evidence.

    A supplier's own word alone never makes a step met (self-declared evidence caps it at partly met).
    """
    if answer is Answer.MET and grade not in VERIFIED:
        return Problem.MET_NEEDS_EVIDENCE
    if answer is Answer.PARTLY and grade is EvidenceGrade.NONE:
        return Problem.PARTLY_NEEDS_A_STATEMENT
    if answer is Answer.NOT_ASSESSED and grade is not EvidenceGrade.NONE:
        return Problem.NOT_ASSESSED_HAS_NO_EVIDENCE
    return None


def confidence(rows: Iterable[tuple[str, str]]) -> int | None:
    """Percent of the assessed (answer, grade) rows that rest on a document or better; None if none is assessed."""
    assessed = [grade for answer, grade in rows if answer != Answer.NOT_ASSESSED]
    return round(100 * sum(grade in VERIFIED for grade in assessed) / len(assessed)) if assessed else None


class Reuse(StrEnum):
    """Whether another city may rely on an assessment. A hint; a person decides."""

    REUSE = "reuse"
    RECHECK = "recheck"
    TOO_OLD = "too_old"


class ReuseReason(StrEnum):
    """What the hint rests on."""

    OLDER_THAN_THREE_YEARS = "older_than_three_years"
    OLDER_THAN_A_YEAR = "older_than_a_year"
    OTHER_PRODUCTS = "other_products"
    STEPS_OPEN = "steps_open"


@dataclass(frozen=True)
class ReuseHint:
    """The hint and every reason that speaks against plain reuse."""

    verdict: Reuse
    reasons: tuple[ReuseReason, ...] = ()


def reuse_hint(as_of: date, today: date, answers: Iterable[str], *, same_products: bool | None = None) -> ReuseHint:
    """May it be relied on? `same_products` is None where nothing is bought of the supplier yet."""
    if as_of < oldest_to_rely_on(today):
        return ReuseHint(Reuse.TOO_OLD, (ReuseReason.OLDER_THAN_THREE_YEARS,))
    reasons = []
    if today - as_of > RECHECK_AFTER:
        reasons.append(ReuseReason.OLDER_THAN_A_YEAR)
    if same_products is False:
        reasons.append(ReuseReason.OTHER_PRODUCTS)
    if Answer.NOT_ASSESSED in set(answers):
        reasons.append(ReuseReason.STEPS_OPEN)
    return ReuseHint(Reuse.RECHECK if reasons else Reuse.REUSE, tuple(reasons))


def oldest_to_rely_on(today: date) -> date:
    """The day of the oldest assessment that is not too old to rely on."""
    return _years_before(today, RELY_YEARS)


def _years_before(day: date, years: int) -> date:
    """The same day years ago; the first of March for a leap day."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - years, 3, 1)
    return day.replace(year=day.year - years)

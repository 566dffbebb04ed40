"""The score of an assessment, from its answers: caps, gates, steps and their confidence (DOMAIN 1.4). Pure.

The roll-up in portal/ratings/rollup.py says the same in SQL; a test compares both on random answers.

- A question has 0 to 4. What supports it caps it: no evidence at all leaves 0, the supplier's own word at most 2.
- No answer is 0. “Not applicable” leaves the step: the step is scored as if the question did not exist, so it is
  never better than what the other questions support, and a step of which nothing is left has no score.
- A step is the mean of its questions × 25, then capped by the gates, rounded half up to a tenth.
- The overall score weighs the steps as they are shown, so that a reader can compute it again. A step without a score
  gives its weight to the others. There is no overall score apart from its steps.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from portal.assessments.rules import VERIFIED, EvidenceGrade, Step

BEST = 4
CAPS = {
    EvidenceGrade.NONE: 0,
    EvidenceGrade.SELF_DECLARED: 2,
    EvidenceGrade.DOCUMENT_SEEN: BEST,
    EvidenceGrade.INDEPENDENTLY_VERIFIED: BEST,
}
WEIGHTS = {Step.MANAGEMENT: 20, Step.RISKS: 25, Step.RESPONSE: 25, Step.AUDIT: 15, Step.REPORT: 15}
CRITICAL_CAP = Decimal(40)
NO_SMELTERS_CAP = Decimal(50)
LISTINGS_CAP = Decimal(75)
_TENTH = Decimal("0.1")


class Gate(StrEnum):
    """What keeps a step from a higher score, whatever its answers."""

    CRITICAL_FINDING = "critical_finding"  # every step, and so the whole
    NO_SMELTER_LIST = "no_smelter_list"  # step 2, where a metal in scope has none
    LISTINGS_ALONE = "listings_alone"  # step 4, where all that counts rests on lists


@dataclass(frozen=True)
class Given:
    """One question with what was answered. `score` None: no answer. `listing`: it rests on an assurance list alone."""

    step: int
    score: int | None
    grade: EvidenceGrade
    not_applicable: bool = False
    listing: bool = False

    @property
    def counts(self) -> int:
        """What the evidence leaves of the score."""
        return min(self.score or 0, CAPS[self.grade])


@dataclass(frozen=True)
class Facts:
    """What the gates look at, besides the answers."""

    open_critical: bool = False
    smelter_list_missing: bool = False


@dataclass(frozen=True)
class StepScore:
    """A step's score from 0 to 100, None where no question applies, with the gates that hold it down.

    `confidence` is the percentage of the applicable questions that rest on a document or better.
    """

    step: Step
    score: Decimal | None
    gates: tuple[Gate, ...]
    confidence: int | None
    applicable: int


@dataclass(frozen=True)
class Scores:
    """The five steps, and with them the whole."""

    steps: tuple[StepScore, ...]
    overall: Decimal | None
    confidence: int | None


def score(given: Iterable[Given], facts: Facts) -> Scores:
    """The scores of an assessment; `given` has every question of its rubric, answered or not."""
    rows = [row for row in given if not row.not_applicable]
    steps = tuple(_step(step, [row for row in rows if row.step == step], facts) for step in Step)
    return Scores(steps, _overall(steps), _confidence(rows))


def _step(step: Step, rows: Sequence[Given], facts: Facts) -> StepScore:
    if not rows:
        return StepScore(step, None, (), None, 0)
    reached = Decimal(25 * sum(row.counts for row in rows)) / len(rows)
    caps = [(gate, cap) for gate, cap in _gates(step, rows, facts) if cap < reached]
    capped = min([reached, *(cap for _gate, cap in caps)])
    shown = capped.quantize(_TENTH, ROUND_HALF_UP)
    return StepScore(step, shown, tuple(gate for gate, _cap in caps), _confidence(rows), len(rows))


def _gates(step: Step, rows: Sequence[Given], facts: Facts) -> Iterable[tuple[Gate, Decimal]]:
    if facts.open_critical:
        yield Gate.CRITICAL_FINDING, CRITICAL_CAP
    if step is Step.RISKS and facts.smelter_list_missing:
        yield Gate.NO_SMELTER_LIST, NO_SMELTERS_CAP
    if step is Step.AUDIT and all(row.listing for row in rows if row.counts):
        yield Gate.LISTINGS_ALONE, LISTINGS_CAP


def _overall(steps: Iterable[StepScore]) -> Decimal | None:
    scored = [(WEIGHTS[row.step], row.score) for row in steps if row.score is not None]
    if not scored:
        return None
    mean = sum((weight * value for weight, value in scored), Decimal()) / sum(weight for weight, _value in scored)
    return mean.quantize(_TENTH, ROUND_HALF_UP)


def _confidence(rows: Sequence[Given]) -> int | None:
    if not rows:
        return None
    share = Decimal(100 * sum(row.grade in VERIFIED for row in rows)) / len(rows)
    return int(share.quantize(Decimal(1), ROUND_HALF_UP))

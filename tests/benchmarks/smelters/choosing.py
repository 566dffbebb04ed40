"""From which score on a tolerant match may stand: chosen on some trials, measured on others."""

from collections.abc import Sequence

from portal.registry.matching.measures import most_at_precision
from tests.benchmarks.smelters.leaving_out import Trial

FOLDS = 5
PRECISION = 0.95  # of what is inferred; inferred names are a few in a hundred, so all together stay above 0.995


def threshold(trials: Sequence[Trial]) -> float:
    """The score with the most recall at that precision of what is inferred; 1 if there is none."""
    inferred = [trial for trial in trials if trial.score > 0]
    found = most_at_precision([trial.score for trial in inferred], [trial.right for trial in inferred], PRECISION)
    return found.threshold if found else 1.0


def inferred_at(trials: Sequence[Trial], score: float) -> tuple[int, int, int]:
    """(inferred and right, inferred and wrong, not inferred although the list has the facility)."""
    right = sum(trial.right for trial in trials if trial.score >= score)
    wrong = sum(not trial.right for trial in trials if trial.score >= score)
    missed = sum(bool(trial.facility_id) for trial in trials if trial.score < score)
    return right, wrong, missed


def folds(trials: Sequence[Trial]) -> list[tuple[list[Trial], list[Trial]]]:
    """(those to choose on, those to measure on), by the facility whose name is asked: no facility is in both."""
    return [
        (
            [trial for trial in trials if _fold(trial) != left_out],
            [trial for trial in trials if _fold(trial) == left_out],
        )
        for left_out in range(FOLDS)
    ]


def _fold(trial: Trial) -> int:
    return int(trial.asked_of[-3:]) % FOLDS

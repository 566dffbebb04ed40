"""How good scores are on labelled pairs: precision, recall and F1 at a threshold, and the best there are. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quality:
    """What a threshold finds: pairs at or above `threshold` are called the same company."""

    threshold: float
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 if both are."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def quality_at(scores: Sequence[float], same: Sequence[bool], threshold: float) -> Quality:
    """Precision is 1 where nothing is found; recall 0 where nothing is to be found."""
    found = [is_same for score, is_same in zip(scores, same, strict=True) if score >= threshold]
    hits, all_same = sum(found), sum(same)
    return Quality(threshold, hits / len(found) if found else 1.0, hits / all_same if all_same else 0.0)


def each_threshold(scores: Sequence[float], same: Sequence[bool]) -> list[Quality]:
    """The quality at every score that occurs, from the highest down."""
    all_same = sum(same)
    hits = 0
    qualities: list[Quality] = []
    ordered = sorted(zip(scores, same, strict=True), key=lambda pair: -pair[0])
    for count, (score, is_same) in enumerate(ordered, 1):
        hits += is_same
        if count == len(ordered) or ordered[count][0] != score:
            qualities.append(Quality(score, hits / count, hits / all_same if all_same else 0.0))
    return qualities


def best_f1(scores: Sequence[float], same: Sequence[bool]) -> Quality:
    """The threshold with the best F1. Raises ValueError without pairs."""
    return max(each_threshold(scores, same), key=lambda one: one.f1)


def most_at_precision(scores: Sequence[float], same: Sequence[bool], precision: float) -> Quality | None:
    """The threshold with the most recall at no less than this precision; None if there is none."""
    enough = [one for one in each_threshold(scores, same) if one.precision >= precision]
    return max(enough, key=lambda one: one.recall, default=None)

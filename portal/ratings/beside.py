"""Two assessments beside each other, question by question: what differs, and never a mean of the two. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Difference(StrEnum):
    """What differs in the answers to one question. Notes are read, not compared."""

    ONE_SIDE = "one_side"  # asked by one of the two rubric versions only
    APPLIES = "applies"  # one says that it does not apply
    ANSWER = "answer"
    SCORE = "score"
    EVIDENCE = "evidence"


class Answered(Protocol):
    """An answer, as far as it is compared."""

    value: Any
    score: int | None
    grade: str
    not_applicable: bool


@dataclass(frozen=True)
class Pair:
    """One question with both answers; None where a side has no answer. `differences` is empty where they agree."""

    code: str
    left: Answered | None
    right: Answered | None
    differences: tuple[Difference, ...]


def pairs(
    asked_left: Iterable[str],
    asked_right: Iterable[str],
    left: Mapping[str, Answered],
    right: Mapping[str, Answered],
) -> list[Pair]:
    """Every question that one of the two asks, in the order of the left one; what only the right one asks comes last.

    The ids of questions mean the same across the versions of a rubric, not across rubrics.
    """
    first = list(asked_left)
    second = list(asked_right)
    both = set(first) & set(second)
    return [
        Pair(
            code,
            left.get(code),
            right.get(code),
            _differences(left.get(code), right.get(code)) if code in both else (Difference.ONE_SIDE,),
        )
        for code in dict.fromkeys([*first, *second])
    ]


def _differences(left: Answered | None, right: Answered | None) -> tuple[Difference, ...]:
    one, other = _said(left), _said(right)
    if one is None or other is None:
        return () if one is other else (Difference.APPLIES,)
    kinds = (Difference.ANSWER, Difference.SCORE, Difference.EVIDENCE)
    return tuple(kind for kind, mine, theirs in zip(kinds, one, other, strict=True) if mine != theirs)


def _said(answer: Answered | None) -> tuple[Any, int, str] | None:
    """(value, score, grade), None where the question does not apply. No answer is 0 on no evidence, as in scoring."""
    if answer is None:
        return None, 0, "E0"
    return None if answer.not_applicable else (answer.value, answer.score or 0, answer.grade)

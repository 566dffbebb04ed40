"""States of a pair of suppliers that may be one company, and the order in which a pair is written."""

from enum import StrEnum
from uuid import UUID

from portal.registry.matching import thresholds
from portal.registry.matching.profile import Decision


class PairState(StrEnum):
    """A pair waits for a person, or a person has decided."""

    OPEN = "open"
    DIFFERENT = "different"
    MERGED = "merged"


# From which states a pair may go into each other one. Who looks again may find that two are one after all, and back.
PAIR_STEPS: dict[PairState, frozenset[PairState]] = {
    PairState.OPEN: frozenset({PairState.DIFFERENT}),
    PairState.DIFFERENT: frozenset({PairState.OPEN, PairState.MERGED}),
    PairState.MERGED: frozenset({PairState.OPEN, PairState.DIFFERENT}),
}


class Likeness(StrEnum):
    """How sure the matcher is of a pair, in the steps that people are told."""

    CERTAIN = "certain"  # the same number, or the same name, country and address
    LIKELY = "likely"
    POSSIBLE = "possible"


LIKELY = thresholds.read()["likely"].score


def likeness(score: float, decision: str) -> Likeness:
    """The step of a verdict."""
    if decision == Decision.SAME:
        return Likeness.CERTAIN
    return Likeness.LIKELY if score >= LIKELY else Likeness.POSSIBLE


def in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """The pair as it is written, whichever is named first."""
    return (one, other) if one < other else (other, one)

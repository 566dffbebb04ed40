"""Who pays how much of a joint audit: exact to the basis point and to the smallest coin; pure, no database.

Parts are whole basis points (10,000 are all of it) and whole minor units. What does not divide evenly goes to the
largest remainders, so the parts always total exactly the whole (DOMAIN 5.5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

WHOLE = 10_000  # basis points
MAX_COST = 10**13  # minor units


class Way(StrEnum):
    """How the cost is split."""

    EQUAL = "equal"
    CONTRACT_VALUE = "contract_value"
    BY_HAND = "by_hand"


@dataclass(frozen=True)
class Part:
    """One payer's part: in basis points of the whole and in minor units of the cost."""

    basis_points: int
    cost_minor: int


def largest_remainder(total: int, weights: Mapping[UUID, int]) -> dict[UUID, int]:
    """`total` in whole parts as near to the weights as can be; all of it is given out.

    Weights are not negative; when all are nothing, all weigh the same. Of equal remainders the lower id is served
    first, so the same question has the same answer. No weights: no parts.
    """
    if not weights:
        return {}
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    whole = sum(weights.values())
    parts = {payer: total * weight // whole for payer, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda payer: (-(total * weights[payer] % whole), payer))
    for payer in by_remainder[: total - sum(parts.values())]:
        parts[payer] += 1
    return parts


def split(cost_minor: int, weights: Mapping[UUID, int]) -> dict[UUID, Part]:
    """Each payer's part. The money follows the weights themselves and not the rounded basis points, so that equal
    weights differ by one coin at most.
    """
    points, money = largest_remainder(WHOLE, weights), largest_remainder(cost_minor, weights)
    return {payer: Part(points[payer], money[payer]) for payer in weights}

"""States of a merge, and which parent company a merged one may have."""

from collections.abc import Callable
from enum import StrEnum
from uuid import UUID


class MergeState(StrEnum):
    """A merge is proposed, then carried out, turned down or taken back; what was carried out can be undone."""

    PROPOSED = "proposed"
    MERGED = "merged"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"


# From which states a merge may go into each other one.
MERGE_STEPS: dict[MergeState, frozenset[MergeState]] = {
    MergeState.MERGED: frozenset({MergeState.PROPOSED}),
    MergeState.REJECTED: frozenset({MergeState.PROPOSED}),
    MergeState.WITHDRAWN: frozenset({MergeState.PROPOSED}),
    MergeState.UNDONE: frozenset({MergeState.MERGED}),
}


def parent_after(
    wanted: UUID | None, other: UUID | None, both: frozenset[UUID], above: Callable[[UUID], set[UUID]]
) -> UUID | None:
    """The parent of the company made of `both`: the wanted one, else the other one, else none.

    A parent that is one of the two, or belongs to one of them (`above` gives all above a company), would be a circle.
    """
    for parent in (wanted, other):
        if parent is not None and parent not in both and not above(parent) & both:
            return parent
    return None

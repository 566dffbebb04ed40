"""Whether what a new list changes is too much to apply it unseen. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.sources.facilities import Reject
from portal.sources.rules import Reason

LIMIT = 0.20  # of the rows of the last good list; a list that changes more waits for a person
REJECTS_LIMIT = 0.10
BACKWARDS_LIMIT, BACKWARDS_LEAST = 0.05, 3


def guard(
    counts: Mapping[str, int], before: int, taken: int, rejects: Sequence[Reject]
) -> tuple[Reason, dict[str, Any]] | None:
    """The reason why an operator must look at this list first, with its facts; None when it may be applied.

    `counts` is what differs from the list that is shown, which has `before` rows (0: there is none yet).
    """
    read = taken + len(rejects)
    wrong = sum(reject.reason != "repeated" for reject in rejects)
    if wrong > REJECTS_LIMIT * read:
        return Reason.MANY_REJECTS, _share(wrong, read, REJECTS_LIMIT)
    if not before:
        return None
    for reason, kind in (
        (Reason.MASS_REMOVAL, "removed"),
        (Reason.MASS_RENAMES, "renamed"),
        (Reason.MASS_STATUS_CHANGES, "status_changed"),
    ):
        if counts[kind] > LIMIT * before:
            return reason, _share(counts[kind], before, LIMIT)
    backwards = counts["backwards"]
    if backwards >= BACKWARDS_LEAST and backwards > BACKWARDS_LIMIT * before:
        return Reason.DATES_BACKWARDS, _share(backwards, before, BACKWARDS_LIMIT)
    return None


def _share(count: int, whole: int, limit: float) -> dict[str, Any]:
    return {"count": count, "of": whole, "share": round(count / whole, 3), "limit": limit}

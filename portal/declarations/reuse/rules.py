"""What relying on another authority's declaration means, and what may end it: pure, no database."""

from datetime import date
from enum import StrEnum


class Ending(StrEnum):
    """What can happen to a declaration that others rely on; each of them is told."""

    WITHDRAWN = "withdrawn"  # its owner says that it does not count any more
    REPLACED = "replaced"  # its owner has a newer one of the same supplier and template
    UNSHARED = "unshared"  # its owner does not share it with us any more


TOO_OLD_AFTER = 365  # days: DOMAIN 3.3, an effective date over twelve months ago
MAX_NOTE = 500


def is_old(effective_date: date | None, today: date) -> bool:
    """Its answers are older than twelve months, or nobody knows how old they are."""
    return effective_date is None or (today - effective_date).days > TOO_OLD_AFTER

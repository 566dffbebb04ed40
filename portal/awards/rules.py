"""What counts as a new award, and what a search is asked. Pure."""

from dataclasses import dataclass
from datetime import date

RECENT_DAYS = 92  # an award published earlier is no news: a first reading brings months of them
OVERLAP_DAYS = 7  # notices appear late and are corrected, so each reading looks back beyond the last one

# Numbers of the registry that no procurement notice uses for a company.
NOT_IN_NOTICES = frozenset({"os_id", "cid"})


@dataclass(frozen=True)
class Asking:
    """A number of a followed supplier, as people write it, and from which day of publication on it is asked for."""

    scheme: str
    value: str
    spellings: tuple[str, ...]
    since: date

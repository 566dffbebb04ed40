"""What a roll-up is about and what can be chosen in it: pure, no database."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ScopeKind(StrEnum):
    """Whose suppliers: those of one authority's running contracts, the one of a contract, or all that we see."""

    AUTHORITY = "authority"
    CONTRACT = "contract"
    MEMBERS = "members"


@dataclass(frozen=True)
class Scope:
    """Which suppliers the roll-up is about; the id is that of the authority or contract."""

    kind: ScopeKind
    id: UUID | None = None


@dataclass(frozen=True)
class Chosen:
    """Filters of the list: one metal, one assurance status of today."""

    metal: str | None = None
    status: str | None = None


ANY_UNKNOWN = "any"  # every row that was not recognised, whatever the reason
NO_METAL = "none"  # rows that name no metal

"""The matrix of minerals, uses, countries and impacts: what a row holds, and how sure it is. Pure."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

MAX_SHORT, MAX_LONG = 200, 1000


class Verification(StrEnum):
    """Whether somebody has read what a row says in the source that it names."""

    VERIFIED = "verified"
    PARTLY = "partly"  # `verified_part` says what; the rest is recalled
    RECALLED = "recalled"  # nobody has: no evidence, and always shown as unverified


@dataclass(frozen=True)
class ImpactValues:
    """What people write of one row. Without product groups it holds for all, without countries for many."""

    mineral: str
    use: str
    product_groups: tuple[str, ...]
    countries: tuple[str, ...]  # ISO 3166-1 alpha-2
    place: str
    impact: str
    verification: Verification
    verified_part: str | None
    source: str | None
    source_url: str | None

    def as_json(self) -> dict[str, Any]:
        """As kept in a revision."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "ImpactValues":
        """What `as_json` gave."""
        lists = {name: tuple(values[name]) for name in ("product_groups", "countries")}
        return cls(**{**values, **lists, "verification": Verification(values["verification"])})

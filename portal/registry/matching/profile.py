"""What the matcher is told of a company, and what it says of two of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from portal.registry.identifiers import Identifier
from portal.registry.rules import NameKind


class Decision(StrEnum):
    """Whether two records are one company: only `same` may be acted upon without a person."""

    SAME = "same"
    REVIEW = "review"
    DIFFERENT = "different"


class Name(NamedTuple):
    """A name as written, and what it is to the company."""

    text: str
    kind: NameKind = NameKind.LEGAL


@dataclass(frozen=True, slots=True)
class Profile:
    """A company as far as it is known. `key` is its id in the registry, `parent` that of its owner; `country` is
    ISO 3166 alpha-2; addresses and cities as written.
    """

    names: tuple[Name, ...]
    identifiers: frozenset[Identifier] = frozenset()
    country: str | None = None
    addresses: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    key: UUID | None = None
    parent: UUID | None = None


class Evidence(NamedTuple):
    """One reason: a key of texts.EVIDENCE with the values of its sentence, and whether it speaks for one company."""

    code: str
    supports: bool
    params: Mapping[str, Any] = MappingProxyType({})


class Verdict(NamedTuple):
    """`score` 0 to 1 ranks pairs; `decision` is what may be done; the weightiest evidence comes first."""

    score: float
    decision: Decision
    evidence: tuple[Evidence, ...]

    @property
    def reasons_for(self) -> tuple[Evidence, ...]:
        """What speaks for one company."""
        return tuple(one for one in self.evidence if one.supports)

    @property
    def reasons_against(self) -> tuple[Evidence, ...]:
        """What speaks for two companies."""
        return tuple(one for one in self.evidence if not one.supports)

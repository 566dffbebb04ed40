"""Why declarations are checked again by themselves, and whether that found anything else. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

Pair = tuple[str, str]  # facility id, metal

LATER = "smelter_name_"  # findings that are added to a check afterwards, by what was decided on a name


class Because(StrEnum):
    """What changed since a declaration was checked."""

    RULES = "rules"
    STATUSES = "statuses"
    AREAS = "areas"
    SANCTIONS_LIST = "sanctions_list"
    SANCTIONS_DECISION = "sanctions_decision"
    ASKED = "asked"  # by an operator, for all


@dataclass(frozen=True, slots=True)
class Affected:
    """Which declarations a change is about: those with one of these facilities or names, or all.

    `pairs` are facilities with the metal in lower case, `facilities` count under every metal; `names` are as
    declarations write them. With `older_than` only those that other rules checked.
    """

    pairs: frozenset[Pair] = frozenset()
    facilities: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    every: bool = False
    older_than: str | None = None


class Found(Protocol):
    """What is compared of a finding, as the checks give it or as it is kept."""

    @property
    def code(self) -> str: ...

    @property
    def sheet(self) -> str | None: ...

    @property
    def cell(self) -> str | None: ...

    @property
    def params(self) -> Mapping[str, Any]: ...


def differs(found: Iterable[Found], kept: Iterable[Found]) -> bool:
    """Whether a check says anything else than the one before; what was added to that one later is left out."""
    return sorted(map(_mark, found)) != sorted(_mark(one) for one in kept if not one.code.startswith(LATER))


def _mark(one: Found) -> str:
    return json.dumps([str(one.code), one.sheet, one.cell, dict(one.params)], sort_keys=True, default=str)

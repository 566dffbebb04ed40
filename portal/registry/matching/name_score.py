"""How likely two names mean the same company, by the names alone: 0 to 1. Pure.

It ranks and explains; it never decides that two companies are one (see compare).
"""

import math
import tomllib
from pathlib import Path

from portal.registry.matching.alignment import Alignment, align
from portal.registry.matching.features import SIGNS, measure
from portal.registry.matching.words import Words, words_of

WEIGHTS = Path(__file__).with_name("weights.toml")


def _load() -> tuple[tuple[float, ...], float]:
    found = tomllib.loads(WEIGHTS.read_text(encoding="utf-8"))
    return tuple(float(found.get(name, 0.0)) for name in SIGNS), float(found["bias"])


def name_score(one: str, other: str) -> float:
    """0 to 1; symmetric, and TOP for names with the same words and legal form."""
    left, right = words_of(one), words_of(other)
    return score_of(left, right, align(left, right))


def score_of(one: Words, other: Words, found: Alignment) -> float:
    """The score of two names that are aligned already."""
    if not one.letters or not other.letters:  # nothing in them can be read
        return 0.0
    if one.words == other.words and one.form == other.form:
        return TOP
    return 1 / (1 + math.exp(-logit(one, other, found)))


def logit(one: Words, other: Words, found: Alignment) -> float:
    """The evidence before it is squeezed between 0 and 1: what is known beside the names is added to it."""
    return sum([weight * value for weight, value in zip(_BY_FEATURE, measure(one, other, found), strict=True)], _BIAS)


_BY_FEATURE, _BIAS = _load()
TOP = 1.0

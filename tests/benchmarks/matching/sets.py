"""The labelled pairs that are measured on: hard pairs of the LEI register, those of SHARED_DATA, and a file by name."""

import csv
import os
from pathlib import Path

from portal.registry.matching.pair_file import Skipped, open_pairs
from tests.benchmarks.matching.hard_pairs import Pair, hard_pairs
from tests.benchmarks.matching.packages import Missing
from tests.benchmarks.matching.register import load_register
from tests.benchmarks.matching.training import halves

GLEIF = "GLEIF hard"
SHARED = Path(os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
SEED = 12  # not that of the training pairs, which come from the other half of the register


def sets_of_pairs() -> dict[str, list[Pair]]:
    """Each set that can be had, by name; what cannot is told."""
    named = os.environ.get("PAIRS")
    if named:
        return {Path(named).name: labelled_file(Path(named))}
    found: dict[str, list[Pair]] = {}
    try:
        _fitting, measuring = halves(load_register())
        found[GLEIF] = hard_pairs(measuring, seed=SEED)
    except Missing as missing:
        print(f"   {GLEIF}: left out. {missing}")
    folder = SHARED / "matching"
    if folder.is_dir():
        found["screening pairs"] = screening_pairs(folder / "screening-pairs.csv")
        found["smelter aliases"] = alias_pairs(folder / "smelter-aliases.csv")
    else:
        print(f"   {folder} is not here (set SHARED_DATA): its pairs are left out.")
    return found


def labelled_file(path: Path) -> list[Pair]:
    """The rows with a label of a file as `portal suppliers score-pairs` takes it."""
    pairs = []
    with path.open("rb") as file:
        opened = open_pairs(file)
        for row in opened:
            found = row if isinstance(row, Skipped) else opened.layout.pair(row)
            if isinstance(found, Skipped):
                print(f"   {path.name}, line {found.line} {found.problem}")
            elif found.same is not None:
                pairs.append(Pair(found.one.names[0].text, found.other.names[0].text, found.same))
    return pairs


def screening_pairs(path: Path) -> list[Pair]:
    """The pairs of organisations; their labels follow sanctions screening (“Fund III” is “Fund IV” there)."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Pair(row["name1"], row["name2"], row["is_match"] == "true")
            for row in csv.DictReader(file)
            if row["schema"] in ("Company", "Organization", "LegalEntity")
        ]


def alias_pairs(path: Path) -> list[Pair]:
    """Each smelter's alias with its standard name, and with that of the next smelter of the list that is another."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["alias"] != row["standard_names"]]
    pairs = []
    for at, row in enumerate(rows):
        pairs.append(Pair(row["alias"], row["standard_names"], True))
        other = next(one for one in (*rows[at + 1 :], *rows[:at]) if one["cid"] != row["cid"])
        pairs.append(Pair(row["alias"], other["standard_names"], False))
    return pairs

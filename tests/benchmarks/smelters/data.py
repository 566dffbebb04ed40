"""The lists and the reported names that matching smelters is measured on: files beside the tree, never in it."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

from portal.minerals.matching.lists import ListedName
from portal.minerals.rules import revision_rank

FOLDER = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[4] / "shared" / "data")) / "smelters"


class Missing(Exception):
    """The shared data is not here."""


@dataclass(frozen=True, slots=True)
class Reported:
    """One smelter as a company published it; `facility_id` is empty where it gave none."""

    reporter: str
    metal: str
    name: str
    facility_id: str


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / name
    if not path.is_file():
        raise Missing(f"{path} is not here (set SHARED_DATA)")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed_names(folder: Path = FOLDER) -> list[ListedName]:
    """Every alias of every release of the look-ups, the newest release first."""
    rows = [row for row in _rows(folder, "lookup-all-versions.csv") if row["cid"]]
    rows.sort(key=lambda row: revision_rank(row["template"], row["version"]), reverse=True)
    return list(
        dict.fromkeys(
            ListedName(
                row["metal"],
                row["lookup_name"],
                row["cid"],
                row["standard_name"],
                row["country"],
                row["city"],
                row["state"],
            )
            for row in rows
        )
    )


def reported_names(folder: Path = FOLDER) -> list[Reported]:
    """What six companies published."""
    return [
        Reported(row["reporter"], row["metal"], row["name_as_reported"], row["smelter_id"])
        for row in _rows(folder, "reported-smelters.csv")
    ]

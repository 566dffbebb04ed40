"""The filled declarations and hostile files of SHARED_DATA, which nobody on this project wrote, and their companions.

The files are not part of the project: where they are missing, the fixture `shared_data` makes the tests skip.
"""

import csv
import json
import os
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from portal.declarations.check import Report, check_file
from portal.declarations.rules import Facility

ROOT = Path(os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
FOLDER = ROOT / "declarations"
JUDGED_ON = date(2026, 11, 22)
NONE_HERE = "no files here"  # one case that the fixture skips


def named(*outcomes: str) -> list[str]:
    """The names of the companions with these outcomes, for parametrising."""
    names = [path.name.removesuffix(".expected.json") for path in sorted(FOLDER.glob("*.expected.json"))]
    return [name for name in names if expected(name).get("outcome") in outcomes] or [NONE_HERE]


@cache
def expected(name: str) -> dict[str, Any]:
    """What a file's companion says."""
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))
    return content


@cache
def reference() -> dict[str, Facility]:
    """The ids of all look-up releases."""
    with (ROOT / "smelters" / "lookup-all-versions.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["cid"]: Facility(row["cid"], row["metal"], row["standard_name"], row["country"])
            for row in csv.DictReader(file)
            if row["cid"]
        }


@cache
def report(name: str) -> Report:
    """Our report on a filled declaration, read in the sandbox like every other file."""
    file = FOLDER / str(expected(name)["file"])
    return check_file(file, file.name, JUDGED_ON, reference())

"""`make bench B=fuzz`: 2,000 broken workbooks. None may crash, hang, write a file or use more than 1 GiB.

FUZZ_CASES= and FUZZ_FROM= say how many and from which number.
Each is read as an upload is. A case is named by its number, so that one that fails can be tried alone.
"""

import os
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path

from portal.declarations.check import report_on
from portal.declarations.reading.sandbox import read_in_child
from portal.declarations.reading.unreadable import Unreadable
from tests.portal.declarations.mutations import case
from tests.portal.declarations.workbooks import AS_OF

LONGEST = 10.0  # seconds
MOST = 2**30  # bytes of memory


def run() -> None:
    """Print what became of the cases; exit with 1 and their numbers where one broke a bound."""
    first, count = int(os.environ.get("FUZZ_FROM", "0")), int(os.environ.get("FUZZ_CASES", "2000"))
    ends: Counter[str] = Counter()
    wrong: list[str] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for number in range(first, first + count):
            name, data = case(number)
            start = time.monotonic()
            try:
                ends[_end_of(data)] += 1
            except Exception as error:  # what must not happen, whatever it is
                wrong.append(f"{number} ({name}): {type(error).__name__}: {error}")
            took = time.monotonic() - start
            slowest = max(slowest, took)
            if took > LONGEST:
                wrong.append(f"{number} ({name}): {took:.1f} s")
        if left := [path.name for path in Path(folder).iterdir()]:
            wrong.append(f"files were written: {left}")
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    if memory > MOST:
        wrong.append(f"a reader used {memory / 2**20:.0f} MiB")
    print(f"{count} cases: " + ", ".join(f"{end} {n}" for end, n in ends.most_common()))
    print(f"slowest {slowest:.1f} s, largest reader {memory / 2**20:.0f} MiB")
    if wrong:
        raise SystemExit("\n".join(["Wrong:", *wrong]))


def _end_of(data: bytes) -> str:
    """The code of the refusal, or that a report was made, with all its sentences."""
    try:
        report_on(read_in_child(data), AS_OF).as_json()
    except Unreadable as refused:
        if not (refused.message and refused.remedy):
            raise ValueError(f"a refusal without words: {refused.code}") from None
        return refused.code
    return "read"

"""Reading and checking a CMRT beside openpyxl's bare reading of the same workbook, in the same run."""

import io
import resource
import time
from collections.abc import Callable
from statistics import median

from openpyxl import load_workbook

from portal.declarations.check import check_file
from tests.portal.declarations.workbooks import AS_OF, Draft

SIZES = (350, 5000)
REPEATS = 5


def run() -> None:
    """Print the median seconds of both and their ratio, and the largest memory of a child process."""
    for size in SIZES:
        content = workbook(size)
        ours = seconds(lambda content=content: check_file(content, "bench.xlsx", AS_OF))  # type: ignore[misc]
        bare = seconds(lambda content=content: read_only(content))  # type: ignore[misc]
        print(
            f"{size:>6} rows: read and checked {ours:.2f} s, openpyxl reading alone {bare:.2f} s, {bare / ours:.1f} x"
        )
    print(f"largest child: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")


def workbook(size: int) -> bytes:
    """A declaration with `size` smelter rows of invented ids, one look-up row each."""
    lookup = [("Gold", f"Sample {n}", f"Sample {n}", "NORWAY", f"CID{900000 + n:06d}") for n in range(size)]
    rows = [{"A": entry[4]} for entry in lookup]
    others = [("Tin", "Tin Works", "Tin Works", "PERU", "CID800001"), ("Tantalum", "Ta", "Ta", "PERU", "CID800002")]
    return Draft(rows=rows, lookup=[*lookup, *others]).to_bytes()


def read_only(content: bytes) -> int:
    """Every cell of every sheet, as openpyxl's fastest mode gives them."""
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    return sum(1 for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)


def seconds(work: Callable[[], object]) -> float:
    """The median of some runs."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)

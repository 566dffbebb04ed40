"""Reading and checking a CMRT beside openpyxl's bare reading of the same sheets, in the same run.

The files are made here with the weight of a published template: 60,000 cells and 35,000 formulas in the 2,500 rows of
the smelter list, and hidden sheets of translations and subdivisions. Where SHARED_DATA is, its filled templates are
measured too. Reading is compared without its sandbox, as openpyxl has none; reading and checking is timed with it.
"""

import io
import resource
import time
from collections.abc import Callable
from typing import NamedTuple

from openpyxl import Workbook, load_workbook

from portal.declarations.check import check_file
from portal.declarations.reading.workbook import SHEETS
from tests.portal.declarations.expected import FOLDER
from tests.portal.declarations.workbooks import AS_OF, Draft, read_here

TARGETS = {350: 0.4, 5000: 1.5}  # smelters -> seconds for reading and checking
FASTER = 3.0  # reading, against openpyxl read-only
REPEATS = 5
LAST_ROW = 2504  # of the template's own formulas


def run() -> None:
    """Print the seconds of both, their ratio, and the largest memory of a child process."""
    for size, most in TARGETS.items():
        _measure(f"{size} smelters, made here", workbook(size), most)
    filled = sorted(FOLDER.glob("cmrt-6.5-company-full.*.xlsx"))
    for path in filled:
        _measure(path.name, path.read_bytes(), TARGETS[350])
    if not filled:
        print("   SHARED_DATA is not here: no published template was measured.")
    print(f"largest child: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")


def _measure(name: str, content: bytes, most: float) -> None:
    whole = measured(lambda: check_file(content, "bench.xlsx", AS_OF))
    reading = measured(lambda: read_here(content))
    bare = measured(lambda: read_only(content))
    print(f"{name} ({len(content) / 2**20:.1f} MiB)")
    missed = "" if whole.wall <= most else ", MISSED"
    print(f"   read and checked {whole} (target {most:.2f} s{missed})")
    ratio = bare.wall / reading.wall
    missed = "" if ratio >= FASTER else ", MISSED"
    print(f"   read {reading}, openpyxl read-only {bare}: {ratio:.1f} times faster (target {FASTER:.0f}{missed})")


class Time(NamedTuple):
    """Seconds on the clock and of the processor, our children's among them: they part where others use the machine."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s (processor {self.cpu:.2f} s)"


def workbook(size: int) -> bytes:
    """A declaration with `size` smelter rows of invented ids, one look-up row each, and a template's weight."""
    lookup = [("Gold", f"Sample {n}", f"Sample {n}", "NORWAY", f"CID{900000 + n:06d}") for n in range(size)]
    rows = [{"A": entry[4]} for entry in lookup]
    others = [("Tin", "Tin Works", "Tin Works", "PERU", "CID800001"), ("Tantalum", "Ta", "Ta", "PERU", "CID800002")]
    return Draft(rows=rows, lookup=[*lookup, *others], change=_weight).to_bytes()


def _weight(book: Workbook) -> None:
    """What a published template holds beside the answers (RMI CMRT 6.5, counted)."""
    smelters = book["Smelter List"]
    for row in range(5, max(LAST_ROW, smelters.max_row) + 1):
        for column in "ABCDEFGHIJKLMNOPQRSTUVWX":
            cell = smelters[f"{column}{row}"]
            cell.number_format = "@"
            if column in "BCEFGHIJRSTWX" and cell.value is None:
                cell.value = f"=IF(ISERROR($V{row}),\"\",OFFSET('Smelter Look-up'!$D$4,$V{row}-4,0))"
        smelters[f"V{row}"] = f"=IF(C{row}=\"\",NA(),MATCH($B{row}&$C{row},'Smelter Look-up'!$J:$J,0))"
    for name, rows, columns in (("Product List", 1000, 10), ("Declaration", 130, 22)):
        for line in book[name].iter_rows(max_row=rows, max_col=columns):
            for cell in line:
                cell.number_format = "@"
    translations, places = book.create_sheet("L"), book.create_sheet("SorP")
    for row in range(1, 800):
        translations.append([f"Declaration{row}", *(f"Text {row} in language {n}, of some length" for n in range(12))])
    for row in range(1, 5600):
        places.append([f"XX-{row}", f"Subdivision {row}", f"XX{row}"])


def read_only(content: bytes) -> int:
    """Every cell of the sheets that we read, as openpyxl's fastest mode gives them."""
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheets = [book[name] for name in SHEETS if name in book.sheetnames]
    return sum(1 for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)


def measured(work: Callable[[], object]) -> Time:
    """The best of some runs: what the work costs where nobody else uses the machine."""
    times = []
    for _ in range(REPEATS):
        start, used = time.perf_counter(), _processor()
        work()
        times.append(Time(time.perf_counter() - start, _processor() - used))
    return min(times)


def _processor() -> float:
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in spent)

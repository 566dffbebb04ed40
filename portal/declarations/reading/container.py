"""The checks on the bytes of a declaration before any parser of spreadsheets touches it, within a template's bounds.

Sizes are in bytes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from portal.declarations.reading.unreadable import refusal
from portal.evidence import workbooks
from portal.evidence.workbooks import BadWorkbook, Bounds, Container

MAX_FILE = 20 * 2**20  # published templates have 1.1 to 1.7 million bytes
MAX_PART = 64 * 2**20  # the largest part of a filled template inflates to 7 million
MAX_TOTAL = 128 * 2**20
MAX_PARTS = 500  # templates have 30 to 110


def sniff(data: bytes) -> str:
    """`zip` or `ole`, judged by content, never by name. Raises Unreadable for anything else."""
    with refusals():
        return workbooks.sniff(data, _bounds())


def open_container(data: bytes) -> Container:
    """The checked parts of a workbook. Raises Unreadable for what a plain workbook does not hold."""
    with refusals():
        return workbooks.open_container(data, _bounds())


@contextmanager
def refusals() -> Iterator[None]:
    """Give what is wrong with a workbook the sentences of declarations."""
    try:
        yield
    except BadWorkbook as bad:
        raise refusal(bad.code, bad.place, **bad.params) from None


def _bounds() -> Bounds:
    return Bounds(file=MAX_FILE, part=MAX_PART, total=MAX_TOTAL, parts=MAX_PARTS)

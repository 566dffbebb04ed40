"""The first sheet of an .xlsx as rows of text, read by the same guarded process as lists of suppliers are."""

import json
from collections.abc import Iterator

from portal.evidence.sandbox import Limits, answer_of_child
from portal.evidence.workbooks import BadWorkbook
from portal.sources.refusal import Refused
from portal.sources.rules import Reason

_READER = "portal.registry.imports.workbook_reader"
_LIMITS = Limits(cpu=30, wall=60.0)
_OTHER_KIND = frozenset({"encrypted", "not_a_spreadsheet", "unsupported_format"})
_TOO_MUCH = frozenset(
    {
        "cell_out_of_bounds",
        "file_too_large",
        "out_of_memory",
        "timed_out",
        "too_large_uncompressed",
        "too_many_parts",
    }
)


def first_sheet(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells as text) of the first sheet that has content. Raises Refused."""
    try:
        answer = json.loads(answer_of_child(_READER, content, _LIMITS))
    except BadWorkbook as bad:
        raise _refusal(bad.code) from None
    except ValueError:
        raise _refusal("no_answer") from None
    if "refused" in answer:
        raise _refusal(answer["refused"])
    yield from enumerate(answer["lines"], 1)


def _refusal(code: str) -> Refused:
    if code in _OTHER_KIND:
        return Refused(Reason.NOT_A_LIST, found=code)
    return Refused(Reason.TOO_LARGE if code in _TOO_MUCH else Reason.DAMAGED_FILE, detail=code)

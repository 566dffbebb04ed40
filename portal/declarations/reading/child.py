"""The process in which a foreign file is parsed: workbook on stdin, JSON on stdout, limits set first.

Run by `sandbox` as `python -m portal.declarations.reading.child MEMORY_BYTES CPU_SECONDS`. It writes no files
(the limit on file size is 0), opens no connections, and never prints what it read anywhere but on stdout.
"""

import json
import sys
from typing import Any

from portal.evidence.sandbox import limit_this_process


def main(memory: int, cpu: int) -> None:
    """Read one file. Exit code 0 with an answer, otherwise the limits or the parser ended the process."""
    limit_this_process(memory, cpu)
    try:
        answer = _answer(sys.stdin.buffer.read())
    except MemoryError:
        answer = {"refused": {"code": "out_of_memory", "place": None, "params": {}}}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()


def _answer(data: bytes) -> dict[str, Any]:
    # imported after the limits are set: the parser is foreign code
    from portal.declarations.reading import container, declaration, identify, workbook
    from portal.declarations.reading.unreadable import Unreadable, refusal

    try:
        if container.sniff(data) == "ole":
            raise _legacy(workbook.read_legacy_cell(data, "Declaration", "J3"))
        book = workbook.Workbook(container.open_container(data))
        return {"reading": declaration.read(book, identify.identify(book)).to_wire()}
    except Unreadable as refused:
        return _refused(refused)
    except MemoryError:
        raise
    except Exception as error:  # a defect or a file nobody foresaw: an answer all the same, without content
        return _refused(refusal("damaged_workbook", detail=type(error).__name__))


def _legacy(revision_cell: str | None) -> Exception:
    from portal.declarations.reading import identify, versions
    from portal.declarations.reading.unreadable import refusal
    from portal.declarations.rules import TemplateKind
    from portal.declarations.wording import N_

    revision = identify.revision_in(revision_cell)
    if revision is None:
        return refusal("unsupported_format", found=N_("an old binary workbook (.xls)"))
    current = versions.current_revision(TemplateKind.CMRT)
    return refusal("unsupported_revision", kind="CMRT", revision=revision, current=current)


def _refused(refused: Any) -> dict[str, Any]:
    return {"refused": {"code": refused.code, "place": refused.place, "params": refused.params}}


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

"""Reads one file of notices in a process of its own, with limits: hostile XML or JSON ends that process, not ours.

Run as `python -m portal.contracts.notices.child MEMORY_BYTES CPU_SECONDS`: file on stdin, JSON on stdout.
"""

import json
import sys
from typing import Any

from portal.evidence.sandbox import limit_this_process


def main(memory: int, cpu: int) -> None:
    """Read one file; what is wrong with it is an answer, too."""
    limit_this_process(memory, cpu)
    from portal.contracts.notices.model import NotANotice

    answer: dict[str, Any]
    try:
        answer = {"notices": [notice.as_json() for notice in read(sys.stdin.buffer.read())]}
    except NotANotice as refused:
        answer = {"refused": refused.code, "params": refused.params}
    except (MemoryError, RecursionError):
        answer = {"refused": "notice_too_much", "params": {}}
    except Exception as error:  # a defect or a file nobody foresaw: an answer all the same, without content
        answer = {"refused": "notice_unreadable", "params": {"detail": type(error).__name__}}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()


def read(data: bytes) -> list[Any]:
    """The notices in a file, by what it begins with. Raises NotANotice."""
    from portal.contracts.notices import catalonia, eforms, ocds, ted
    from portal.contracts.notices.model import MOST_DEALS, NotANotice

    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<" or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        notices = eforms.read(data)
    elif start == b"{":
        try:
            document = json.loads(data)
        except ValueError as error:
            line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
            raise NotANotice("notice_damaged", place=f"{line}:{column}") from None
        if catalonia.is_catalan(document):
            notices = catalonia.read(document)
        elif ocds.is_ocds(document):
            notices = ocds.read(document)
        elif ted.is_search_answer(document):
            notices = ted.read(document)
        else:
            raise NotANotice("notice_other_json")
    else:
        raise NotANotice("notice_unknown")
    deals = sum(len(notice.deals) for notice in notices)
    if deals > MOST_DEALS:
        raise NotANotice("notice_too_long", count=deals, limit=MOST_DEALS)
    return notices


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

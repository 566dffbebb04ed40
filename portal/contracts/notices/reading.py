"""From the bytes of an uploaded file to the notices in it. No database, no Flask."""

import json

from portal.contracts.notices import ted
from portal.contracts.notices.model import Notice
from portal.evidence.sandbox import Limits, answer_of_child
from portal.evidence.workbooks import BadWorkbook
from portal.registry.reasons import Refused

MAX_FILE = 20 * 2**20  # bytes; a notice with hundreds of lots has about two
LIMITS = Limits(memory=768 * 2**20, cpu=20, wall=40.0)
_CHILD = "portal.contracts.notices.child"


def read_notices(data: bytes) -> list[Notice]:
    """The notices with awards in an eForms, OCDS or Catalan file. Raises Refused, saying what to do."""
    notices = read_awards(data)
    if not notices or any(notice.format == ted.FORMAT for notice in notices):
        raise Refused("notice_search_answer")
    return notices


def read_awards(data: bytes) -> list[Notice]:
    """The same, and answers of TED's search, which name winners but no contracts and may be empty. Raises Refused."""
    if not data.strip():
        raise Refused("notice_empty")
    if len(data) > MAX_FILE:
        raise Refused("notice_too_large", size=f"{len(data) / 2**20:.3g}", limit=MAX_FILE // 2**20)
    try:
        answer = json.loads(answer_of_child(_CHILD, data, LIMITS))
    except (BadWorkbook, ValueError):
        raise Refused("notice_too_much") from None
    if "refused" in answer:
        raise Refused(answer["refused"], **answer["params"])
    return [Notice.from_json(one) for one in answer["notices"]]

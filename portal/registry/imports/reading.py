"""From the bytes of an uploaded list to its table, whatever the file is called. No database, no Flask."""

import json
import re
from typing import Any

from flask_babel import gettext as _

from portal.evidence.sandbox import Limits, answer_of_child
from portal.evidence.workbooks import N_, BadWorkbook, Bounds, known_mark, looks_like, sniff
from portal.registry.imports.delimited import UTF16_MARKS, read_delimited, unmarked_utf16
from portal.registry.imports.tables import MAX_FILE, Table, table_of
from portal.registry.reasons import Refused

LIMITS = Limits(cpu=30, wall=60.0)
_CHILD = "portal.registry.imports.workbook_reader"

_WORKBOOK = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|\?xml|svg|table)", re.IGNORECASE)
_FEW = 4  # control bytes that any text may have,
_MOSTLY_TEXT = 0.02  # and their share above which a file is no text


def read_table(data: bytes) -> Table:
    """The table of a CSV file or an .xlsx workbook, judged by content. Raises Refused, saying what to do."""
    try:
        if not data.strip():
            raise BadWorkbook("empty_file")
        if len(data) > MAX_FILE:
            raise BadWorkbook("file_too_large", size=len(data), limit=MAX_FILE)
        if data.startswith(_WORKBOOK):
            return _read_workbook(data)
        if not _is_text(data):
            raise BadWorkbook("not_a_spreadsheet", found=looks_like(data))
        if data.lstrip().startswith((b"{", b"[")):
            raise BadWorkbook("not_a_spreadsheet", found=N_("a JSON document"))
    except BadWorkbook as bad:
        raise Refused(f"file_{bad.code}", **_readable(bad.params)) from None
    return read_delimited(data)


def _readable(params: dict[str, Any]) -> dict[str, Any]:
    """The values for a sentence: sizes in MB, and what a file is in the reader's language."""
    readable = {key: f"{value / 2**20:.3g}" if key in ("size", "limit") else value for key, value in params.items()}
    return readable | ({"found": _(params["found"])} if "found" in params else {})


def _read_workbook(data: bytes) -> Table:
    if sniff(data, Bounds(file=MAX_FILE)) == "ole":
        raise BadWorkbook("unsupported_format", found=N_("an old binary workbook (.xls)"))
    try:
        answer = json.loads(answer_of_child(_CHILD, data, LIMITS))
    except ValueError:
        raise BadWorkbook("damaged_workbook", detail="no answer") from None
    if "refused" in answer:
        raise BadWorkbook(answer["refused"], **answer["params"])
    return table_of(answer["lines"], {"sheet": answer["sheet"], "sheets": answer["sheets"]})


def _is_text(data: bytes) -> bool:
    """Letters in some encoding, and no markup: pictures and documents are full of control characters."""
    if known_mark(data) or _MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")):
        return False
    if data.startswith(UTF16_MARKS) or unmarked_utf16(data):
        return True
    head = data[:65536]
    controls = sum(1 for byte in head if byte < 32 and byte not in b"\t\n\r\x0b\x0c")
    return controls <= max(_FEW, len(head) * _MOSTLY_TEXT)

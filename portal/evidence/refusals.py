"""Every sentence about a workbook that cannot be read: what is wrong and what to do. The key is BadWorkbook's code."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

_SAVE = _l("Open it in a spreadsheet program, save it as a new .xlsx workbook, and choose that.")
_AGAIN = _l("Download the workbook again, fill that in, and choose it.")

REFUSALS: Mapping[str, tuple[Any, Any]] = {
    "empty_file": (_l("The file is empty."), _AGAIN),
    "file_too_large": (_l("The file has %(size)s MB; %(limit)s are taken at most."), _AGAIN),
    "not_a_spreadsheet": (_l("The file is no workbook but %(found)s."), _AGAIN),
    "unsupported_format": (_l("The file is %(found)s, which is not read here."), _SAVE),
    "encrypted": (_l("The workbook is encrypted or protected with a password."), _l("Save it without a password.")),
    "damaged_zip": (_l("The workbook is damaged or incomplete."), _SAVE),
    "damaged_workbook": (_l("The workbook is damaged and cannot be read."), _SAVE),
    "too_large_uncompressed": (_l("The workbook unpacks to more than is read here."), _AGAIN),
    "too_many_parts": (_l("The workbook consists of %(count)s parts, more than are read here."), _AGAIN),
    "unsafe_path": (_l("The workbook holds a part with an unsafe name (%(name)s)."), _AGAIN),
    "doctype_forbidden": (_l("The workbook holds an XML document type, which is never needed."), _SAVE),
    "unexpected_encoding": (_l("A part of the workbook is not UTF-8 text (%(name)s)."), _SAVE),
    "macro_content": (
        _l("The workbook contains macros (program code), which are never accepted here."),
        _l("Save it as an .xlsx workbook without macros."),
    ),
    "active_content": (
        _l("The workbook contains embedded objects or live data links (%(name)s), which are never accepted here."),
        _AGAIN,
    ),
    "cell_out_of_bounds": (
        _l("The sheet uses a cell far outside of what is asked."),
        _l("Delete everything beside and below the rows, and save it again."),
    ),
    "too_many_rows": (
        _l("The sheet has more than %(most)s rows."),
        _l("Delete everything beside and below the rows, and save it again."),
    ),
    "timed_out": (_l("Reading the workbook took longer than %(seconds)s seconds, so it was stopped."), _AGAIN),
    "out_of_memory": (_l("Reading the workbook needs more memory than it may use."), _AGAIN),
}

"""Every sentence about a file that is refused: what it is, and what to do. The key is the error's code."""

from portal.declarations.wording import N_, RefusalText

_SAVE_AS = N_("Open it in a spreadsheet program and save it as an .xlsx workbook, then send that.")
_FRESH = N_("Download the current template from the publisher, fill it in again, and send that.")
_PLAIN = N_("Ask the sender for the plain template, saved as .xlsx.")

REFUSALS: dict[str, RefusalText] = {
    "empty_file": RefusalText(N_("The file is empty (0 bytes)."), N_("Check the upload and send it again.")),
    "file_too_large": RefusalText(
        N_("The file has %(size)s bytes; declarations may have %(limit)s."),
        N_("Remove pictures and other sheets, and send it again."),
    ),
    "not_a_spreadsheet": RefusalText(
        N_("The file is not a spreadsheet: it is %(found)s."),
        N_("Send the filled-in reporting template itself, as an .xlsx workbook."),
    ),
    "unsupported_format": RefusalText(N_("The file is %(found)s, which is not read here."), _SAVE_AS),
    "encrypted": RefusalText(
        N_("The file is encrypted or protected with a password, so it cannot be read."),
        N_("Save it without a password and send it again."),
    ),
    "damaged_zip": RefusalText(
        N_("The file is damaged or incomplete (%(detail)s)."), N_("Ask the sender for the file again.")
    ),
    "damaged_workbook": RefusalText(
        N_("The workbook is damaged and cannot be read (%(detail)s)."),
        N_("Open it in a spreadsheet program, save it as a new .xlsx workbook, and send that."),
    ),
    "too_large_uncompressed": RefusalText(
        N_("The file unpacks to more than %(limit)s bytes, far more than a declaration holds."), _PLAIN
    ),
    "too_many_parts": RefusalText(
        N_("The file consists of %(count)s parts; a declaration has at most %(limit)s."), _PLAIN
    ),
    "unsafe_path": RefusalText(N_("The file holds a part with an unsafe or doubtful name (%(name)s)."), _PLAIN),
    "doctype_forbidden": RefusalText(
        N_("The file holds an XML document type or entity declaration, which spreadsheets never need."),
        _PLAIN,
    ),
    "unexpected_encoding": RefusalText(N_("A part of the file is not UTF-8 text (%(name)s)."), _SAVE_AS),
    "macro_content": RefusalText(
        N_("The file contains macros (program code), which are never accepted here."),
        N_("Save it as an .xlsx workbook without macros and send that."),
    ),
    "active_content": RefusalText(
        N_("The file contains embedded objects or live data links (%(name)s), which are never accepted here."),
        N_("Remove them, send other documents separately, and send the workbook again."),
    ),
    "cell_out_of_bounds": RefusalText(
        N_("The sheet uses cell %(cell)s, far outside the template."),
        N_("Delete everything outside the template's area and send the file again."),
    ),
    "too_many_rows": RefusalText(
        N_("The sheet has %(rows)s rows; %(limit)s are read at most (the template has room for 2,500)."),
        N_("Remove repeated rows, or send several declarations."),
    ),
    "cell_too_long": RefusalText(
        N_("A cell holds %(length)s characters; a spreadsheet cell can hold 32,767."), N_("Shorten the text.")
    ),
    "not_a_declaration": RefusalText(
        N_("The workbook is not a minerals reporting template (such as CMRT): it has no sheet “Declaration”."),
        _FRESH,
    ),
    "sheet_missing": RefusalText(N_("The sheet “%(sheet)s” is missing from this %(kind)s %(revision)s."), _FRESH),
    "revision_missing": RefusalText(
        N_("The workbook does not say which revision of the template it is, nor does its content."),
        _FRESH,
    ),
    "unsupported_revision": RefusalText(
        N_("This is %(kind)s revision %(revision)s, which is not read here; the current one is %(current)s."),
        N_("Ask for the declaration in the current revision of the template."),
    ),
    "template_not_supported": RefusalText(
        N_("This is %(kind)s revision %(revision)s; %(kind)s is recognised, but not read here yet."),
        N_("Keep the file as a document; send CMRT declarations to have them checked."),
    ),
    "layout_mismatch": RefusalText(
        N_("The layout of this %(kind)s %(revision)s was changed: rows or columns were moved (%(detail)s)."),
        N_("Copy the answers into an unchanged template; do not insert or delete rows or columns."),
    ),
    "timed_out": RefusalText(N_("Reading the file took longer than %(seconds)s seconds, so it was stopped."), _PLAIN),
    "out_of_memory": RefusalText(N_("Reading the file needs more memory than a declaration may use."), _PLAIN),
}

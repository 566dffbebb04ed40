"""Every sentence about what the registry cannot take, or takes with a remark. The key is the code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Reason:
    """What is wrong and what to do; `%(name)s` places are filled from the values."""

    message: Any
    remedy: Any = None


_SHORTEN = _l("Shorten it to at most %(limit)s characters.")
_SAVE_AS = _l("Save the list as CSV or .xlsx and choose that.")
_RENEW = _l("Open it in a spreadsheet program, save it as a new .xlsx workbook or as CSV, and choose that.")
_PLAIN = _l("Copy the list into a new workbook, or save it as CSV.")
_RETYPE = _l("Copy it again from the company’s papers, or leave it out.")

_NOTICE = _l(
    "Download the notice as eForms XML (TED, national portals), as an OCDS release or as JSON of the Catalan platform."
)

REASONS: Mapping[str, Reason] = {
    # numbers
    "identifier_scheme": Reason(_l("“%(scheme)s” is no kind of number that is known here.")),
    "identifier_length": Reason(
        _l("%(name)s %(number)s has too few or too many characters."),
        _l("A right one looks like %(example)s."),
    ),
    "identifier_format": Reason(
        _l("%(name)s %(number)s is not written as one."), _l("A right one looks like %(example)s.")
    ),
    "identifier_checksum": Reason(
        _l("%(name)s %(number)s has a wrong check digit: at least one character is mistyped."), _RETYPE
    ),
    "identifier_component": Reason(_l("%(name)s %(number)s cannot be right: a part of it does not exist."), _RETYPE),
    "identifier_person": Reason(
        _l("%(name)s: this is the number of a person, not of a company."),
        _l("Leave it out: numbers of persons are not kept here."),
    ),
    "identifier_unknown": Reason(
        _l("%(number)s is no number of a company that can be checked here."), _l("Check it, or leave it out.")
    ),
    "identifier_ambiguous": Reason(
        _l("%(number)s may be a number of several countries (%(countries)s)."), _l("Say which country it is.")
    ),
    "identifier_uncheckable": Reason(
        _l("%(number)s was left out: numbers of this country (%(country)s) cannot be checked here.")
    ),
    "vat_country": Reason(
        _l("The VAT number %(number)s does not begin with a country that is known here."),
        _l("Write the country’s two letters in front, for example %(example)s."),
    ),
    "role_unknown": Reason(
        _l("“%(text)s” is no role in the supply chain that is known here."),
        _l("Write reseller, brand, manufacturer or smelter group; several with commas between them."),
    ),
    # texts
    "name_missing": Reason(_l("There is no name."), _l("Write the legal name of the company.")),
    "name_empty": Reason(
        _l("The name “%(text)s” has neither a letter nor a digit."), _l("Write the legal name of the company.")
    ),
    "address_missing": Reason(_l("There is no address."), _l("Write the address of the site.")),
    "text_long": Reason(_l("The text has %(length)s characters."), _SHORTEN),
    "text_control": Reason(
        _l("The text contains control characters (%(character)s)."), _l("Type it again instead of copying it.")
    ),
    "text_direction": Reason(
        _l("The text contains an invisible mark that reverses the direction of writing (%(character)s)."),
        _l("Type it again instead of copying it."),
    ),
    "country_unknown": Reason(
        _l("“%(text)s” is not a country."),
        _l("Write its English name or its two letters (ISO 3166), for example Sweden or SE."),
    ),
    # rows of a list
    "row_wide": Reason(
        _l("The row has values to the right of the last column of the header."),
        _l("Check the row: perhaps a text with the delimiter in it has no quotation marks."),
    ),
    "row_name_missing": Reason(
        _l("The row has no name."), _l("Write the legal name of the company, or delete the row.")
    ),
    "numbers_of_several": Reason(
        _l("The numbers of this row belong to different suppliers: “%(name)s” and “%(other)s”."),
        _l("Correct the numbers, or ask an operator to compare the two suppliers."),
    ),
    "name_of_several": Reason(
        _l("%(count)s suppliers have exactly this name and country."),
        _l("Write a LEI, VAT or national number in the row, so that it is clear which one is meant."),
    ),
    # possible duplicates
    "same_core": Reason(_l("“%(name)s” has the same name but for its legal form.")),
    "same_name_elsewhere": Reason(_l("“%(name)s” has the same name; of one of the two the country is not known.")),
    "name_only": Reason(
        _l("“%(name)s” has the same name, but a name alone does not show that it is the same company."),
        _l("Write the country, or a LEI, VAT or national number in the row."),
    ),
    "other_number": Reason(_l("“%(name)s” has the same name, but another number: %(number)s.")),
    "alike": Reason(_l("The name is nearly that of “%(name)s”.")),
    "several_alike": Reason(_l("The name may be that of %(count)s suppliers, for example “%(name)s”.")),
    "alike_row": Reason(_l("The name is nearly that of “%(name)s” in row %(row)s.")),
    # what else is worth knowing of a row that is taken
    "same_as_row": Reason(_l("One more row of the supplier in row %(row)s.")),
    "matched_other_name": Reason(_l("The number belongs to “%(name)s”: the name in the row was left out.")),
    "parent_unknown": Reason(
        _l("The parent “%(name)s” is not in the registry or may be several, so none was set."),
    ),
    "parent_name_only": Reason(
        _l("Nothing but a name says which company the row means, so its parent “%(name)s” was not set."),
        _l("Write the country, or a LEI, VAT or national number in the row."),
    ),
    "parent_circle": Reason(_l("The parent “%(name)s” belongs to this company, so it was not set.")),
    "parent_kept": Reason(_l("The supplier has another parent already, so “%(name)s” was not set.")),
    # columns
    "mapping_no_name": Reason(
        _l("No column is chosen as the legal name."),
        _l("Choose “Legal name” for the column with the companies’ names."),
    ),
    "mapping_twice": Reason(
        _l("A field is chosen for two columns."), _l("Choose it for one of them, and “Leave it out” for the other.")
    ),
    # lists
    "list_empty": Reason(_l("The file has no row with content."), _l("Choose the file that holds the list.")),
    "list_header_only": Reason(
        _l("The file has a header in row %(row)s and nothing below it."), _l("Choose the file that holds the list.")
    ),
    "list_too_long": Reason(
        _l("The list has %(rows)s rows; %(limit)s are taken at once."), _l("Divide it into several files.")
    ),
    "list_too_wide": Reason(
        _l("The list has %(columns)s columns; %(limit)s are read at most."),
        _l("Delete the columns that are not needed."),
    ),
    "list_encoding": Reason(
        _l("The file says that it is %(encoding)s, but cannot be read as such."),
        _l("Open it in a spreadsheet program and save it as CSV UTF-8 or .xlsx."),
    ),
    "list_open_quote": Reason(
        _l("Row %(row)s has a text that does not end: perhaps a quotation mark was opened and not closed."),
        _l("Correct it there, or save the list as .xlsx."),
    ),
    # files
    "file_empty_file": Reason(_l("The file is empty."), _l("Choose the file that holds the list.")),
    "file_file_too_large": Reason(
        _l("The file has %(size)s MB; %(limit)s are taken at most."), _l("Divide it into several files.")
    ),
    "file_not_a_spreadsheet": Reason(_l("The file is no list but %(found)s."), _SAVE_AS),
    "file_unsupported_format": Reason(_l("The file is %(found)s, which is not read here."), _SAVE_AS),
    "file_encrypted": Reason(
        _l("The workbook is encrypted or protected with a password."), _l("Save it without a password.")
    ),
    "file_damaged_zip": Reason(_l("The workbook is damaged or incomplete."), _RENEW),
    "file_damaged_workbook": Reason(_l("The workbook is damaged and cannot be read."), _RENEW),
    "file_too_large_uncompressed": Reason(
        _l("The workbook unpacks to more than %(limit)s MB, far more than a list of suppliers."), _PLAIN
    ),
    "file_too_many_parts": Reason(_l("The workbook consists of %(count)s parts, far more than a list needs."), _PLAIN),
    "file_unsafe_path": Reason(_l("The workbook holds a part with an unsafe name (%(name)s)."), _PLAIN),
    "file_doctype_forbidden": Reason(_l("The workbook holds an XML document type, which lists never need."), _PLAIN),
    "file_unexpected_encoding": Reason(_l("A part of the workbook is not UTF-8 text (%(name)s)."), _RENEW),
    "file_macro_content": Reason(
        _l("The workbook contains macros (program code), which are never accepted here."),
        _l("Save it as .xlsx without macros, or as CSV."),
    ),
    "file_active_content": Reason(
        _l("The workbook contains embedded objects or live data links (%(name)s), which are never accepted here."),
        _PLAIN,
    ),
    "file_cell_out_of_bounds": Reason(
        _l("The sheet uses cell %(cell)s, far outside of any list."),
        _l("Delete everything beside and below the list, and save it again."),
    ),
    "file_timed_out": Reason(
        _l("Reading the workbook took longer than %(seconds)s seconds, so it was stopped."), _PLAIN
    ),
    "file_out_of_memory": Reason(_l("Reading the workbook needs more memory than a list may use."), _PLAIN),
    # notices
    "notice_empty": Reason(_l("The file is empty."), _l("Choose the file with the notice.")),
    "notice_too_large": Reason(
        _l("The file has %(size)s MB; %(limit)s are taken at most."), _l("Choose the file of a single notice.")
    ),
    "notice_unknown": Reason(_l("The file is no notice: it is neither XML nor JSON."), _NOTICE),
    "notice_other_xml": Reason(_l("The file is XML, but no eForms notice (it begins with “%(tag)s”)."), _NOTICE),
    "notice_other_json": Reason(_l("The file is JSON, but neither OCDS nor a Catalan publication."), _NOTICE),
    "notice_search_answer": Reason(
        _l("This is an answer of TED’s search. It names winners, but no contracts."),
        _l("Download the notice itself as XML."),
    ),
    "notice_no_award": Reason(
        _l("The notice (%(kind)s) names no winner: nothing was awarded yet."),
        _l("Choose the notice of the award or of the signed contract."),
    ),
    "notice_no_winner": Reason(
        _l("The award notice names no winner, or keeps the name back."), _l("Add supplier and contract by hand.")
    ),
    "notice_no_id": Reason(
        _l("The notice has no identifier, so it could not be told from others."), _l("Download it again.")
    ),
    "notice_damaged": Reason(
        _l("The file is damaged or incomplete: it cannot be read from line and column %(place)s on."),
        _l("Download it again."),
    ),
    "notice_doctype": Reason(
        _l("The file holds an XML document type or entities, which notices never need."), _l("Download it again.")
    ),
    "notice_too_much": Reason(
        _l("Reading the file needs more time or memory than a notice may use."), _l("Download it again.")
    ),
    "notice_unreadable": Reason(_l("The notice cannot be read (%(detail)s)."), _NOTICE),
    "notice_too_long": Reason(
        _l("The file holds %(count)s contracts; %(limit)s are taken at once."), _l("Divide it into several files.")
    ),
    "notice_number_left_out": Reason(
        _l("The number %(number)s was left out: it is none of this country (%(country)s) that can be checked here.")
    ),
    "notice_person": Reason(
        _l("The winner is a person, not a company: the registry keeps companies only."),
        _l("Keep the contract in your own files."),
    ),
    "notice_other_buyer": Reason(_l("The buyer is %(buyer)s, so only the supplier is taken.")),
    "notice_supplier_open": Reason(
        _l("It is not decided which supplier “%(name)s” is."),
        _l("Look at the supplier below; once it is decided, import the notice again."),
    ),
    "notice_same_number": Reason(_l("Contract %(number)s with this supplier is here already.")),
    "notice_number_taken": Reason(
        _l("Your authority has a contract with the number %(number)s already."), _l("Add this one by hand.")
    ),
}

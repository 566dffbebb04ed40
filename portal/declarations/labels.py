"""The words of declarations in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.declarations.rules import DeclarationScope, LineStatus

LINE_STATUSES = {
    LineStatus.RESOLVED: _l("Recognised"),
    LineStatus.RESOLVED_OTHER_VERSION: _l("Recognised from another list version"),
    LineStatus.NOT_LISTED: _l("Declared as not listed"),
    LineStatus.NOT_LISTED_BUT_IN_LOOKUP: _l("Declared as not listed, but is on the list"),
    LineStatus.NOT_IDENTIFIED: _l("Not yet identified by the supplier"),
    LineStatus.NAME_NOT_IN_LOOKUP: _l("The name is on no list"),
    LineStatus.AMBIGUOUS_ALIAS: _l("The name fits several smelters"),
    LineStatus.CID_METAL_MISMATCH: _l("The ID belongs to another metal"),
    LineStatus.CID_NAME_CONFLICT: _l("ID and name are of two smelters"),
    LineStatus.CID_UNKNOWN: _l("The ID is on no list"),
    LineStatus.CID_UNVERIFIED: _l("The ID could not be verified"),
    LineStatus.CID_MALFORMED: _l("The ID is not written as an ID"),
    LineStatus.NO_TEMPLATE_LOOKUP: _l("The template has no list to compare with"),
    LineStatus.UNRESOLVED: _l("Not recognised"),
}

SCOPES = {
    DeclarationScope.COMPANY: _l("Whole company"),
    DeclarationScope.PRODUCTS: _l("Listed products"),
    DeclarationScope.USER_DEFINED: _l("As described by the supplier"),
}

"""The registry's words in the reader's language."""

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.registry.countries import country_name
from portal.registry.identifiers import SCHEMES
from portal.registry.rules import ImportState, NameKind, ProductGroup, RowOutcome

PRODUCT_GROUPS = {
    ProductGroup.COMPUTERS: _l("Computers and screens"),
    ProductGroup.PHONES: _l("Mobile phones"),
    ProductGroup.SERVERS: _l("Servers and storage"),
    ProductGroup.NETWORK: _l("Network equipment"),
    ProductGroup.PRINTERS: _l("Printers"),
    ProductGroup.AUDIO_VISUAL: _l("Audio and video"),
    ProductGroup.MEDICAL: _l("Medical ICT"),
    ProductGroup.CABLES: _l("Cables and accessories"),
    ProductGroup.OTHER: _l("Other ICT"),
}

NAME_KINDS = {
    NameKind.LEGAL: _l("Legal name"),
    NameKind.FORMER: _l("Former name"),
    NameKind.TRADING: _l("Trading name"),
    NameKind.LOCAL: _l("Name in local script"),
}

IMPORT_STATES = {
    ImportState.UPLOADED: _l("Columns to be named"),
    ImportState.CHECKING: _l("Being checked"),
    ImportState.CHECKED: _l("Checked, not applied"),
    ImportState.APPLYING: _l("Being applied"),
    ImportState.APPLIED: _l("Applied"),
    ImportState.FAILED: _l("Failed"),
}

ROW_OUTCOMES = {
    RowOutcome.CREATED: _l("New"),
    RowOutcome.MATCHED: _l("Matched"),
    RowOutcome.POSSIBLE_DUPLICATE: _l("Possible duplicate"),
    RowOutcome.REJECTED: _l("Rejected"),
}


def scheme_label(key: str) -> str:
    """What a kind of number is called: “LEI”, “VAT number”, “Organisationsnummer (Sweden)”."""
    scheme = SCHEMES[key]
    if key == "vat":
        return str(_("VAT number"))
    return f"{scheme.name} ({country_label(scheme.country)})" if scheme.country else scheme.name


def country_label(code: str | None) -> str:
    """The country's name in the reader's language."""
    return country_name(code, str(get_locale() or "en"))

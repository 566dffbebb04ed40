"""The words of a comparison in the reader's language."""

from flask_babel import lazy_gettext as _l

FIELDS = {
    "revision": _l("Revision of the template"),
    "language": _l("Language"),
    "company_name": _l("Company name"),
    "scope_code": _l("Scope"),
    "scope_description": _l("What the scope covers"),
    "effective_date": _l("Effective date"),
}

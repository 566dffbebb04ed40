"""What each kind of record is called where it is placed."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

PLACED_KINDS: Mapping[str, Any] = {
    "contract": _l("Contract"),
    "declaration": _l("Declaration"),
    "assessment": _l("Assessment"),
    "dialogue": _l("Dialogue"),
    "audit": _l("Audit"),
    "finding": _l("Finding at the supplier"),
    "name": _l("Name"),
    "identifier": _l("Number"),
    "site": _l("Site"),
    "role": _l("Role"),
    "fact": _l("Stated value"),
    "relation": _l("Relation"),
}

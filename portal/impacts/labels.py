"""The words of the matrix in the reader's language. What rows say is data, in the language that it was written in."""

from flask_babel import lazy_gettext as _l

from portal.impacts.rules import Verification
from portal.minerals.labels import METALS

MINERALS = {
    **METALS,
    "antimony": _l("Antimony"),
    "beryllium": _l("Beryllium"),
    "boron": _l("Boron"),
    "gallium": _l("Gallium"),
    "germanium": _l("Germanium"),
    "indium": _l("Indium"),
    "lead": _l("Lead"),
    "magnesium": _l("Magnesium"),
    "silicon": _l("Silicon"),
    "titanium": _l("Titanium"),
}

VERIFICATIONS = {
    Verification.VERIFIED: _l("Verified: read in the source named"),
    Verification.PARTLY: _l("Verified in part"),
    Verification.RECALLED: _l("Unverified: recalled, nobody has read it in a source"),
}

FIELDS = {
    "mineral": _l("Mineral"),
    "use": _l("Use in ICT"),
    "product_groups": _l("Product groups"),
    "countries": _l("Countries"),
    "place": _l("Mining and refining"),
    "impact": _l("Documented impact"),
    "verification": _l("How sure it is"),
    "verified_part": _l("What is verified"),
    "source": _l("Source"),
    "source_url": _l("Address of the source"),
}

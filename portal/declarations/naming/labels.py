"""The words of verdicts in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.declarations.naming.rules import Verdict

VERDICTS = {
    Verdict.ACCEPTED: _l("Means this smelter"),
    Verdict.REJECTED: _l("Does not mean this smelter"),
    Verdict.NO_SMELTER: _l("Is not a smelter"),
}

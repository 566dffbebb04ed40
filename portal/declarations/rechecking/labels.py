"""Why a declaration was checked again, in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.declarations.rechecking.rules import Because

REASONS = {
    Because.RULES: _l("Checked again on %(date)s because the rules of checking changed."),
    Because.STATUSES: _l("Checked again on %(date)s because a list of smelters changed."),
    Because.AREAS: _l("Checked again on %(date)s because the list of high-risk areas changed."),
    Because.SANCTIONS_LIST: _l("Checked again on %(date)s because a sanctions list changed."),
    Because.SANCTIONS_DECISION: _l(
        "Checked again on %(date)s because somebody decided on a name that resembles a sanctions list."
    ),
    Because.ASKED: _l("Checked again on %(date)s because the operator asked for all declarations."),
}

"""The words of workbooks that came back."""

from flask_babel import lazy_gettext as _l

from portal.ratings.offline.changes import Kind

KINDS = {
    Kind.CHANGED: _l("The file changes it"),
    Kind.CLASH: _l("Both have changed it"),
    Kind.NEWER: _l("Newer on the portal: stays"),
}

PARTS = {
    "value": _l("Answer"),
    "score": _l("Score"),
    "grade": _l("Evidence"),
    "listing": _l("It rests on an assurance list alone"),
    "note": _l("In a few words"),
    "not_applicable": _l("Does not apply"),
    "reason": _l("Why it does not apply"),
}

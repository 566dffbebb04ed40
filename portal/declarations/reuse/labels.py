"""The words of reuse in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.declarations.reuse.rules import Ending

# What has become of a declaration that we rely on.
ENDINGS = {
    Ending.WITHDRAWN: _l("Its authority has withdrawn it"),
    Ending.REPLACED: _l("Its authority has received a newer one"),
    Ending.UNSHARED: _l("It is not shared with us any more"),
}

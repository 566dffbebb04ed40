"""Forms of a supplier's identity."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from portal.registry.forms import SourcedForm
from portal.registry.identity.labels import ROLES


class RoleForm(SourcedForm):
    """One more thing that the company is in the supply chain."""

    role = SelectField(
        _l("What it is"),
        choices=list(ROLES.items()),
        description=_l("A company may be several of these. Each one is kept with its source."),
    )

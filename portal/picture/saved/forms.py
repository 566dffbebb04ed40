"""The form of a saved search."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from portal.web.forms import Required

MAX_NAME = 80


class SavedSearchForm(FlaskForm):
    """Its name; what it finds stands in the address."""

    name = StringField(
        _l("Name of the search"),
        [Required(_l("Give the search a name.")), Length(max=MAX_NAME)],
        filters=[lambda text: " ".join((text or "").split())],
    )

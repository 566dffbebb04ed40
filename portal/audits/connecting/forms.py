"""The form by which a lead lets others know that something is planned."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField


class HintForm(FlaskForm):
    """Whether members that do not see the audit learn that there is something."""

    hinted = BooleanField(_l("Let members who do not see it know that something is planned at this supplier"))

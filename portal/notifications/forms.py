"""What a person chooses for themselves: the daily digest."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField

from portal.web.preferences import LANGUAGES


class DigestForm(FlaskForm):
    """Whether it comes, and in which language."""

    wanted = BooleanField(_l("Write to me once a day if there is something new"))
    locale = SelectField(_l("Language of the letters"), choices=list(LANGUAGES.items()))

"""The form by which a supplier is asked."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

from portal.web.forms import CheckboxesField, DayField, Required


class AskForm(FlaskForm):
    """Which questions, until when, and some words."""

    codes = CheckboxesField(_l("Questions"), choices=[])
    due_on = DayField(_l("Answer by"), [Required(_l("Say until when."))])
    message = TextAreaField(_l("Message to the supplier"), [Length(max=2000)])


class TakeForm(FlaskForm):
    """Which answers become proposals."""

    codes = CheckboxesField(_l("Take as a proposal"), choices=[])

"""What operators send: a list, the settings of a source, a decision on a held list."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange

from portal.web.forms import DayField, Required


class ListForm(FlaskForm):
    """A downloaded list, and the day that it speaks of."""

    file = FileField(_l("List"), [FileRequired(_l("Choose the file that you downloaded."))])
    as_of = DayField(_l("Day of the list"))


class SettingsForm(FlaskForm):
    """Where and how often a source is read."""

    url = StringField(_l("Address of the list"), [Length(max=500)])
    interval_hours = IntegerField(
        _l("Hours between two readings"),
        [
            Required(_l("Say how often the list is expected.")),
            NumberRange(1, 8784, _l("Write a number of hours between 1 and 8784, which is a year.")),
        ],
    )
    enabled = BooleanField(_l("Read it by itself"))


class DecisionForm(FlaskForm):
    """Why a held list is applied or thrown away."""

    note = TextAreaField(_l("Reason"), [Required(_l("Say in a sentence why you decide so.")), Length(max=1000)])

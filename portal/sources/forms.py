"""What operators send: a list, the settings of a source, a decision on a held list."""

from collections.abc import Callable
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange

from portal.db import transaction
from portal.errors import BadInput
from portal.sources.addresses import Published
from portal.sources.catalogue import date_in_name
from portal.sources.models import Source
from portal.web.forms import DayField, Required, add_error


class ListForm(FlaskForm):
    """A downloaded list, and the day that it speaks of."""

    file = FileField(_l("List"), [FileRequired(_l("Choose the file that you downloaded."))])
    as_of = DayField(_l("Day of the list"))

    def day(self) -> date:
        """The day that was given, else that in the file's name. Raises BadInput where there is neither."""
        day = self.as_of.data or date_in_name(self.file.data.filename)
        if day is None:
            raise BadInput(
                _("The day of the list is missing."),
                field="as_of",
                remedy=_("Say which day it speaks of; the file’s name does not."),
            )
        return day


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

    @classmethod
    def of(cls, settings: Source | None, source: Published) -> "SettingsForm":
        """What is set now, or what the catalogue expects where nobody has set anything."""
        given = {
            "url": settings.url if settings else None,
            "interval_hours": settings.interval_hours if settings else source.expected_hours,
            "enabled": settings.enabled if settings else False,
        }
        return cls(formdata=None, data=given)

    def save(self, change: Callable[..., object]) -> bool:
        """Have `change` save what was sent, if it is sound; what is wrong stands at the fields otherwise."""
        if not self.validate_on_submit():
            return False
        url = (self.url.data or "").strip() or None
        try:
            with transaction():
                change(url=url, interval_hours=self.interval_hours.data, enabled=self.enabled.data)
        except BadInput as error:
            add_error(self, error)
            return False
        return True


class DecisionForm(FlaskForm):
    """Why a held list is applied or thrown away."""

    note = TextAreaField(_l("Reason"), [Required(_l("Say in a sentence why you decide so.")), Length(max=1000)])

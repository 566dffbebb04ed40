"""The forms by which a filled-in workbook comes back and is applied."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField

from portal.web.forms import CheckboxesField


class AnswersFileForm(FlaskForm):
    """A filled-in workbook."""

    file = FileField(_l("Workbook"), [FileRequired(_l("Choose the file."))])


class ApplyForm(FlaskForm):
    """What the person looked at, and the questions in which the file's answer is to win."""

    seen = HiddenField()
    clashes = CheckboxesField(_l("Take the answer of the file"), choices=[])

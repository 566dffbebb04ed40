"""The form that takes a rubric as a workbook."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class RubricFileForm(FlaskForm):
    """A filled-in workbook."""

    file = FileField(_l("Workbook"), [FileRequired(_l("Choose the file."))])

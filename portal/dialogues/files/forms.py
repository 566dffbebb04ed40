"""The form that attaches a file."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class FileForm(FlaskForm):
    """One file."""

    file = FileField(_l("File"), [FileRequired(_l("Choose the file."))])

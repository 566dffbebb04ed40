"""What an operator uploads."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class NoticeForm(FlaskForm):
    """A file of award notices."""

    file = FileField(_l("The notice"), [FileRequired(_l("Choose the file with the notice."))])

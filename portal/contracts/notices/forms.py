"""Forms of notices: the file, and what is to become of it."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField

from portal.access.audience import Audience


class UploadForm(FlaskForm):
    """A file of notices."""

    file = FileField(_l("The notice"), [FileRequired(_l("Choose the file with the notice."))])


class ApplyForm(FlaskForm):
    """Possible duplicates, and who sees the contracts; the buyers stand beside it as checkboxes."""

    duplicates = RadioField(
        _l("Possible duplicates"),
        choices=[("skip", _l("Leave them out, and their contracts")), ("add", _l("Add them as new suppliers"))],
        default="skip",
    )
    audience = RadioField(
        _l("Who sees the contracts"),
        choices=[(Audience.OWNER, _l("Only us")), (Audience.MEMBERS, _l("All members"))],
        default=Audience.OWNER,
    )

"""Forms of imports: the file, and where the list comes from."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, StringField
from wtforms.validators import Length

from portal.clock import today
from portal.registry.texts import MAX_WORDS
from portal.web.forms import DayField, Required


class UploadForm(FlaskForm):
    """A list of suppliers as a file."""

    file = FileField(_l("The list"), [FileRequired(_l("Choose the file with the list."))])


class ColumnsForm(FlaskForm):
    """Where the list comes from; what its columns mean stands in the table beside it."""

    source = StringField(
        _l("Where does this list come from?"),
        [Required(_l("Say where the list comes from.")), Length(max=MAX_WORDS)],
        description=_l(
            "Shown with every fact of the list, for example: supplier list of the framework agreement 2026."
        ),
    )
    source_date = DayField(_l("As of"), [Required(_l("Say as of which day."))], default=today)


class ApplyForm(FlaskForm):
    """What becomes of the possible duplicates."""

    duplicates = RadioField(
        _l("Possible duplicates"),
        choices=[("skip", _l("Leave them out")), ("add", _l("Add them as new suppliers"))],
        default="skip",
    )

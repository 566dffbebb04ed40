"""The form of an upload."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from portal.web.forms import AudienceForm, DayField, Required


class UploadForm(AudienceForm):
    """A workbook as received from the supplier, when it came, and who may see it."""

    file = FileField(_l("Workbook"), [FileRequired(_l("Choose the file that the supplier sent."))])
    received_on = DayField(_l("Received"), [Required(_l("Say when it was received."))])


class AudienceChangeForm(AudienceForm):
    """Who sees a declaration from now on."""

"""The forms of guest accesses: what to let a supplier in for, the code, and what a guest sends."""

from collections.abc import Sequence

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField

from portal.declarations.letters.rules import LANGUAGES
from portal.requests.models import DeclarationRequest
from portal.web.forms import CheckboxesField, Required, as_uuid


class LetInForm(FlaskForm):
    """The requests of ours that the supplier is to see."""

    request_ids = CheckboxesField(_l("Requests that the supplier sees"), coerce=as_uuid, choices=[])

    def offer(self, requests: Sequence[DeclarationRequest], chosen: DeclarationRequest) -> None:
        """Our open requests; the one that one comes from is chosen."""
        self.request_ids.choices = [
            (one.id, _("%(template)s, due on %(date)s", template=one.template, date=format_date(one.due_on, "d MMM y")))
            for one in requests
        ]
        if not self.is_submitted():
            self.request_ids.data = [chosen.id]


class LetInForFindingForm(FlaskForm):
    """In which language the supplier is written to; it sees the findings that are shown to it."""

    language = SelectField(_l("Language of our texts to the supplier"), choices=list(LANGUAGES.items()))


class CodeForm(FlaskForm):
    """The code that comes another way than the link."""

    code = StringField(_l("Code"), [Required(_l("Write the code."))])


class DeclarationFileForm(FlaskForm):
    """The workbook that was asked for, or the corrected one."""

    file = FileField(_l("Workbook"), [FileRequired(_l("Choose the workbook."))])


class EvidenceFileForm(FlaskForm):
    """Another file that belongs to the request."""

    evidence = FileField(_l("File"), [FileRequired(_l("Choose the file."))])

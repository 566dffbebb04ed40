"""Forms of joint letters: the letter itself, and a signatory's no."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portal.dialogues.letters.rules import MAX_BODY, MAX_SUBJECT
from portal.dialogues.letters.services import LetterData
from portal.web.forms import CheckboxesField, DayField, Member, Required, as_uuid
from portal.web.preferences import LANGUAGES


class LetterForm(FlaskForm):
    """A letter to a supplier, and who is asked to sign it."""

    subject = StringField(_l("Subject"), [Required(_l("Say what it is about.")), Length(max=MAX_SUBJECT)])
    body = TextAreaField(_l("Text"), [Required(_l("Write the letter.")), Length(max=MAX_BODY)])
    language = SelectField(_l("Language of the letter"), choices=list(LANGUAGES.items()), default="en")
    asked_ids = CheckboxesField(_l("Who else is asked to sign"), coerce=as_uuid, choices=[])
    sign_by = DayField(_l("Sign by"), [Required(_l("Say until when they should sign."))])
    reply_by = DayField(_l("The supplier is to answer by"))
    version = HiddenField()

    def offer(self, members: Sequence[Member], ours: UUID | None) -> None:
        """Offer the other members."""
        self.asked_ids.choices = [(one.id, one.name) for one in members if one.id != ours]

    @property
    def seen_version(self) -> int:
        """The version that the person has changed; 0 for what is none."""
        sent = str((self.version.raw_data or [""])[0])[:9]
        return int(sent) if sent.isdecimal() and sent.isascii() else 0

    def letter_data(self) -> LetterData:
        """The validated form as the service takes it."""
        assert self.sign_by.data
        return LetterData(
            subject=(self.subject.data or "").strip(),
            body=(self.body.data or "").strip(),
            language=self.language.data,
            sign_by=self.sign_by.data,
            reply_by=self.reply_by.data,
            asked_ids=self.asked_ids.data or [],
        )


class DeclineForm(FlaskForm):
    """Why an authority does not sign."""

    note = TextAreaField(_l("Note to the others"), [Length(max=1000)])

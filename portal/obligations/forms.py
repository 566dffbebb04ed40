"""Forms of obligations: sign clauses, extend, ask, and each thing that happens with an obligation."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portal.clauses.rules import LANGUAGES
from portal.obligations.labels import REFUSALS, STEPS
from portal.obligations.rules import MAX_NOTE, Refusal, StepKind
from portal.web.forms import CheckboxesField, DayField, Required, WholeNumberField, as_uuid
from portal.web.preferences import LANGUAGES as LANGUAGE_NAMES


class SignForm(FlaskForm):
    """With which clauses the contract was signed."""

    version_ids = CheckboxesField(_l("Clauses"), coerce=as_uuid, choices=[])
    language = SelectField(_l("Language of the contract"), choices=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES])
    signed_on = DayField(_l("Signed on"), [Required(_l("Say when the contract was signed."))])


class ExtensionForm(FlaskForm):
    """An option to extend."""

    until = DayField(_l("Until"), [Required(_l("Say until when."))])


class OptionsForm(FlaskForm):
    """Several options of the same length."""

    count = WholeNumberField(_l("Number of options"), [Required(_l("Say how many there are."))])
    months = WholeNumberField(_l("Months each"), [Required(_l("Say how long each lasts."))])


class AskForm(FlaskForm):
    """What was asked for, or happened, and when."""

    duty = SelectField(_l("What is to be delivered"), validators=[Required(_l("Choose one."))])
    on = DayField(_l("Asked, or happened, on"), [Required(_l("Say when it was."))])

    def offer(self, duties: Iterable[tuple[str, str]]) -> None:
        """Offer (id of the signed clause and code of the duty, words)."""
        self.duty.choices = list(duties)


class StepForm(FlaskForm):
    """The next step of an obligation."""

    kind = RadioField(_l("What has happened?"))
    on = DayField(_l("When"), [Required(_l("Say when it was."))])
    refusal = SelectField(_l("Reason of a refusal"), validate_choice=False)  # not on the page where nothing is open
    note = TextAreaField(_l("Note"), [Length(max=MAX_NOTE)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusal.choices = [("", _("None")), *REFUSALS.items()]

    def offer_steps(self, kinds: Sequence[StepKind]) -> None:
        """Offer the steps that exist from here."""
        self.kind.choices = [(kind, STEPS[kind]) for kind in kinds]
        if len(kinds) == 1 and not self.kind.data:
            self.kind.data = kinds[0]

    @property
    def chosen_refusal(self) -> Refusal | None:
        """The reason as a value."""
        return Refusal(self.refusal.data) if self.refusal.data in set(Refusal) else None


class EvidenceForm(FlaskForm):
    """A file."""

    file = FileField(_l("Document or photo"), [FileRequired(_l("Choose a file."))])
    note = StringField(_l("What it shows"), [Length(max=200)])

"""The forms of a request."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from portal.clock import today
from portal.contracts.models import Contract
from portal.declarations.letters.rules import LANGUAGES
from portal.declarations.models import Declaration
from portal.declarations.rules import DeclarationScope, TemplateKind
from portal.minerals.labels import METALS
from portal.requests.labels import SCOPES, TEMPLATES
from portal.requests.rules import CORRECTION_DAYS, DEFAULT_DAYS, MAX_TEXT, MINERALS
from portal.requests.services import RequestData
from portal.web.forms import AudienceForm, CheckboxesField, DayField, Required

NO_CONTRACT = ""


class RequestForm(AudienceForm):
    """What is asked of the supplier."""

    template = RadioField(_l("Template"), choices=list(TEMPLATES.items()), default=TemplateKind.CMRT)
    # One list a template, so that it works without a script; only that of the chosen template counts.
    cmrt = CheckboxesField(_l("Minerals of the CMRT"), choices=[])
    emrt = CheckboxesField(_l("Minerals of the EMRT"), choices=[])
    amrt = CheckboxesField(_l("Minerals of the AMRT"), choices=[])
    scope = RadioField(_l("What it speaks for"), choices=list(SCOPES.items()), default=DeclarationScope.COMPANY)
    scope_description = TextAreaField(_l("Products, or what else it speaks for"), [Length(max=MAX_TEXT)])
    contract_id = SelectField(_l("Contract"), choices=[])
    due_on = DayField(_l("Due"), [Required(_l("Say when it is due."))])
    language = SelectField(_l("Language of our texts to the supplier"), choices=list(LANGUAGES.items()))
    instructions = TextAreaField(_l("Our instructions"), [Length(max=MAX_TEXT)])

    def offer(self, contracts: Sequence[Contract], language: str) -> None:
        """Fill the lists; what nobody chose yet is proposed."""
        for kind, minerals in MINERALS.items():
            field = self[kind.lower()]
            field.choices = [(code, METALS[code]) for code in minerals]
        self.contract_id.choices = [(NO_CONTRACT, _("No contract in particular"))] + [
            (str(one.id), f"{one.number}, {one.title}") for one in contracts
        ]
        if not self.is_submitted():
            self.cmrt.data = list(MINERALS[TemplateKind.CMRT])
            self.emrt.data = ["cobalt", "mica"]
            self.due_on.data = today() + timedelta(days=DEFAULT_DAYS)
            self.language.data = language

    def request_data(self) -> RequestData:
        """The validated form as the service takes it."""
        template = TemplateKind(self.template.data)
        assert self.due_on.data
        return RequestData(
            template=template,
            minerals=list(self[template.lower()].data or []),
            scope=DeclarationScope(self.scope.data),
            scope_description=(self.scope_description.data or "").strip() or None,
            contract_id=UUID(self.contract_id.data) if self.contract_id.data else None,
            due_on=self.due_on.data,
            language=self.language.data,
            instructions=(self.instructions.data or "").strip() or None,
            audience=self.chosen_audience,
            named_ids=self.named_ids.data or [],
        )

    def field_of(self, name: str | None) -> str | None:
        """The field of this form that a service's field is."""
        return str(self.template.data).lower() if name == "minerals" else name


class StepForm(FlaskForm):
    """A step that needs no more than a click; `seen` says which version of the request the person looked at."""

    seen = HiddenField()
    fields_of_service: dict[str, str] = {}  # the service's name of a value -> this form's

    @property
    def seen_version(self) -> int | None:
        """The version that the person saw, None where the form was made by hand without one."""
        text = self.seen.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else None


class AnswerForm(StepForm):
    """A declaration that is here already answers the request."""

    declaration_id = RadioField(_l("Declaration"), choices=[], validate_choice=False)

    def offer(self, declarations: Sequence[Declaration]) -> None:
        """The declarations that a person can choose from."""
        self.declaration_id.choices = [(str(one.id), f"{one.template} {one.revision}") for one in declarations]

    def validate_declaration_id(self, field: RadioField) -> None:
        """One of the list."""
        if field.data not in {value for value, _label in field.choices}:
            raise ValidationError(_("Choose one of the declarations."))


class SendBackForm(StepForm):
    """The date for the corrected file, and a note for the history."""

    corrected_by = DayField(_l("To be corrected by"), [Required(_l("Say when it is due."))])
    remark = TextAreaField(_l("Note for the history"), [Length(max=MAX_TEXT)])
    fields_of_service = {"due_on": "corrected_by", "note": "remark"}

    def propose(self) -> None:
        """Two weeks from today, where nobody has written a date."""
        self.corrected_by.data = today() + timedelta(days=CORRECTION_DAYS)


class CorrectionsForm(AudienceForm):
    """Corrections of a declaration that came without a request."""

    corrected_by = DayField(_l("To be corrected by"), [Required(_l("Say when it is due."))])
    language = SelectField(_l("Language of our texts to the supplier"), choices=list(LANGUAGES.items()))
    remark = TextAreaField(_l("Note for the history"), [Length(max=MAX_TEXT)])
    fields_of_service = {"due_on": "corrected_by", "note": "remark"}

    def propose(self, language: str) -> None:
        """Two weeks from today and the supplier's language, where nobody has chosen yet."""
        if not self.is_submitted():
            self.corrected_by.data = today() + timedelta(days=CORRECTION_DAYS)
            self.language.data = language


class PostponeForm(StepForm):
    """A new date and why."""

    moved_to = DayField(_l("New date"), [Required(_l("Say when it is due."))])
    reason_moved = StringField(
        _l("Why it is moved"), [Required(_l("Say why the date is moved.")), Length(max=MAX_TEXT)]
    )
    fields_of_service = {"due_on": "moved_to", "note": "reason_moved"}


class CancelForm(StepForm):
    """Why it is not asked for any more."""

    reason = StringField(
        _l("Why it is cancelled"), [Required(_l("Say why it is not asked for any more.")), Length(max=MAX_TEXT)]
    )
    fields_of_service = {"note": "reason"}

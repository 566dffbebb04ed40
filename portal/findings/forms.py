"""Forms of findings: the finding itself, and one for each thing that happens with it."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import Length

from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.assessments.labels import STEPS as OECD_STEPS
from portal.audits.models import JointAudit
from portal.contracts.models import Contract
from portal.findings.labels import ACTION_STATES, OWNERS, RECEIVED, SEVERITIES, STEPS
from portal.findings.models import CorrectiveAction
from portal.findings.rules import MAX_LINE, MAX_PROGRESS, MAX_TEXT, Received, Severity, StepKind
from portal.findings.services import FindingData
from portal.registry.models import Site
from portal.web.forms import AudienceForm, CheckboxesField, DayField, Member, Required, as_uuid


def _id_or_none(value: Any) -> UUID | None:
    return as_uuid(value) if value and value != "None" else None


class HiddenUuidField(HiddenField):
    """An id that the page sends back; None for what is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Parse, or leave None."""
        try:
            self.data = UUID(valuelist[0]) if valuelist else None
        except ValueError:
            self.data = None


class FindingForm(AudienceForm):
    """A finding as a person writes it."""

    title = StringField(_l("Title"), [Required(_l("Give the finding a title.")), Length(max=MAX_LINE)])
    severity = RadioField(_l("Severity"), choices=list(SEVERITIES.items()), default=Severity.MINOR)
    found_on = DayField(_l("Found on"), [Required(_l("Say when it was found."))])
    review_on = DayField(_l("Next review"))
    description = TextAreaField(_l("What was found"), [Required(_l("Say what was found.")), Length(max=MAX_TEXT)])
    clause = StringField(_l("Clause"), [Length(max=MAX_LINE)])
    oecd_step = SelectField(_l("OECD step"), coerce=lambda value: int(value) if value and value != "None" else None)
    annex_ii = BooleanField(_l("A risk of the OECD’s Annex II: serious abuse, conflict or corruption"))
    scheme = StringField(_l("Audit scheme"), [Length(max=MAX_LINE)])
    scheme_severity = StringField(_l("Severity in the scheme’s words"), [Length(max=MAX_LINE)])
    site_id = SelectField(_l("Site"), coerce=_id_or_none)
    audit_id = SelectField(_l("Audit"), coerce=_id_or_none)
    contract_id = SelectField(_l("Contract"), coerce=_id_or_none)
    summary = TextAreaField(_l("Summary for others"), [Length(max=MAX_TEXT)])
    disclosure = RadioField(
        _l("Who may read the summary"),
        choices=[
            (Audience.OWNER, _l("Nobody else")),
            (Audience.NAMED, _l("Named authorities")),
            (Audience.MEMBERS, _l("All members")),
        ],
        default=Audience.OWNER,
    )
    disclosed_ids = CheckboxesField(_l("Authorities for the summary"), coerce=as_uuid, choices=[])

    def offer(
        self,
        actor: Actor,
        members: Sequence[Member],
        *,
        sites: Iterable[Site],
        audits: Iterable[JointAudit],
        contracts: Iterable[Contract],
    ) -> None:
        """What can be chosen. The whole finding is never for all members, so that is not offered."""
        self.offer_members(actor, members)
        self.disclosed_ids.choices = self.named_ids.choices
        self.audience.choices = [one for one in self.audience.choices if one[0] != Audience.MEMBERS]
        none = ("", _("None"))
        self.oecd_step.choices = [none, *((str(int(step)), title) for step, (title, _covers) in OECD_STEPS.items())]
        self.site_id.choices = [none, *((str(one.id), one.address) for one in sites)]
        self.audit_id.choices = [none, *((str(one.id), one.title) for one in audits)]
        self.contract_id.choices = [none, *((str(one.id), f"{one.number} {one.title}") for one in contracts)]

    def finding_data(self) -> FindingData:
        """The validated form as the service takes it."""
        assert self.found_on.data

        def words(field: StringField) -> str | None:
            return (field.data or "").strip() or None

        severity = Severity(self.severity.data)
        return FindingData(
            title=(self.title.data or "").strip(),
            severity=severity,
            description=(self.description.data or "").strip(),
            found_on=self.found_on.data,
            audience=self.chosen_audience,
            named_ids=self.named_ids.data or [],
            disclosure=Audience(self.disclosure.data),
            disclosed_ids=self.disclosed_ids.data or [],
            summary=words(self.summary),
            clause=words(self.clause),
            oecd_step=self.oecd_step.data,
            annex_ii=self.annex_ii.data,
            scheme=words(self.scheme),
            scheme_severity=words(self.scheme_severity),
            site_id=self.site_id.data,
            audit_id=self.audit_id.data,
            contract_id=self.contract_id.data,
            review_on=self.review_on.data if severity is Severity.RISK else None,
        )


class StepForm(FlaskForm):
    """The next step of a finding."""

    kind = RadioField(_l("What has happened?"))
    note = TextAreaField(_l("Note"), [Length(max=MAX_PROGRESS)])

    def offer_steps(self, kinds: Sequence[StepKind]) -> None:
        """Offer the steps that exist from here for this person."""
        self.kind.choices = [(kind, STEPS[kind]) for kind in kinds]
        if len(kinds) == 1 and not self.kind.data:
            self.kind.data = kinds[0]


class ActionForm(FlaskForm):
    """A dated action for the plan."""

    text = TextAreaField(_l("Action"), [Required(_l("Say what is done.")), Length(max=MAX_PROGRESS)])
    responsible = SelectField(_l("Who does it"), choices=list(OWNERS.items()))
    due_on = DayField(_l("Due"), [Required(_l("Say until when."))])


class ProgressForm(FlaskForm):
    """How an action goes."""

    action = SelectField(_l("Action"), coerce=_id_or_none, validators=[Required(_l("Choose an action."))])
    state = SelectField(_l("Status"), choices=list(ACTION_STATES.items()))
    progress = TextAreaField(_l("Progress"), [Length(max=MAX_PROGRESS)])

    def offer_actions(self, actions: Iterable[CorrectiveAction]) -> None:
        """Offer the actions of the plan."""
        self.action.choices = [(str(one.id), one.text[:80]) for one in actions]


class ExtensionForm(FlaskForm):
    """More time for an action or for closing."""

    action = SelectField(_l("More time for"), coerce=_id_or_none)
    new_due = DayField(_l("New date"), [Required(_l("Say until when."))])
    reason = TextAreaField(_l("Reason"), [Required(_l("Say why more time is needed.")), Length(max=MAX_PROGRESS)])

    def offer_actions(self, actions: Iterable[CorrectiveAction]) -> None:
        """Offer closing, and the actions of the plan."""
        self.action.choices = [("", _("Closing the finding")), *((str(one.id), one.text[:80]) for one in actions)]


class EvidenceForm(FlaskForm):
    """A document or photo."""

    file = FileField(_l("Document or photo"), [FileRequired(_l("Choose a file."))])
    note = StringField(_l("What it shows"), [Length(max=MAX_LINE)])


class ReplyForm(FlaskForm):
    """What the supplier says, as it came."""

    text = TextAreaField(_l("The supplier’s words"), [Required(_l("Enter the reply.")), Length(max=MAX_TEXT)])
    received = SelectField(
        _l("How it came"), choices=[(one, RECEIVED[one]) for one in Received if one is not Received.GUEST]
    )
    received_on = DayField(_l("Received"), [Required(_l("Say when it was received."))])


class ProposalForm(FlaskForm):
    """What we say to the plan that the supplier proposed: this very one, as it was read."""

    proposal = HiddenUuidField(validators=[Required(_l("Read the proposal again."))])
    answer = TextAreaField(_l("What is to be changed"), [Length(max=MAX_PROGRESS)])
    accept = SubmitField(_l("Accept the plan"))

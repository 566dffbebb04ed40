"""What a guest sends about a finding: its reply, a plan with dated actions, evidence for an action."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList, Form, FormField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portal.findings.rules import MAX_LINE, MAX_PROGRESS, MAX_TEXT, MOST_PROPOSED
from portal.findings.supplier import ProposedAction
from portal.guests.findings.queries import ShownAction
from portal.web.forms import DayField, Required, as_uuid

ROWS = 4  # empty lines that a fresh form has; without JavaScript there is no adding


class GuestReplyForm(FlaskForm):
    """The supplier's reply in its own words."""

    text = TextAreaField(_l("Your reply"), [Required(_l("Enter the reply.")), Length(max=MAX_TEXT)])


class ActionRow(Form):
    """One action with its day; an empty line counts for nothing."""

    text = StringField(_l("Action"), [Length(max=MAX_PROGRESS)])
    due_on = DayField(_l("Due"))

    @property
    def blank(self) -> bool:
        """Neither an action nor a date."""
        return not (self.text.data or "").strip() and not self.due_on._value()

    def validate(self, extra_validators: Any = None) -> bool:
        """An action needs both its words and its day."""
        sound = bool(super().validate(extra_validators))
        if self.blank:
            return sound
        if not (self.text.data or "").strip():
            self.text.errors = [*self.text.errors, _("Say what is done.")]
        if self.due_on.data is None and not self.due_on.errors:
            self.due_on.errors = [_("Say until when.")]
        return sound and not self.text.errors and not self.due_on.errors


class PlanForm(FlaskForm):
    """A plan as the supplier proposes it."""

    actions = FieldList(FormField(ActionRow), _l("Actions"), min_entries=ROWS, max_entries=MOST_PROPOSED)
    note = TextAreaField(_l("Note"), [Length(max=MAX_PROGRESS)])

    @property
    def proposed(self) -> list[ProposedAction]:
        """The lines that are filled in."""
        return [
            ProposedAction(row.form.text.data.strip(), row.form.due_on.data)
            for row in self.actions
            if not row.form.blank
        ]


class ActionFileForm(FlaskForm):
    """A document or photo that shows what was done."""

    action = SelectField(_l("Action"), coerce=as_uuid, validators=[Required(_l("Choose an action."))])
    file = FileField(_l("Document or photo"), [FileRequired(_l("Choose a file."))])
    note = StringField(_l("What it shows"), [Length(max=MAX_LINE)])

    def offer(self, actions: Sequence[ShownAction]) -> None:
        """Offer the actions of the agreed plan."""
        self.action.choices = [(str(one.id), one.text[:80]) for one in actions]

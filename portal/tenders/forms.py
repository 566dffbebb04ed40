"""The forms of a tender and of a release."""

from collections.abc import Mapping
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import Length

from portal.tenders.labels import GUARDS
from portal.tenders.rules import MAX_NUMBER, MAX_REASON, MAX_TITLE, Guard
from portal.tenders.services import TenderData
from portal.web.forms import CheckboxesField, DayField, Required, as_uuid


class TenderForm(FlaskForm):
    """Note or change a tender."""

    number = StringField(_l("Tender number"), [Required(_l("Write the tender’s number.")), Length(max=MAX_NUMBER)])
    title = StringField(_l("What is bought"), [Required(_l("Say what is bought.")), Length(max=MAX_TITLE)])
    decision_by = DayField(_l("To be decided by"))
    guard = RadioField(_l("For those who evaluate"), choices=list(GUARDS.items()), default=Guard.LOCK)
    evaluator_ids = CheckboxesField(_l("Who evaluates the bids"), coerce=as_uuid)

    def offer(self, people: Mapping[UUID, str]) -> None:
        """Offer our people."""
        self.evaluator_ids.choices = list(people.items())

    def tender_data(self) -> TenderData:
        """The validated form as the service takes it."""
        return TenderData(
            number=(self.number.data or "").strip(),
            title=(self.title.data or "").strip(),
            guard=Guard(self.guard.data),
            decision_by=self.decision_by.data,
            evaluator_ids=frozenset(self.evaluator_ids.data or []),
        )


class ReleaseForm(FlaskForm):
    """Why the evaluators may see a supplier's follow-up data."""

    reason = TextAreaField(_l("Why"), [Required(_l("Say why.")), Length(max=MAX_REASON)])

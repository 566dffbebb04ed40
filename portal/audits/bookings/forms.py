"""The form by which one of our people, or an auditor, is booked for an audit."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Length

from portal.audits.bookings.models import Auditor
from portal.audits.bookings.services import MAX_NAME
from portal.web.forms import DayField, Required

NEW = "new"


class BookingForm(FlaskForm):
    """Who attends, and on which days."""

    who = SelectField(_l("Who attends"))
    new_auditor = StringField(_l("Name of the auditor or firm"), [Length(max=MAX_NAME)])
    first_day = DayField(_l("First day"), [Required(_l("Say on which day it begins."))])
    last_day = DayField(_l("Last day"), [Required(_l("Say on which day it ends."))])

    def offer(self, people: Sequence[tuple[UUID, str]], auditors: Sequence[Auditor]) -> None:
        """Offer our people, the auditors that we have engaged, and to name another one."""
        self.who.choices = {
            _("Our people"): [(f"person:{user_id}", title) for user_id, title in people],
            _("Auditors"): [
                *((f"auditor:{one.id}", one.name) for one in auditors),
                (NEW, _("Another auditor, whom I name below")),
            ],
        }

    @property
    def chosen(self) -> tuple[str, UUID | str]:
        """(“person” or “auditor”, the id or the name)."""
        if self.who.data == NEW:
            return "auditor", self.new_auditor.data or ""
        kind, _colon, key = self.who.data.partition(":")
        return kind, UUID(key)

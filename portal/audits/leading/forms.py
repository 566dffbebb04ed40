"""The form by which a lead offers its place."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from portal.web.forms import Member


class OfferForm(FlaskForm):
    """To whom the lead is offered; nobody takes an offer back."""

    to = SelectField(_l("Offer the lead to"), coerce=lambda value: UUID(str(value)) if value else None)

    def offer_to(self, members: Iterable[Member]) -> None:
        """Offer the co-buyers that joined."""
        self.to.choices = [("", _("Nobody")), *((str(member.id), member.name) for member in members)]

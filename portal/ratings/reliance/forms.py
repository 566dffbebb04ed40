"""The forms of relying on an assessment: what it is needed for, the decision, and its end."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import AnyOf, Length

from portal.ratings.reliance.rules import MAX_REASON, Decision, Needed
from portal.registry.labels import PRODUCT_GROUPS
from portal.registry.models import Site
from portal.web.forms import CheckboxesField, Required, as_uuid


class NeededForm(FlaskForm):
    """What the reader wants to rely on it for, in the page's address: nothing is written, so no token."""

    class Meta:
        """A GET form."""

        csrf = False

    product_group = SelectField(
        _l("What you buy"), choices=[("", _l("Not said")), *PRODUCT_GROUPS.items()], validate_choice=False
    )
    site_ids = CheckboxesField(_l("Sites"), coerce=as_uuid, choices=[], validate_choice=False)

    @classmethod
    def of_request(cls, sites: Iterable[Site], product_group: str | None) -> "NeededForm":
        """What the address says; `product_group` where it says nothing. What it says wrongly counts as not said."""
        said = request.args if "product_group" in request.args else None
        form = cls(said, product_group=product_group or "")
        form.site_ids.choices = [(site.id, site.name or site.address) for site in sites]
        return form

    @property
    def needed(self) -> Needed:
        """The choices that exist."""
        offered = {value for value, _text in self.site_ids.choices or ()}
        group: Any = self.product_group.data
        chosen = frozenset(self.site_ids.data or ()) & offered
        return Needed(group if group in set(PRODUCT_GROUPS) else None, chosen)


class DecideForm(FlaskForm):
    """Rely on it or not, and why."""

    decision = RadioField(
        _l("Your decision"),
        [AnyOf(list(Decision), _l("Choose one."))],
        choices=[
            (Decision.RELY, _l("We rely on this assessment")),
            (Decision.NOT, _l("We do not rely on it")),
        ],
        validate_choice=False,
    )
    reason = TextAreaField(_l("Why"), [Required(_l("Say why, for those who read it later.")), Length(max=MAX_REASON)])


class EndForm(FlaskForm):
    """Why a decision ends."""

    reason = TextAreaField(_l("Why"), [Required(_l("Say why, for those who read it later.")), Length(max=MAX_REASON)])

"""The form that makes one record of two: which one stays, which values count, and why."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from portal.merging.services import MergeData
from portal.registry.labels import country_label
from portal.registry.models import Supplier
from portal.registry.texts import MAX_WORDS
from portal.web.forms import Required


class MergeForm(FlaskForm):
    """Each choice is the id of the record that the value is taken from; what does not differ is not asked."""

    keep = RadioField(_l("Which record stays?"))
    name_from = RadioField(_l("Which legal name counts?"))
    country_from = RadioField(_l("Which country of registration counts?"))
    parent_from = RadioField(_l("Which parent company counts?"))
    reason = StringField(
        _l("Reason"),
        [Required(_l("Say how you know that they are one company.")), Length(max=MAX_WORDS)],
        description=_l("Shown to all members in the history of the record."),
    )

    def __init__(self, one: Supplier, other: Supplier, **kwargs: Any) -> None:
        super().__init__(data={"keep": str(one.id)}, **kwargs)
        self.pair = (one, other)
        self._offer("keep", one.legal_name, other.legal_name)
        self._offer("name_from", one.legal_name, other.legal_name)
        self._offer("country_from", country_label(one.country), country_label(other.country))
        self._offer("parent_from", _parent(one), _parent(other))

    def _offer(self, name: str, first: str, second: str) -> None:
        one, other = self.pair
        if name != "keep" and first == second:
            del self[name]
            return
        self[name].choices = [(str(one.id), first or _("Not known")), (str(other.id), second or _("Not known"))]
        if not self.is_submitted():
            self[name].data = str(one.id)

    def merge_data(self) -> MergeData:
        """The choices as the service takes them."""
        one, other = self.pair
        kept, merged = (one, other) if self.keep.data == str(one.id) else (other, one)
        taken = {name: name in self and self[name].data == str(merged.id) for name in TAKEN.values()}
        return MergeData(
            kept_id=kept.id,
            merged_id=merged.id,
            reason=self.reason.data or "",
            **{take: taken[name] for take, name in TAKEN.items()},
        )


TAKEN = {"take_name": "name_from", "take_country": "country_from", "take_parent": "parent_from"}


def _parent(supplier: Supplier) -> str:
    return supplier.parent.legal_name if supplier.parent else _("None")


class DecisionForm(FlaskForm):
    """A decision on a merge as the person saw it."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

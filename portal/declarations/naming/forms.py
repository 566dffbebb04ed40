"""Which name is decided on, which smelter it means or does not mean, and what was accepted together."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import UUID, InputRequired, Length


class NameForm(FlaskForm):
    """The name as the queue has it."""

    metal = HiddenField(validators=[InputRequired(), Length(max=200)])
    name_key = HiddenField(validators=[InputRequired(), Length(max=2000)])


class FacilityForm(NameForm):
    """The name and a facility."""

    facility_id = StringField(_l("Smelter ID"), [InputRequired(), Length(max=200)])


class TogetherForm(FlaskForm):
    """Names that were accepted together."""

    together = HiddenField(validators=[InputRequired(), UUID()])

"""What a person says of a name that resembles a listed one."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from portal.sanctions.labels import DECISIONS
from portal.web.forms import Required


class CandidateForm(FlaskForm):
    """The decision with its reason, on the version that the person saw."""

    state = RadioField(
        _l("What did you find?"),
        [InputRequired(_l("Choose one of the two."))],
        choices=[(state.value, text) for state, text in DECISIONS.items()],
    )
    note = TextAreaField(_l("Reason"), [Required(_l("Say in a sentence how you know.")), Length(max=1000)])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

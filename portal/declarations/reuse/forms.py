"""The forms of reuse."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import UUID, Length

from portal.declarations.reuse.rules import MAX_NOTE
from portal.web.forms import Required


class RelyForm(FlaskForm):
    """What we rely on it for."""

    purpose = StringField(_l("What for"), [Length(max=MAX_NOTE)])


class StopForm(FlaskForm):
    """Which declaration we do not rely on any more."""

    declaration_id = HiddenField(validators=[UUID(_l("Open the page again."))])


class WithdrawForm(FlaskForm):
    """Why our declaration does not count any more."""

    reason = TextAreaField(_l("Why it is withdrawn"), [Required(_l("Say why.")), Length(max=MAX_NOTE)])

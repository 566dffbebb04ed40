"""What a guest sends about an audit."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import Length

from portal.findings.rules import MAX_TEXT
from portal.web.forms import Required


class DeclineForm(FlaskForm):
    """Why the window does not suit."""

    reason = TextAreaField(_l("Reason"), [Required(_l("Say why, and when it would suit you.")), Length(max=MAX_TEXT)])


class RemarksForm(FlaskForm):
    """What the supplier says to the facts of the report."""

    remarks = TextAreaField(_l("Your remarks"), [Length(max=MAX_TEXT)])
    none = BooleanField(_l("We have no remarks"))

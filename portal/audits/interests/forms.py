"""Forms of what is declared before an audit."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from portal.web.forms import Required


class InterestForm(FlaskForm):
    """None, or which one."""

    has_conflict = RadioField(
        _l("Does your authority have a conflict of interest?"), choices=[("no", _l("No")), ("yes", _l("Yes"))]
    )
    conflict = TextAreaField(_l("Which one"), [Length(max=2000)])

    def validate_conflict(self, field: Any) -> None:
        """A conflict is described."""
        if self.has_conflict.data == "yes" and not (field.data or "").strip():
            raise ValidationError(_("Describe it, for those who take part."))


class IndependenceForm(FlaskForm):
    """Who audits, and its independence."""

    firm = StringField(_l("Auditing firm"), [Required(_l("Write who audits.")), Length(max=200)])
    statement = TextAreaField(
        _l("Statement of independence"),
        [Required(_l("Write what the firm states of its independence.")), Length(max=5000)],
    )

"""Form fields that several features share: dates as people write them, the audience, money."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectMultipleField, StringField, ValidationError, widgets

from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.errors import BadInput

DATE_FORMATS = ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")


class Member(Protocol):
    """An authority as the audience control needs it."""

    id: UUID
    code: str
    name: str


def read_day(text: str) -> date:
    """A date typed as day.month.year, or in one of the other DATE_FORMATS. ValueError says how to write it."""
    for pattern in DATE_FORMATS:
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    raise ValueError(_("“%(text)s” is not a date. Write day.month.year, for example 31.12.2026.", text=text[:40]))


class DayField(StringField):
    """A date typed as day.month.year (2026-11-22 and 22/11/2026 are taken too). `data` is a date or None."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Parse, or leave an error that shows how to write it."""
        text = (valuelist[0] if valuelist else "").strip()
        self.raw_data = [text]
        self.data = None
        if not text:
            return
        self.data = read_day(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%d.%m.%Y") if isinstance(self.data, date) else ""


class OnDayForm(FlaskForm):
    """The day that a page is to speak of, in its address (`?on=2026-06-30`): nothing is written, so no token."""

    class Meta:
        """A GET form."""

        csrf = False

    on = DayField(_l("As of this day"))

    @classmethod
    def of_request(cls) -> "OnDayForm":
        """What the address says, checked: `day` is then the date, or None where none or no date is given."""
        form = cls(request.args)
        form.validate()
        return form

    @property
    def day(self) -> date | None:
        """The day that was asked for."""
        chosen: date | None = self.on.data if not self.on.errors else None
        return chosen


class MinorUnitsField(StringField):
    """An amount of money in whole units with at most two decimals; `data` is an integer of minor units or None."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Parse “1 250 000,50” or “1250000.50”."""
        text = (valuelist[0] if valuelist else "").strip()
        self.raw_data = [text]
        self.data = None
        if not text:
            return
        try:
            amount = Decimal(text.replace(" ", "").replace("\u00a0", "").replace("\u202f", "").replace(",", "."))
            minor = amount * 100
            if minor != minor.to_integral_value() or not 0 <= minor < 10**15:
                raise InvalidOperation
        except InvalidOperation:
            raise ValueError(_("“%(text)s” is not an amount. Write for example 1 250 000.", text=text[:40])) from None
        self.data = int(minor)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data / 100:.2f}".removesuffix(".00") if self.data is not None else ""


class WholeNumberField(StringField):
    """A whole number of at most nine digits; `data` is an integer or None."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Parse “12”."""
        text = (valuelist[0] if valuelist else "").strip()
        self.raw_data = [text]
        self.data = None
        if not text:
            return
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise ValueError(_("“%(text)s” is not a whole number. Write for example 12.", text=text[:40]))
        self.data = int(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class CheckboxesField(SelectMultipleField):
    """Several choices as checkboxes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class Required:
    """Not empty, with the field's own words; unlike InputRequired it sets no browser pop-up."""

    field_flags: dict[str, bool] = {"optional": False}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Raise when there is nothing but space, unless the field has said why already."""
        if not field.errors and (field.data is None or (isinstance(field.data, str) and not field.data.strip())):
            raise ValidationError(str(self.message))


def as_uuid(value: UUID | str) -> UUID:
    """An id from a form (text) or from a record."""
    return value if isinstance(value, UUID) else UUID(value)


class AudienceForm(FlaskForm):
    """Who sees the record: a radio of three and, for `named`, the other members as checkboxes.

    Templates draw it with the macro `visibility(form, …)`. Call `offer_members` before validating.
    """

    audience = RadioField(
        _l("Who sees it"),
        choices=[
            (Audience.OWNER, _l("Only us")),
            (Audience.NAMED, _l("Named authorities")),
            (Audience.MEMBERS, _l("All members")),
        ],
        default=Audience.OWNER,
    )
    named_ids = CheckboxesField(_l("Named authorities"), coerce=as_uuid, choices=[])
    version = HiddenField()

    members: Sequence[Member] = ()

    def offer_members(self, actor: Actor, members: Sequence[Member]) -> None:
        """Offer every member but the actor's own authority."""
        self.members = [member for member in members if member.id != actor.authority_id]
        self.named_ids.choices = [(member.id, member.name) for member in self.members]

    def validate_named_ids(self, field: SelectMultipleField) -> None:
        """`named` needs at least one name."""
        if self.audience.data == Audience.NAMED and not field.data:
            raise ValidationError(_("Choose at least one authority, or “Only us”."))

    @property
    def chosen_audience(self) -> Audience:
        """The audience as a value."""
        return Audience(self.audience.data)


def add_error(form: FlaskForm, error: BadInput) -> None:
    """Show a service's BadInput at its field, or at the top when it names none of this form's."""
    field = form[error.field] if error.field and error.field in form else None
    message = f"{error.message} {error.remedy}" if error.remedy else error.message
    if field is not None:
        field.errors = [*field.errors, message]
    else:
        form.form_errors.append(message)

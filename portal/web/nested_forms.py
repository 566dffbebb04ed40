"""Errors of forms that hold forms (rows, steps), flattened for the summary on top of the page."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _
from wtforms import FieldList, FormField


def error_lines(form: Any) -> Iterator[tuple[str | None, str]]:
    """(id of the field or None, “Label: what is wrong”) for every error, in the order of the fields."""
    for text in form.form_errors:
        yield None, text
    for field in form:
        yield from _of_field(field, "")


def _of_field(field: Any, prefix: str) -> Iterator[tuple[str | None, str]]:
    if isinstance(field, FieldList):
        for number, row in enumerate(field, start=1):
            place = _("%(list)s, row %(number)d", list=field.label.text, number=number)
            yield from _of_field(row, f"{place}: ")
    elif isinstance(field, FormField):
        inside = prefix or f"{field.label.text}: "
        for part in field.form:
            yield from _of_field(part, inside)
    else:
        # Radios and checkboxes have no element of their own: the first box takes the focus.
        several = field.type in {"RadioField", "CheckboxesField"}
        anchor = f"{field.id}-0" if several else field.id
        for text in field.errors:
            yield anchor, f"{prefix}{field.label.text}: {text}"

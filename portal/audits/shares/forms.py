"""Forms of an audit's cost: how much, split in which way, and the contract value that a payer releases."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectField

from portal.audits.shares.rules import Way
from portal.contracts.rules import CURRENCIES
from portal.web.forms import MinorUnitsField, Required

WAYS = {
    Way.EQUAL: _l("In equal parts"),
    Way.CONTRACT_VALUE: _l("By contract value"),
    Way.BY_HAND: _l("By hand"),
}


class PercentsField(Field):
    """A percentage for each payer, in an input named “parts-<authority id>”. `data` maps ids to basis points."""

    payers: Sequence[UUID] = ()

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read what was typed; a percentage has at most two decimals."""
        self.process_errors: list[str] = []
        self.typed: dict[str, str] = {}
        self.data: dict[UUID, int] = dict(data) if isinstance(data, dict) else {}
        for name in formdata or ():
            prefix, _dash, authority_id = name.partition("-")
            if prefix != self.name or not (text := formdata[name].strip()):
                continue
            self.typed[authority_id] = text
            try:
                points = Decimal(text.replace(",", ".").rstrip("% ")) * 100
                if points != points.to_integral_value() or not 0 <= points <= 10_000:
                    raise InvalidOperation
                self.data[UUID(authority_id)] = int(points)
            except (InvalidOperation, ValueError):
                self.process_errors.append(
                    _("“%(text)s” is not a percentage. Write for example 33.34.", text=text[:20])
                )

    def text(self, authority_id: UUID) -> str:
        """What stands in a payer's input."""
        points = (self.data or {}).get(authority_id)
        return self.typed.get(str(authority_id), "" if points is None else f"{points // 100}.{points % 100:02}")


class CostForm(FlaskForm):
    """What the audit costs and how it is split."""

    cost_minor = MinorUnitsField(_l("Expected cost"), [Required(_l("Write what the audit is expected to cost."))])
    currency = SelectField(_l("Currency"), choices=[(code, code) for code in CURRENCIES], default="EUR")
    way = RadioField(_l("How it is split"), choices=list(WAYS.items()), default=Way.EQUAL)
    parts = PercentsField(_l("Shares by hand, in per cent"))


class ValueForm(FlaskForm):
    """The value that we release for a split by contract value."""

    value_currency = HiddenField()
    value_minor = MinorUnitsField(_l("Value of our contracts"), [Required(_l("Write the value of your contracts."))])

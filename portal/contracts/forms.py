"""The form of a contract."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import Length

from portal.contracts.labels import KINDS
from portal.contracts.models import Contract
from portal.contracts.rules import CURRENCIES, MAX_NUMBER, MAX_TITLE, ContractKind
from portal.contracts.services import ContractData
from portal.registry.labels import PRODUCT_GROUPS
from portal.registry.rules import ProductGroup
from portal.web.forms import (
    AudienceForm,
    CheckboxesField,
    DayField,
    Member,
    MinorUnitsField,
    Required,
    WholeNumberField,
)


def _id_or_none(value: object) -> UUID | None:
    return UUID(str(value)) if value and value != "None" else None


class ContractForm(AudienceForm):
    """Add or change a contract."""

    kind = RadioField(_l("Kind"), choices=list(KINDS.items()), default=ContractKind.CONTRACT)
    framework_id = SelectField(_l("Called off under"), coerce=_id_or_none, choices=[])
    number = StringField(_l("Contract number"), [Required(_l("Write the contract’s number.")), Length(max=MAX_NUMBER)])
    title = StringField(_l("What is bought"), [Required(_l("Say what is bought.")), Length(max=MAX_TITLE)])
    product_group = SelectField(_l("Product group"), choices=list(PRODUCT_GROUPS.items()))
    more_groups = CheckboxesField(_l("More product groups"), choices=list(PRODUCT_GROUPS.items()))
    starts_on = DayField(_l("Begins"), [Required(_l("Say when the contract begins."))])
    ends_on = DayField(_l("Ends"))
    value_minor = MinorUnitsField(_l("Value"))
    currency = SelectField(_l("Currency"), choices=[("", "–"), *((code, code) for code in CURRENCIES)])

    def offer_frameworks(
        self, frameworks: Iterable[Contract], authorities: Mapping[UUID, Member], contract: Contract | None = None
    ) -> None:
        """Offer these frameworks, and the one that a call-off has though nobody shares it with us any more."""
        found = [
            (str(one.id), f"{one.number}, {one.title} ({authorities[one.owner_id].name})")
            for one in frameworks
            if contract is None or one.id != contract.id
        ]
        now = str(contract.framework_id) if contract and contract.framework_id else None
        if now and now not in {value for value, _words in found}:
            found.append((now, _("A framework that is not shared with you")))
        self.framework_id.choices = [("", _("None")), *found]

    def texts(self) -> dict[str, str]:
        """What stands in the fields, as people read it, for comparing two versions."""
        fields = (
            self.kind,
            self.number,
            self.title,
            self.product_group,
            self.starts_on,
            self.ends_on,
            self.value_minor,
        )
        said = {field.name: str(field._value() if hasattr(field, "_value") else field.data) for field in fields}
        return said | {"more_groups": ", ".join(self.more_groups.data or ())}

    def contract_data(self) -> ContractData:
        """The validated form as the service takes it."""
        assert self.starts_on.data
        return ContractData(
            number=(self.number.data or "").strip(),
            title=(self.title.data or "").strip(),
            product_group=ProductGroup(self.product_group.data),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            value_minor=self.value_minor.data,
            currency=self.currency.data or None,
            audience=self.chosen_audience,
            named_ids=self.named_ids.data or [],
            kind=ContractKind(self.kind.data),
            framework_id=self.framework_id.data,
            more_groups=[ProductGroup(one) for one in self.more_groups.data or ()],
        )


class NewContractForm(ContractForm):
    """Add a contract, at once with its options to extend."""

    count = WholeNumberField(_l("Options to extend"))
    months = WholeNumberField(_l("Months each"))

    def validate_months(self, field: Field) -> None:
        """Both or neither."""
        if (self.count.data is None) != (field.data is None):
            raise ValidationError(_("Say how many options there are and how many months each lasts, or neither."))

    @property
    def options(self) -> tuple[int, int] | None:
        """(how many, months each), where there are any."""
        count, months = self.count.data, self.months.data
        return None if count is None or months is None else (count, months)

"""Stated values of a supplier side by side, with the one that counts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.registry.identity.models import StatedFact
from portal.registry.identity.rules import FactField
from portal.registry.models import Supplier
from portal.registry.names import core, legal_form


@dataclass(frozen=True)
class Value:
    """One value and who states it; nobody may, where it was chosen before."""

    value: str
    facts: Sequence[StatedFact]
    chosen: bool


@dataclass(frozen=True)
class StatedValues:
    """All values of one field, the chosen one first."""

    field: FactField
    values: Sequence[Value]

    @property
    def disagree(self) -> bool:
        """Sources state something else than what counts."""
        return len(self.values) > 1


def stated_values(supplier: Supplier, facts: Sequence[StatedFact]) -> dict[FactField, StatedValues]:
    """For each field what is stated. Names that differ in case, accents or the spelling of the legal
    form alone are one value.
    """
    return {field: _of_field(field, getattr(supplier, field), facts) for field in FactField}


def _of_field(field: FactField, chosen: str | None, facts: Sequence[StatedFact]) -> StatedValues:
    groups: dict[str, list[StatedFact]] = {_key(field, chosen): []} if chosen else {}
    for fact in facts:
        if fact.field == field:
            groups.setdefault(_key(field, fact.value), []).append(fact)
    values = []
    for key, stated in groups.items():
        counts = chosen is not None and key == _key(field, chosen)
        values.append(Value(chosen if counts and chosen else stated[0].value, stated, counts))
    return StatedValues(field, values)


def _key(field: FactField, value: str) -> str:
    return f"{core(value)} {legal_form(value)}" if field is FactField.LEGAL_NAME else value

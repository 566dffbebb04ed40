"""Contracts: written by their owner, seen by their audience, one number once."""

from datetime import date

import pytest

from portal import db
from portal.access.audience import Audience
from portal.contracts import queries, services
from portal.contracts.queries import Choice
from portal.contracts.services import ContractData
from portal.errors import BadInput, Conflict, Forbidden, NotFound
from portal.registry.rules import ProductGroup
from tests.factories.contracts import make_contract
from tests.factories.registry import make_supplier


def data(**values: object) -> ContractData:
    fields: dict[str, object] = {
        "number": "RS 2026-1",
        "title": "Clinical workstations",
        "product_group": ProductGroup.COMPUTERS,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2029, 6, 30),
        "value_minor": 125_000_000,
        "currency": "SEK",
        "audience": Audience.OWNER,
        "named_ids": [],
        **values,
    }
    return ContractData(**fields)  # type: ignore[arg-type]


def test_a_contract_is_added_for_the_actors_authority(acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        contract = services.add_contract(actor, make_supplier().id, data())
    assert contract.owner_id == actor.authority_id
    assert queries.get_contract(actor, contract.id).title == "Clinical workstations"


def test_the_same_number_is_refused_for_one_authority_and_free_for_another(acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        supplier_id = make_supplier().id
        services.add_contract(actor, supplier_id, data())
    with pytest.raises(Conflict, match="this number"), db.transaction():
        services.add_contract(actor, supplier_id, data())
    other = acting("stavanger-officer")
    with db.transaction():
        services.add_contract(other, supplier_id, data())


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends_on": date(2025, 12, 31)}, "ends_on"),
        ({"currency": None}, "currency"),
        ({"value_minor": None}, "currency"),
        ({"audience": Audience.NAMED}, "named_ids"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(acting, values, field) -> None:
    actor = acting("stockholm-officer")
    with pytest.raises(BadInput) as caught, db.transaction():
        services.add_contract(actor, make_supplier().id, data(**values))
    assert caught.value.field == field
    assert queries.own_contracts(actor).rows == []


def test_a_reader_may_not_add_and_another_authority_may_not_change(acting, authority_ids) -> None:
    reader = acting("stockholm-reader")
    with pytest.raises(Forbidden), db.transaction():
        services.add_contract(reader, make_supplier().id, data())
    acting("system")
    with db.transaction():
        contract = make_contract(owner_id=authority_ids["stockholm"], audience="members")
    other = acting("oslo-officer")
    seen = queries.get_contract(other, contract.id)
    with pytest.raises(Forbidden), db.transaction():
        services.change_contract(other, seen, data())


def test_a_contract_may_be_of_several_product_groups(acting) -> None:
    actor = acting("stockholm-officer")
    more = [ProductGroup.PHONES, ProductGroup.COMPUTERS, ProductGroup.CABLES]
    with db.transaction():
        contract = services.add_contract(actor, make_supplier().id, data(more_groups=more))
    assert contract.groups == ["computers", "phones", "cables"], "the main one first, each once"
    for group, found in (("computers", 1), ("cables", 1), ("servers", 0)):
        assert len(queries.own_contracts(actor, Choice(group=ProductGroup(group))).rows) == found, group


def test_options_by_number_and_length_follow_each_other(acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        contract = services.add_contract(actor, make_supplier().id, data(ends_on=date(2028, 2, 29)))
        services.add_options(actor, contract, 2, 12)
        services.add_options(actor, contract, 1, 6)
    days = [one.until for one in queries.extensions_of(contract)]
    assert days == [date(2029, 2, 28), date(2030, 2, 28), date(2030, 8, 31)]
    first = queries.extensions_of(contract)[0]
    with db.transaction():
        services.use_extension(actor, contract, first.id, True)
    assert queries.ends_on(contract, queries.extensions_of(contract)) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("ends_on", "count", "months", "field"),
    [
        (None, 1, 12, "ends_on"),
        (date(9990, 1, 1), 1, 120, "ends_on"),
        (date(2028, 2, 29), 0, 12, "count"),
        (date(2028, 2, 29), 11, 12, "count"),
        (date(2028, 2, 29), 1, 121, "months"),
    ],
)
def test_options_that_cannot_be(acting, ends_on, count, months, field) -> None:
    actor = acting("stockholm-officer")
    with pytest.raises(BadInput) as caught, db.transaction():
        contract = services.add_contract(actor, make_supplier().id, data(ends_on=ends_on))
        services.add_options(actor, contract, count, months)
    assert caught.value.field == field


def test_what_is_not_shared_does_not_exist_for_others(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        contract = make_contract(owner_id=authority_ids["stockholm"])
    other = acting("stavanger-officer")
    with pytest.raises(NotFound):
        queries.get_contract(other, contract.id)
    assert queries.contracts_of_supplier(other, contract.supplier_id) == []

"""Frameworks and what is called off under them: who may, until when, and money that counts once."""

import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.access.audience import Audience
from portal.clock import today
from portal.contracts import queries, services
from portal.contracts.leverage.models import LeverageRelease
from portal.contracts.leverage.queries import leverage_of
from portal.contracts.leverage.rules import Band, band_of
from portal.contracts.models import Contract, ContractExtension
from portal.contracts.queries import Choice
from portal.contracts.rules import ContractKind, ContractState, value_once
from portal.errors import BadInput
from portal.insights import queries as insights
from portal.picture.queries import total
from portal.rollup.rules import Scope, ScopeKind
from tests.factories.contracts import make_contract
from tests.factories.registry import make_supplier
from tests.portal.contracts.test_services import data
from tests.statements import counted_statements

CALL_OFF = ContractKind.CALL_OFF


@pytest.fixture
def framework_id(acting, authority_ids) -> UUID:
    """Of Stockholm, shared with all, 2026 to 2028 with an option until 2029, worth 100 SEK."""
    acting("system")
    with db.transaction() as session:
        values: dict[str, Any] = {"kind": "framework", "value_minor": 10_000, "currency": "SEK", "number": "FW 1"}
        framework = make_contract(owner_id=authority_ids["stockholm"], audience="members", **values)
        session.add(ContractExtension(contract_id=framework.id, until=date(2029, 12, 31)))
        return framework.id


def call_off(actor, framework_id: UUID | None, **values: Any):
    fields = {"kind": CALL_OFF, "framework_id": framework_id, "number": "CO 1", **values}
    return services.add_contract(actor, make_supplier().id, data(**fields))


def test_another_authority_calls_off_under_a_shared_framework(acting, framework_id) -> None:
    actor = acting("stavanger-officer")
    assert [one.id for one in queries.frameworks(actor)] == [framework_id]
    with db.transaction():
        contract = call_off(actor, framework_id)
    assert queries.frameworks_of(actor, [contract])[framework_id].number == "FW 1"
    owner = acting("stockholm-officer")
    assert queries.call_offs_of(owner, queries.get_contract(owner, framework_id)) == [], "it is not shared"
    again = acting("stavanger-officer")
    assert len(queries.call_offs_of(again, queries.get_contract(again, framework_id))) == 1


def test_a_framework_that_is_shared_no_more_stays_that_of_the_call_off(acting, framework_id) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        contract_id = call_off(actor, framework_id).id
    owner = acting("stockholm-officer")
    with db.transaction():
        kept = data(kind=ContractKind.FRAMEWORK, number="FW 1", audience=Audience.OWNER)
        services.change_contract(owner, queries.get_contract(owner, framework_id), kept)
    actor = acting("stavanger-officer")
    contract = queries.get_contract(actor, contract_id)
    assert queries.frameworks_of(actor, [contract]) == {}
    with db.transaction():
        changed = data(kind=CALL_OFF, framework_id=framework_id, title="Changed")
        services.change_contract(actor, contract, changed)
    with pytest.raises(BadInput), db.transaction():
        call_off(actor, framework_id, number="CO 2")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"framework_id": None}, "framework_id"),
        ({"framework_id": UUID(int=1)}, "framework_id"),
        ({"kind": ContractKind.CONTRACT}, "framework_id"),
        ({"kind": ContractKind.FRAMEWORK}, "framework_id"),
        ({"starts_on": date(2029, 1, 1)}, "starts_on"),
    ],
)
def test_what_does_not_fit(acting, framework_id, values, field) -> None:
    actor = acting("stavanger-officer")
    with pytest.raises(BadInput) as caught, db.transaction():
        call_off(actor, **{"framework_id": framework_id, **values})
    assert caught.value.field == field


def test_an_option_that_was_used_counts_and_is_not_taken_back_from_under_a_call_off(acting, framework_id) -> None:
    actor = acting("stockholm-officer")
    framework = queries.get_contract(actor, framework_id)
    option = queries.extensions_of(framework)[0]
    with db.transaction():
        services.use_extension(actor, framework, option.id, True)
        call_off(actor, framework_id, starts_on=date(2029, 12, 31), ends_on=None)
    with pytest.raises(BadInput, match="CO 1"), db.transaction():
        services.use_extension(actor, framework, option.id, False)
    with db.transaction():  # with the option, the end itself may move
        services.change_contract(actor, framework, data(kind=ContractKind.FRAMEWORK, ends_on=date(2027, 1, 1)))


def test_a_framework_with_call_offs_stays_one_and_ends_after_they_begin(acting, framework_id) -> None:
    actor = acting("stockholm-officer")
    framework = queries.get_contract(actor, framework_id)
    with db.transaction():
        contract = call_off(actor, framework_id, starts_on=date(2027, 6, 1))
    with pytest.raises(BadInput) as kept, db.transaction():
        services.change_contract(actor, framework, data())
    assert kept.value.field == "kind"
    with pytest.raises(BadInput) as early, db.transaction():
        services.change_contract(actor, framework, data(kind=ContractKind.FRAMEWORK, ends_on=date(2027, 5, 31)))
    assert early.value.field == "ends_on"
    with pytest.raises(BadInput), db.transaction():
        call_off(actor, contract.id, number="CO 2")
    with pytest.raises(BadInput), db.transaction():
        services.change_contract(actor, framework, data(kind=CALL_OFF, framework_id=framework_id))


def test_the_database_has_the_last_word(acting, authority_ids, framework_id) -> None:
    acting("system")
    owner = authority_ids["stockholm"]
    with db.transaction():
        plain = make_contract(owner_id=owner).id
        below = make_contract(owner_id=owner, kind="call_off", framework_id=framework_id).id
    for wrong in (
        {"kind": "call_off"},
        {"kind": "contract", "framework_id": framework_id},
        {"kind": "call_off", "framework_id": plain},
        {"kind": "call_off", "framework_id": below},
        {"kind": "lease"},
    ):
        with pytest.raises(IntegrityError), db.transaction():
            make_contract(owner_id=owner, **wrong)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sql_counts_as_the_rule_does(acting, authority_ids, seed: int) -> None:
    chance = random.Random(seed)
    acting("system")
    with db.transaction():
        supplier_id = make_supplier().id
        made: list[UUID] = []
        for number in range(30):
            kind = "framework" if number < 8 else chance.choice(("contract", "call_off", "call_off"))
            value = chance.choice((None, chance.randrange(1000)))
            contract = make_contract(
                owner_id=authority_ids[chance.choice(("stockholm", "oslo"))],
                supplier_id=supplier_id,
                audience=chance.choice(("owner", "members")),
                kind=kind,
                framework_id=chance.choice(made[:8]) if kind == "call_off" else None,
                value_minor=value,
                currency=None if value is None else chance.choice(("SEK", "EUR")),
                ends_on=chance.choice((None, today() - timedelta(days=1))),
                starts_on=date(2020, 1, 1),
            )
            made.append(contract.id)
    actor = acting("stockholm-officer")
    seen = db.session.scalars(queries.visible_contracts(actor)).all()
    query, value = queries.value_once(queries.visible_contracts(actor))
    rows = db.session.execute(query.with_only_columns(Contract.id, value)).all()
    assert {one: None if counted is None else int(counted) for one, counted in rows} == value_once(seen)

    running = [one for one in seen if one.ends_on is None]
    sums = {currency: value for currency, value in total(running).items() if value}
    found = insights.numbers(actor, Scope(ScopeKind.MEMBERS)).coverage
    assert {one.currency: one.value for one in found if one.value} == sums
    weights = leverage_of(actor, supplier_id)
    assert {currency: band.low for currency, band in weights.totals if band.low} == sums
    behind = insights.contracts_behind(actor, Scope(ScopeKind.MEMBERS)).rows
    assert sum(int(row.counted or 0) for row in behind) == sum(sums.values())


def test_nobody_moves_the_band_of_another_by_call_offs_of_its_own(acting, authority_ids) -> None:
    million = 100_000_000
    acting("system")
    with db.transaction() as session:
        supplier_id = make_supplier().id
        oslo = authority_ids["oslo"]
        worth = {"supplier_id": supplier_id, "currency": "NOK"}
        framework = make_contract(
            owner_id=oslo, audience="members", kind="framework", value_minor=2 * million, **worth
        ).id
        make_contract(owner_id=oslo, value_minor=4 * million, **worth)
        below = {"kind": "call_off", "framework_id": framework, "value_minor": 2 * million}
        make_contract(owner_id=authority_ids["stavanger"], **below, **worth)
        session.add(LeverageRelease(owner_id=oslo, supplier_id=supplier_id))
    found = leverage_of(acting("stavanger-officer"), supplier_id)
    bands = {one.owner_id: one.band for one in found.weights}
    assert bands == {oslo: band_of(6 * million), authority_ids["stavanger"]: Band(2 * million, 2 * million)}


def test_the_list_is_narrowed_and_counts_its_statements(acting, authority_ids, framework_id) -> None:
    acting("system")
    owner = authority_ids["stockholm"]
    with db.transaction() as session:
        option = queries.extensions_of(session.get_one(Contract, framework_id))[0]
        option.used_on = date(2026, 1, 2)
        make_contract(owner_id=owner, number="OLD 1", title="100% cotton", ends_on=date(2026, 1, 3))
        make_contract(owner_id=owner, number="OLD 2", supplier_id=make_supplier("Nordvik Displays AS").id)
    actor = acting("stockholm-officer")

    def found(**values: Any) -> list[str]:
        return [one.number for one in queries.own_contracts(actor, Choice(**values)).rows]

    assert found() == ["FW 1", "OLD 1", "OLD 2"]
    assert found(kind=ContractKind.FRAMEWORK) == ["FW 1"]
    assert found(state=ContractState.ENDED) == ["OLD 1"]
    assert found(state=ContractState.RUNNING) == ["FW 1", "OLD 2"]
    assert found(words="old nordvik") == ["OLD 2"]
    assert found(words="100%") == ["OLD 1"]
    assert found(words="0_") == []
    with counted_statements() as statements:
        rows = queries.own_contracts(actor, Choice(words="old")).rows
        ends = queries.ends_by_id([*rows, queries.get_contract(actor, framework_id)])
    assert len(statements) <= 3
    assert ends[framework_id] == date(2029, 12, 31)

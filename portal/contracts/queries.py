"""Every SELECT on contracts; all begin with what the actor may see."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, String, and_, case, column, func, or_, select, tuple_

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.clock import today
from portal.contracts.models import Contract, ContractExtension
from portal.contracts.rules import ContractKind, ContractState
from portal.db import session
from portal.errors import NotFound
from portal.registry.models import Supplier
from portal.registry.rules import ProductGroup
from portal.shapes import TimelineEntry
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 50


def visible_contracts(actor: Actor) -> Select[Contract]:
    """Contracts that the actor may see."""
    return select(Contract).where(visible(Contract, actor))


def get_contract(actor: Actor, contract_id: UUID) -> Contract:
    """One contract, or NotFound when there is none for this actor."""
    contract = session.scalar(visible_contracts(actor).where(Contract.id == contract_id))
    if contract is None:
        raise NotFound
    return contract


def contracts_of_supplier(actor: Actor, supplier_id: UUID) -> Sequence[Contract]:
    """A supplier's contracts that the actor may see, the newest first."""
    query = visible_contracts(actor).where(Contract.supplier_id == supplier_id)
    return session.scalars(query.order_by(Contract.starts_on.desc(), Contract.id)).all()


def buys(groups: Collection[str]) -> ColumnElement[bool]:
    """True of contracts under which something of these product groups is bought, the main one or another."""
    condition: ColumnElement[bool] = Contract.groups.overlap(sorted(groups))
    return condition


def each_group() -> Any:
    """A row for each product group of a contract, to join its statement: `name`, and `place` from 1."""
    columns = func.unnest(Contract.groups).table_valued(column("name", String), with_ordinality="place")
    return columns.render_derived(name="bought")


@dataclass(frozen=True)
class Choice:
    """How the list is narrowed; None takes all. `words` are looked for in numbers, titles and suppliers' names."""

    kind: ContractKind | None = None
    group: ProductGroup | None = None
    state: ContractState | None = None
    words: str | None = None


ALL = Choice()


def _chosen(actor: Actor, choice: Choice) -> Select[Contract]:
    query = visible_contracts(actor).where(Contract.owner_id == actor.authority_id)
    if choice.kind:
        query = query.where(Contract.kind == choice.kind)
    if choice.group:
        query = query.where(buys([choice.group]))
    if choice.state:
        running = runs(today())
        query = query.where(running if choice.state is ContractState.RUNNING else ~running)
    for word in (choice.words or "").split():
        named = select(1).where(
            Supplier.id == Contract.supplier_id, Supplier.legal_name.icontains(word, autoescape=True)
        )
        texts = (Contract.number, Contract.title)
        query = query.where(or_(named.exists(), *(text.icontains(word, autoescape=True) for text in texts)))
    return query.order_by(Contract.number, Contract.id)


def runs(on: date) -> ColumnElement[bool]:
    """True of contracts that have not ended before a day, with the options that were used."""
    used = select(1).where(
        ContractExtension.contract_id == Contract.id,
        ContractExtension.used_on.is_not(None),
        ContractExtension.until >= on,
    )
    return or_(Contract.ends_on.is_(None), Contract.ends_on >= on, used.exists())


def own_contracts(actor: Actor, choice: Choice = ALL, cursor: str | None = None) -> Page[Contract]:
    """The contracts of the actor's authority by number."""
    query = _chosen(actor, choice)
    if key := read_cursor(cursor, str, UUID):
        query = query.where(tuple_(Contract.number, Contract.id) > tuple(key))
    rows = session.scalars(query.limit(PAGE_SIZE + 1)).all()
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].number, rows[-1].id) if more else None)


def all_own_contracts(actor: Actor, choice: Choice = ALL) -> Sequence[Contract]:
    """Every contract of the actor's authority by number, for exports and to choose one of them."""
    return session.scalars(_chosen(actor, choice)).all()


# ---- frameworks and what is called off under them --------------------------------------------------------------------


def frameworks(actor: Actor) -> Sequence[Contract]:
    """The frameworks that the actor sees, its own first, to choose one of them."""
    query = visible_contracts(actor).where(Contract.kind == ContractKind.FRAMEWORK)
    order = (Contract.owner_id != actor.authority_id, Contract.number, Contract.id)
    return session.scalars(query.order_by(*order)).all()


def frameworks_of(actor: Actor, contracts: Iterable[Contract]) -> dict[UUID, Contract]:
    """The frameworks of these call-offs by id, as far as the actor sees them."""
    ids = {one.framework_id for one in contracts if one.framework_id}
    if not ids:
        return {}
    return {one.id: one for one in session.scalars(visible_contracts(actor).where(Contract.id.in_(ids)))}


def call_offs_of(actor: Actor, framework: Contract) -> Sequence[Contract]:
    """What was called off under a framework, as far as the actor sees it, the newest first."""
    query = visible_contracts(actor).where(Contract.framework_id == framework.id)
    return session.scalars(query.order_by(Contract.starts_on.desc(), Contract.id)).all()


def value_once(query: Select[Any], *, each_owner: bool = False) -> tuple[Select[Any], Any]:
    """A statement on contracts with what each of them counts in a sum: portal.contracts.rules.value_once in SQL.

    `each_owner`: call-offs of one authority take nothing from another one's framework.
    """
    of = [Contract.framework_id, Contract.currency, *([Contract.owner_id] if each_owner else [])]
    called = (
        query.where(Contract.framework_id.is_not(None))
        .with_only_columns(*of, func.sum(Contract.value_minor).label("value"))
        .group_by(*of)
        .subquery("called_off")
    )
    same = [called.c.framework_id == Contract.id, called.c.currency == Contract.currency]
    if each_owner:
        same.append(called.c.owner_id == Contract.owner_id)
    left = func.greatest(Contract.value_minor - called.c.value, 0)
    counted = case((called.c.value.is_(None), Contract.value_minor), else_=left)
    return query.outerjoin(called, and_(*same)), counted


# ---- options to extend -----------------------------------------------------------------------------------------------


def ends_by_id(contracts: Iterable[Contract]) -> dict[UUID, date | None]:
    """The last day of each of these contracts that the caller was let see, with the options that were used."""
    found = list(contracts)
    used = select(ContractExtension).where(
        ContractExtension.contract_id.in_([one.id for one in found]), ContractExtension.used_on.is_not(None)
    )
    by_contract: dict[UUID, list[ContractExtension]] = {}
    for extension in session.scalars(used):
        by_contract.setdefault(extension.contract_id, []).append(extension)
    return {one.id: ends_on(one, by_contract.get(one.id, ())) for one in found}


def extensions_of(contract: Contract) -> Sequence[ContractExtension]:
    """The options to extend a contract that the caller was let see, in their order."""
    query = select(ContractExtension).where(ContractExtension.contract_id == contract.id)
    return session.scalars(query.order_by(ContractExtension.until)).all()


def ends_on(contract: Contract, extensions: Sequence[ContractExtension]) -> date | None:
    """The contract's last day with the options that were used; None while it is open."""
    used = [one.until for one in extensions if one.used_on]
    return max([contract.ends_on, *used]) if contract.ends_on else None


def timeline(actor: Actor, supplier_id: UUID) -> list[TimelineEntry]:
    """Contracts as entries of the supplier's joint timeline."""
    return [
        TimelineEntry(
            on=contract.starts_on,
            kind="contract",
            title=_("Contract %(number)s began", number=contract.number),
            text=contract.title,
            endpoint="contracts.show",
            args={"contract_id": contract.id},
            icon="FileText",
            owner_id=contract.owner_id,
            audience=contract.audience,
            named_ids=contract.named_ids,
        )
        for contract in contracts_of_supplier(actor, supplier_id)
    ]

"""Every SELECT on contracts; all begin with what the actor may see."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, String, column, func, select, tuple_

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.contracts.models import Contract, ContractExtension
from portal.db import session
from portal.errors import NotFound
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


def own_contracts(actor: Actor, cursor: str | None = None, product_group: str | None = None) -> Page[Contract]:
    """The contracts of the actor's authority by number."""
    query = visible_contracts(actor).where(Contract.owner_id == actor.authority_id)
    if product_group:
        query = query.where(buys([product_group]))
    if key := read_cursor(cursor, str, UUID):
        query = query.where(tuple_(Contract.number, Contract.id) > tuple(key))
    rows = session.scalars(query.order_by(Contract.number, Contract.id).limit(PAGE_SIZE + 1)).all()
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].number, rows[-1].id) if more else None)


def all_own_contracts(actor: Actor) -> Sequence[Contract]:
    """Every contract of the actor's authority by number, to choose one of them."""
    query = visible_contracts(actor).where(Contract.owner_id == actor.authority_id)
    return session.scalars(query.order_by(Contract.number, Contract.id)).all()


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

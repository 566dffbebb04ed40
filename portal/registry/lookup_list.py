"""The registry as a list: narrowed, counted and page by page, for the look-up page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from portal.db import session
from portal.registry.identifiers import SCHEMES
from portal.registry.models import Follow, Supplier, SupplierIdentifier
from portal.web.paging import Page, encode_cursor, read_cursor

# A condition on a supplier's id that a feature above brings along, e.g. “has a contract that the actor sees”.
Condition = Callable[[InstrumentedAttribute[UUID]], ColumnElement[bool]]
# A value, how many suppliers have it, and the query over which they are counted: to become part of one statement.
Counting = tuple[Any, ColumnElement[int], Select[Any]]


class Listed(NamedTuple):
    """A supplier in a long list."""

    id: UUID
    sort_key: str
    name: str
    country: str | None
    parent_id: UUID | None
    parent: str | None


@dataclass(frozen=True)
class Narrowing:
    """What the list is narrowed to. Several countries or followers mean any of them; what is empty narrows nothing.

    Among countries and followers, None stands for “not known” and “no one”; `ids` are those that a search found.
    """

    ids: Sequence[UUID] | None = None
    countries: frozenset[str | None] = frozenset()
    followed_by: frozenset[UUID | None] = frozenset()
    conditions: tuple[Condition, ...] = ()


def page_of_ids(narrowing: Narrowing, cursor: str | None, size: int) -> Page[UUID]:
    """The ids of suppliers by name."""
    query = ids_of(narrowing).add_columns(Supplier.sort_key)
    if key := read_cursor(cursor, str, UUID):
        query = query.where(tuple_(Supplier.sort_key, Supplier.id) > tuple(key))
    rows = session.execute(query.order_by(Supplier.sort_key, Supplier.id).limit(size + 1)).all()
    more, rows = len(rows) > size, rows[:size]
    return Page([row.id for row in rows], encode_cursor(rows[-1].sort_key, rows[-1].id) if more else None)


def in_batches(narrowing: Narrowing, size: int) -> Iterator[Sequence[Listed]]:
    """The narrowed list by name, so many at a time.

    Constant memory whatever the length. Stands in db.snapshot(), or a supplier renamed meanwhile is missed or doubled.
    """
    parent = aliased(Supplier)
    columns = (Supplier.id, Supplier.sort_key, Supplier.legal_name, Supplier.country, Supplier.parent_id)
    query = (
        select(*columns, parent.legal_name)
        .outerjoin(parent, parent.id == Supplier.parent_id)
        .where(*_conditions(narrowing))
        .order_by(Supplier.sort_key, Supplier.id)
        .limit(size)
    )
    page = query
    while batch := [Listed(*row) for row in session.execute(page)]:
        yield batch
        if len(batch) < size:
            return
        page = query.where(tuple_(Supplier.sort_key, Supplier.id) > (batch[-1].sort_key, batch[-1].id))


def schemes_of(narrowing: Narrowing) -> list[str]:
    """The kinds of numbers that the suppliers of the narrowed list have, in the order of SCHEMES."""
    query = select(SupplierIdentifier.scheme).distinct().where(SupplierIdentifier.supplier_id.in_(ids_of(narrowing)))
    found = set(session.scalars(query))
    return [key for key in SCHEMES if key in found]


def ids_of(narrowing: Narrowing) -> Select[UUID]:
    """The ids of the suppliers in the narrowed list, in no order."""
    return select(Supplier.id).where(*_conditions(narrowing))


def by_country(narrowing: Narrowing) -> Counting:
    """Suppliers by country of registration."""
    return Supplier.country, func.count(), ids_of(narrowing).group_by(Supplier.country)


def by_follower(narrowing: Narrowing) -> list[Counting]:
    """Suppliers by the authorities that follow them, and by no value those that anyone follows."""
    followed = ids_of(narrowing).join(Follow, Follow.supplier_id == Supplier.id)
    return [
        (Follow.authority_id, func.count(), followed.group_by(Follow.authority_id)),
        (None, func.count(Follow.supplier_id.distinct()), followed),
    ]


def _conditions(narrowing: Narrowing) -> list[ColumnElement[bool]]:
    conditions = [condition(Supplier.id) for condition in narrowing.conditions]
    conditions.append(Supplier.merged_into_id.is_(None))
    if narrowing.ids is not None:
        conditions.append(Supplier.id.in_(narrowing.ids))
    if narrowing.countries:
        conditions.append(_any_of(Supplier.country, narrowing.countries, Supplier.country.is_(None)))
    if narrowing.followed_by:
        following = select(Follow.supplier_id).where(Follow.authority_id.in_(narrowing.followed_by - {None}))
        nobody = ~exists().where(Follow.supplier_id == Supplier.id)
        followed = Supplier.id.in_(following)
        conditions.append(or_(followed, nobody) if None in narrowing.followed_by else followed)
    return conditions


def _any_of(column: Any, values: frozenset[Any], nothing: ColumnElement[bool]) -> ColumnElement[bool]:
    known: ColumnElement[bool] = column.in_(values - {None})
    return or_(known, nothing) if None in values else known

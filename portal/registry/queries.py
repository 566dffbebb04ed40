"""Every SELECT on the shared registry but for look-up. All members see it whole."""

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from rapidfuzz.fuzz import ratio
from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import selectinload

from portal.db import among, session
from portal.errors import NotFound
from portal.registry.identifiers import Identifier
from portal.registry.likeness import alike
from portal.registry.lookup_near import rows_like
from portal.registry.models import Follow, Site, Supplier, SupplierIdentifier, SupplierName
from portal.registry.names import core, norm

Record = TypeVar("Record", SupplierName, SupplierIdentifier, Site)


def get_supplier(supplier_id: UUID) -> Supplier:
    """One supplier, or NotFound. The id of a merged record gives the one that it was merged into."""
    supplier = session.get(Supplier, supplier_id)
    if supplier is None:
        raise NotFound
    return get_supplier(supplier.merged_into_id) if supplier.merged_into_id else supplier


def survivor_of(supplier_id: UUID) -> UUID | None:
    """Where a merged record went in the end; None for one that was not merged, or that is not there."""
    supplier = session.get(Supplier, supplier_id)
    return get_supplier(supplier_id).id if supplier and supplier.merged_into_id else None


def get_facts(supplier_id: UUID) -> Supplier:
    """One supplier with names, identifiers, sites and parent loaded, or NotFound; a merged one gives its survivor."""
    supplier = session.scalar(
        select(Supplier)
        .where(Supplier.id == supplier_id)
        .options(
            selectinload(Supplier.names),
            selectinload(Supplier.identifiers),
            selectinload(Supplier.sites),
            selectinload(Supplier.parent),
        )
    )
    if supplier is None:
        raise NotFound
    return get_facts(supplier.merged_into_id) if supplier.merged_into_id else supplier


def suppliers_by_id(ids: Collection[UUID]) -> dict[UUID, Supplier]:
    """Suppliers for showing lists of what belongs to them."""
    if not ids:
        return {}
    return {supplier.id: supplier for supplier in session.scalars(select(Supplier).where(Supplier.id.in_(ids)))}


def get_name(name_id: UUID) -> SupplierName:
    """One name, or NotFound."""
    return _get(SupplierName, name_id)


def get_identifier(identifier_id: UUID) -> SupplierIdentifier:
    """One number, or NotFound."""
    return _get(SupplierIdentifier, identifier_id)


def get_site(site_id: UUID) -> Site:
    """One site, or NotFound."""
    return _get(Site, site_id)


def _get(model: type[Record], record_id: UUID) -> Record:
    found = session.get(model, record_id)
    if found is None:
        raise NotFound
    return found


def holders_of(identifiers: Iterable[Identifier]) -> dict[Identifier, Supplier]:
    """Who has these numbers, as far as somebody has."""
    pairs = [(one.scheme, one.value) for one in identifiers]
    if not pairs:
        return {}
    rows = session.execute(
        select(SupplierIdentifier.scheme, SupplierIdentifier.value, Supplier)
        .join(Supplier, Supplier.id == SupplierIdentifier.supplier_id)
        .where(tuple_(SupplierIdentifier.scheme, SupplierIdentifier.value).in_(pairs))
    )
    return {Identifier(scheme, value): supplier for scheme, value, supplier in rows}


def possible_duplicates(name: str, country: str | None, limit: int = 10) -> Sequence[Supplier]:
    """Suppliers that a new one of this name might be: equal or nearly equal core names in the same or no country."""
    wanted = core(name)
    near = [row for row in rows_like(name) if alike(wanted, row.core)]
    near.sort(key=lambda row: -ratio(wanted, row.core))
    found = suppliers_by_id({row.supplier_id for row in near})
    ids = [
        supplier_id
        for supplier_id in dict.fromkeys(row.supplier_id for row in near)
        if not country or found[supplier_id].country in (country, None)
    ]
    return [found[supplier_id] for supplier_id in ids[:limit]]


def find_by_name(words: str, limit: int = 20) -> Sequence[Supplier]:
    """Suppliers with a name that begins with these words or has this core, for choosing one of them."""
    start = norm(words)
    if not start:
        return []
    named = select(SupplierName.supplier_id).where(
        or_(SupplierName.norm.like(f"{start}%"), SupplierName.core == core(words))
    )
    query = select(Supplier).where(Supplier.id.in_(named)).order_by(Supplier.sort_key, Supplier.id)
    return session.scalars(query.limit(limit)).all()


def children_of(supplier_id: UUID) -> Sequence[Supplier]:
    """The suppliers whose parent this one is."""
    return session.scalars(select(Supplier).where(Supplier.parent_id == supplier_id).order_by(Supplier.sort_key)).all()


def ancestors_of(supplier_id: UUID) -> set[UUID]:
    """The supplier's parent, its parent and so on; without the supplier itself unless there is a circle."""
    start = select(Supplier.parent_id).where(Supplier.id == supplier_id, Supplier.parent_id.is_not(None))
    line = start.cte("line", recursive=True)
    line = line.union(
        select(Supplier.parent_id).join(line, Supplier.id == line.c.parent_id).where(Supplier.parent_id.is_not(None))
    )
    return set(session.scalars(select(line.c.parent_id)))


def followers_of(supplier_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Which authorities follow each of these suppliers; one without followers has an empty set."""
    found: dict[UUID, set[UUID]] = {supplier_id: set() for supplier_id in supplier_ids}
    if found:
        follows = select(Follow.supplier_id, Follow.authority_id).where(among(Follow.supplier_id, found))
        for supplier_id, authority_id in session.execute(follows):
            found[supplier_id].add(authority_id)
    return found


def numbers_of(supplier_ids: Collection[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    """The (scheme, value) of each of these suppliers; those without a number are left out."""
    columns = (SupplierIdentifier.supplier_id, SupplierIdentifier.scheme, SupplierIdentifier.value)
    query = select(*columns).where(among(SupplierIdentifier.supplier_id, supplier_ids))
    found: dict[UUID, list[tuple[str, str]]] = {}
    for supplier_id, scheme, value in session.execute(query.order_by(*columns)):
        found.setdefault(supplier_id, []).append((scheme, value))
    return found


def names_of(supplier_ids: Collection[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    """The (kind, name) of each of these suppliers."""
    columns = (SupplierName.supplier_id, SupplierName.kind, SupplierName.name)
    query = select(*columns).where(among(SupplierName.supplier_id, supplier_ids))
    found: dict[UUID, list[tuple[str, str]]] = {}
    for supplier_id, kind, name in session.execute(query.order_by(*columns)):
        found.setdefault(supplier_id, []).append((kind, name))
    return found


def followed_ids(authority_id: UUID | None) -> set[UUID]:
    """The suppliers that an authority follows; none for people without an authority."""
    return set(session.scalars(select(Follow.supplier_id).where(Follow.authority_id == authority_id)))

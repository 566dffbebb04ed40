"""Who is compared with the lists: suppliers, facilities and names in declarations, read in batches. System scope."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from portal.db import among, session
from portal.declarations.models import SmelterLine
from portal.minerals.models import LookupName, PinchPoint
from portal.registry.countries import country_code
from portal.registry.models import Supplier, SupplierIdentifier, SupplierName
from portal.sanctions.resemblance import Subject


class Named(NamedTuple):
    """A subject with its place in the tables: `kind` is supplier, facility or declared."""

    kind: str
    key: str
    subject: Subject


def suppliers_after(after: UUID | None, limit: int) -> Sequence[UUID]:
    """The next ids of suppliers, without merged ones."""
    query = select(Supplier.id).where(Supplier.merged_into_id.is_(None)).order_by(Supplier.id).limit(limit)
    return session.scalars(query.where(Supplier.id > after) if after else query).all()


def suppliers(ids: Collection[UUID]) -> list[Named]:
    """These suppliers with all their names and numbers. Three statements."""
    names, numbers = defaultdict(list), defaultdict(list)
    of_name = select(SupplierName.supplier_id, SupplierName.name).where(among(SupplierName.supplier_id, ids))
    for supplier_id, name in session.execute(of_name):
        names[supplier_id].append(name)
    of_number = select(SupplierIdentifier.supplier_id, SupplierIdentifier.scheme, SupplierIdentifier.value)
    for supplier_id, scheme, value in session.execute(of_number.where(among(SupplierIdentifier.supplier_id, ids))):
        numbers[supplier_id].append((scheme, value))
    of_country = select(Supplier.id, Supplier.country).where(among(Supplier.id, ids))
    return [
        Named("supplier", str(supplier_id), Subject(tuple(names[supplier_id]), country, tuple(numbers[supplier_id])))
        for supplier_id, country in session.execute(of_country)
        if names[supplier_id]
    ]


def facilities(keys: Collection[str] | None = None) -> list[Named]:
    """Facilities on assurance lists and in released look-ups with their names, all of them without `keys`."""
    # The assurance list comes last: its country holds.
    found: list[tuple[str, str, str | None]] = []
    for table in (LookupName, PinchPoint):
        query = select(table.facility_id, table.name, table.country)
        if keys is not None:
            query = query.where(table.facility_id.in_(keys))
        found += ((key, name, country) for key, name, country in session.execute(query))
    return _grouped("facility", found)


def declared(keys: Collection[str] | None = None) -> list[Named]:
    """Names of smelters as declarations write them, all of them without `keys`."""
    columns = SmelterLine.declared_name, func.max(SmelterLine.declared_country), func.min(SmelterLine.declared_country)
    query = select(*columns).where(SmelterLine.declared_name.is_not(None)).group_by(SmelterLine.declared_name)
    if keys is not None:
        query = query.where(SmelterLine.declared_name.in_(keys))
    # Where declarations disagree about the country, it says nothing.
    return _grouped(
        "declared",
        ((name, name, one if one == other else None) for name, one, other in session.execute(query) if name),
    )


def _grouped(kind: str, rows: Iterable[tuple[str, str, str | None]]) -> list[Named]:
    names: dict[str, dict[str, None]] = defaultdict(dict)
    countries: dict[str, str | None] = {}
    for key, name, country in rows:
        names[key][name] = None
        countries[key] = country_code(country) if country else None
    return [Named(kind, key, Subject(tuple(names[key]), countries[key])) for key in names]

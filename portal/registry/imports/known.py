"""Loads the suppliers of the registry that the rows of a list may mean: a fixed number of statements for any list."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import UUID as PgUuid

from portal.db import session
from portal.registry.identifiers import Identifier
from portal.registry.identity.models import SupplierRole
from portal.registry.imports.ledger import Entry, Ledger
from portal.registry.imports.rows import RowFacts
from portal.registry.likeness import alike, slip_keys
from portal.registry.models import Site, Supplier, SupplierIdentifier, SupplierName
from portal.registry.names import core, norm

AFFIX = 4  # letters at the beginning of a word or the end of a name that a slip leaves alone
CHUNK = 5_000


def load_ledger(rows: Sequence[RowFacts]) -> Ledger:
    """The ledger of everything in the registry that one of these rows, or the parent it names, may be."""
    cores = {row.core for row in rows} | {core(row.parent) for row in rows if row.parent}
    named = set(session.scalars(select(SupplierName.supplier_id).where(SupplierName.core == _any(cores))))
    ids = named | _with_numbers(rows) | _nearly(cores)
    return _ledger_of(ids)


def _any(texts: Iterable[str]) -> Any:
    return any_(literal(list(texts), ARRAY(Text)))


def _with_numbers(rows: Sequence[RowFacts]) -> set[UUID]:
    numbers = [(one.scheme, one.value) for row in rows for one in row.identifiers]
    if not numbers:
        return set()
    schemes, values = zip(*numbers, strict=True)
    wanted = func.unnest(literal(list(schemes), ARRAY(Text)), literal(list(values), ARRAY(Text)))
    pairs = wanted.table_valued("scheme", "value").render_derived()
    held = select(SupplierIdentifier.supplier_id).where(
        tuple_(SupplierIdentifier.scheme, SupplierIdentifier.value).in_(select(pairs.c.scheme, pairs.c.value))
    )
    return set(session.scalars(held))


def _nearly(cores: set[str]) -> set[UUID]:
    """Suppliers whose name is alike to one of these. A slip leaves a name's beginning or its end as it is, so those
    are fetched that share either, and compared here: one pass, whatever the number of rows.
    """
    beginnings = {word[:AFFIX] for one in cores for word in one.split()}
    endings = {one[-AFFIX:] for one in cores}
    keys: dict[str, list[str]] = {}
    for one in cores:
        for key in slip_keys(one):
            keys.setdefault(key, []).append(one)
    candidates = session.execute(
        select(SupplierName.core, SupplierName.supplier_id).where(
            or_(
                func.left(func.split_part(SupplierName.core, " ", 1), AFFIX) == _any(beginnings),
                func.right(SupplierName.core, AFFIX) == _any(endings),
            )
        ),
        execution_options={"yield_per": CHUNK},
    )
    found = set()
    for other, supplier_id in candidates:
        if other not in cores and any(alike(one, other) for key in slip_keys(other) for one in keys.get(key, ())):
            found.add(supplier_id)
    return found


def _ledger_of(ids: set[UUID]) -> Ledger:
    """The suppliers with their names, numbers, sites, roles and whether they have a parent."""
    wanted = any_(literal(list(ids), ARRAY(PgUuid)))
    entries: dict[UUID, Entry] = {}
    for one in session.execute(
        select(Supplier.id, Supplier.legal_name, Supplier.country, Supplier.parent_id).where(Supplier.id == wanted)
    ):
        entries[one.id] = Entry(one.legal_name, one.country, id=one.id, has_parent=one.parent_id is not None)
    names = select(SupplierName.supplier_id, SupplierName.kind, SupplierName.name)
    for supplier_id, kind, name in session.execute(names.where(SupplierName.supplier_id == wanted)):
        entries[supplier_id].names.add((kind, name))
    numbers = select(SupplierIdentifier.supplier_id, SupplierIdentifier.scheme, SupplierIdentifier.value)
    for supplier_id, scheme, value in session.execute(numbers.where(SupplierIdentifier.supplier_id == wanted)):
        entries[supplier_id].numbers.add(Identifier(scheme, value))
    for supplier_id, address in session.execute(
        select(Site.supplier_id, Site.address).where(Site.supplier_id == wanted)
    ):
        entries[supplier_id].sites.add(norm(address) or address)
    roles = select(SupplierRole.supplier_id, SupplierRole.role).where(SupplierRole.supplier_id == wanted)
    for supplier_id, role in session.execute(roles):
        entries[supplier_id].roles.add(role)
    ledger = Ledger()
    for entry in entries.values():
        ledger.add(entry)
    return ledger


def owners_of(ids: set[UUID]) -> dict[UUID, UUID]:
    """supplier -> parent for these suppliers, for their parents, and so on upward."""
    first = select(Supplier.id, Supplier.parent_id).where(
        Supplier.id == any_(literal(list(ids), ARRAY(PgUuid))), Supplier.parent_id.is_not(None)
    )
    line = first.cte("line", recursive=True)
    line = line.union(
        select(Supplier.id, Supplier.parent_id)
        .join(line, Supplier.id == line.c.parent_id)
        .where(Supplier.parent_id.is_not(None))
    )
    return {one.id: one.parent_id for one in session.execute(select(line.c.id, line.c.parent_id))}

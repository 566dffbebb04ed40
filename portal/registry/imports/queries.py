"""Every SELECT on imports; they belong to one authority and are never shared."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Row, Select, select

from portal.access.actor import Actor
from portal.db import session
from portal.errors import NotFound
from portal.registry.models import ImportRow, Supplier, SupplierImport
from portal.registry.rules import RowOutcome
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 50
EXPORT_CHUNK = 2_000


def visible_imports(actor: Actor) -> Select[SupplierImport]:
    """The imports of the actor's authority; all of them for system actors."""
    query = select(SupplierImport)
    return query if actor.is_system else query.where(SupplierImport.owner_id == actor.authority_id)


def get_import(actor: Actor, import_id: UUID) -> SupplierImport:
    """One import, or NotFound when there is none for this actor."""
    found = session.scalar(visible_imports(actor).where(SupplierImport.id == import_id))
    if found is None:
        raise NotFound
    return found


def list_imports(actor: Actor, cursor: str | None = None) -> Page[SupplierImport]:
    """Our imports, the newest first."""
    query = visible_imports(actor)
    if key := read_cursor(cursor, UUID):
        query = query.where(SupplierImport.id < key[0])  # UUIDv7: by time
    rows = session.scalars(query.order_by(SupplierImport.id.desc()).limit(PAGE_SIZE + 1)).all()
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].id) if more else None)


def remembered(actor: Actor, columns: Sequence[str]) -> SupplierImport | None:
    """Our latest import of a list with these very columns, whose choices are offered again."""
    recent = (
        visible_imports(actor).where(SupplierImport.mapping != {}).order_by(SupplierImport.id.desc()).limit(PAGE_SIZE)
    )
    return next((one for one in session.scalars(recent) if [c["name"] for c in one.columns] == list(columns)), None)


def report_rows(found: SupplierImport, outcome: RowOutcome | None, cursor: str | None = None) -> Page[ImportRow]:
    """The rows of the report in the order of the file, of one outcome if asked for."""
    query = select(ImportRow).where(ImportRow.import_id == found.id)
    if outcome:
        query = query.where(ImportRow.outcome == outcome)
    if key := read_cursor(cursor, int):
        query = query.where(ImportRow.row > key[0])
    rows = session.scalars(query.order_by(ImportRow.row).limit(PAGE_SIZE + 1)).all()
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].row) if more else None)


def export_rows(found: SupplierImport) -> Iterator[Row[ImportRow, str | None]]:
    """(row, name of the supplier that it makes, matches or looks like) of the whole report."""
    after = 0
    while True:
        chunk = session.execute(
            select(ImportRow, Supplier.legal_name)
            .outerjoin(Supplier, Supplier.id == ImportRow.supplier_id)
            .where(ImportRow.import_id == found.id, ImportRow.row > after)
            .order_by(ImportRow.row)
            .limit(EXPORT_CHUNK)
        ).all()
        yield from chunk
        if len(chunk) < EXPORT_CHUNK:
            return
        after = chunk[-1][0].row

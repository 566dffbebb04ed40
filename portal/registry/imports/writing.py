"""Writes a plan: the report's rows, and, when it is applied, the suppliers and their facts, in a few statements."""

from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, func, insert, select, update

from portal.db import session
from portal.registry.imports.ledger import Entry
from portal.registry.imports.plan import Plan
from portal.registry.models import ImportRow, Site, Supplier, SupplierIdentifier, SupplierImport, SupplierName
from portal.registry.names import core, norm, sort_key


def write_report(found: SupplierImport, plan: Plan) -> None:
    """Replace the report by the plan's rows."""
    session.execute(delete(ImportRow).where(ImportRow.import_id == found.id))
    _insert(
        ImportRow,
        [
            {
                "import_id": found.id,
                "row": row.row,
                "outcome": row.outcome,
                "name": row.name,
                "cell": row.cell,
                "reason": row.reason,
                "params": dict(row.params),
                "supplier_id": row.entry.id if row.entry else None,
            }
            for row in plan.rows
        ],
    )
    found.counts = plan.counts()


def write_suppliers(found: SupplierImport, plan: Plan) -> None:
    """Add what the plan adds to the registry; the new suppliers get their ids."""
    for entry, supplier_id in zip(plan.made, _new_ids(len(plan.made)), strict=True):
        entry.id = supplier_id
    touched = [*plan.made, *plan.matched.values()]
    stamp = {"source": found.source, "source_date": found.source_date, "entered_by_id": found.owner_id}
    _insert(Supplier, [_supplier(entry, found.owner_id) for entry in plan.made])
    _insert(SupplierName, [name | stamp for entry in touched for name in _names(entry)])
    _insert(SupplierIdentifier, [number | stamp for entry in touched for number in _numbers(entry)])
    _insert(Site, [site | stamp for entry in touched for site in _sites(entry)])
    if plan.parents:
        table: Any = Supplier.__table__
        own = update(table).where(table.c.id == bindparam("supplier"))
        session.execute(
            own.values(parent_id=bindparam("parent"), version=table.c.version + 1),
            [{"supplier": entry.id, "parent": parent.id} for entry, parent in plan.parents],
        )


def _new_ids(count: int) -> list[UUID]:
    return list(session.scalars(select(func.uuidv7()).select_from(func.generate_series(1, count))))


def _supplier(entry: Entry, owner_id: UUID) -> dict[str, Any]:
    return {
        "id": entry.id,
        "legal_name": entry.name,
        "sort_key": sort_key(entry.name),
        "country": entry.country,
        "brought_in_by_id": owner_id,
        "version": 1,
    }


def _names(entry: Entry) -> list[dict[str, Any]]:
    return [
        {"supplier_id": entry.id, "name": name, "kind": kind, "norm": norm(name), "core": core(name)}
        for kind, name in entry.new_names
    ]


def _numbers(entry: Entry) -> list[dict[str, Any]]:
    return [{"supplier_id": entry.id, "scheme": one.scheme, "value": one.value} for one in entry.new_numbers]


def _sites(entry: Entry) -> list[dict[str, Any]]:
    return [
        {
            "supplier_id": entry.id,
            "name": site.name,
            "address": site.address,
            "city": site.city,
            "country": site.country,
            "sector": site.sector,
        }
        for site in entry.new_sites
    ]


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    table: Table = model.__table__
    if rows:
        session.execute(insert(table), rows)

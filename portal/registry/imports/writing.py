"""Writes a plan: the report's rows, and, when it is applied, the suppliers and their facts, in a few statements."""

from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, func, insert, select, update

from portal.db import plan_anew, session
from portal.registry.identity.models import StatedFact, SupplierRelation, SupplierRole
from portal.registry.identity.ownership import lock_ownership
from portal.registry.identity.rules import FactField, RelationKind
from portal.registry.imports.ledger import Entry
from portal.registry.imports.plan import Plan
from portal.registry.models import ImportRow, Site, Supplier, SupplierIdentifier, SupplierImport, SupplierName
from portal.registry.names import core, norm, sort_key

BATCH = 1_000  # rows that one statement stores


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


class Origin(Protocol):
    """Where facts come from: a list, or a notice."""

    source: Any
    source_date: Any
    owner_id: Any


def write_suppliers(found: Origin, plan: Plan) -> None:
    """Add what the plan adds to the registry; the new suppliers get their ids."""
    lock_ownership()
    for entry, supplier_id in zip(plan.made, _new_ids(len(plan.made)), strict=True):
        entry.id = supplier_id
    touched = [*plan.made, *plan.matched.values()]
    stamp = {"source": found.source, "source_date": found.source_date, "entered_by_id": found.owner_id}
    _insert(Supplier, [_supplier(entry, found.owner_id) for entry in plan.made])
    _insert(SupplierName, [name | stamp for entry in touched for name in _names(entry)])
    _insert(SupplierIdentifier, [number | stamp for entry in touched for number in _numbers(entry)])
    _insert(Site, [site | stamp for entry in touched for site in _sites(entry)])
    _insert(SupplierRole, [role | stamp for entry in touched for role in _roles(entry)])
    _insert(StatedFact, [fact | stamp for entry in plan.made for fact in _facts(entry)])
    if plan.parents:
        table: Any = Supplier.__table__
        own = update(table).where(table.c.id == bindparam("supplier"))
        session.execute(
            own.values(parent_id=bindparam("parent"), version=table.c.version + 1),
            [{"supplier": entry.id, "parent": parent.id} for entry, parent in plan.parents],
        )
        _state_parents(found, plan, stamp)


def _state_parents(found: Origin, plan: Plan, stamp: dict[str, Any]) -> None:
    """The authority states these parents now, in place of what it stated before."""
    edges: Any = SupplierRelation.__table__
    direct = {"kind": RelationKind.DIRECT_PARENT}
    said = edges.c.ended_on.is_(None) & (edges.c.kind == direct["kind"]) & (edges.c.entered_by_id == found.owner_id)
    children = [entry.id for entry, _parent in plan.parents]
    session.execute(update(edges).where(said, edges.c.child_id.in_(children)).values(ended_on=found.source_date))
    _insert(
        SupplierRelation,
        [{"child_id": entry.id, "parent_id": parent.id} | direct | stamp for entry, parent in plan.parents],
    )


def leis_of(plan: Plan) -> dict[str, UUID]:
    """Which supplier got which LEI, once the plan is written."""
    touched = [*plan.made, *plan.matched.values()]
    return {one.value: entry.id for entry in touched for one in entry.new_numbers if one.scheme == "lei" and entry.id}


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


def _facts(entry: Entry) -> list[dict[str, Any]]:
    stated = {FactField.LEGAL_NAME: entry.name, FactField.COUNTRY: entry.country}
    return [{"supplier_id": entry.id, "field": field, "value": value} for field, value in stated.items() if value]


def _numbers(entry: Entry) -> list[dict[str, Any]]:
    return [{"supplier_id": entry.id, "scheme": one.scheme, "value": one.value} for one in entry.new_numbers]


def _roles(entry: Entry) -> list[dict[str, Any]]:
    return [{"supplier_id": entry.id, "role": role} for role in entry.new_roles]


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
    """Store the rows, many in one statement (as RETURNING makes SQLAlchemy do): triggers then run once for all."""
    table: Table = model.__table__
    for start in range(0, len(rows), BATCH):
        plan_anew()
        session.execute(insert(table).returning(*table.primary_key), rows[start : start + BATCH])

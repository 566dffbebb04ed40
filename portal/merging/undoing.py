"""Takes back what a merge did (moving.py), step by step in reverse; what came since stays with the kept record."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, func, literal, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB

from portal.db import Base, session
from portal.merging.moving import Step
from portal.registry.models import Supplier, SupplierName
from portal.registry.queries import ancestors_of
from portal.registry.rules import NameKind

_SUPPLIER: Any = Supplier.__table__
_NAME: Any = SupplierName.__table__


def undo(kept: UUID, merged: UUID, steps: list[Step]) -> None:
    """Restore both records. The merged one gets exactly its legal name back; the kept one keeps a newer one."""
    for step in reversed(steps):
        match step["do"]:
            case "changed":
                _change_back(step)
            case "moved":
                _move_back(step)
            case "shadowed":
                _put_back(step["table"], step["rows"])
            case "legal" if step["supplier"] == str(merged) or not _has_legal_name(kept):
                _put_back("supplier_name", step["rows"], replace=True)
    for supplier_id in (kept, merged):
        if supplier_id in ancestors_of(supplier_id):  # owners changed since, and the old one would close a circle
            session.execute(update(_SUPPLIER).where(_SUPPLIER.c.id == supplier_id).values(parent_id=None))


def _change_back(step: Step) -> None:
    """Fields that somebody changed since stay as they are."""
    row = _SUPPLIER.c.id == UUID(step["supplier"])
    for name, before in step["before"].items():
        column = _SUPPLIER.c[name]
        unchanged = column.is_not_distinct_from(cast(literal(step["after"][name], Text), column.type))
        statement = update(_SUPPLIER).where(row, unchanged)
        session.execute(statement.values({column: cast(literal(before, Text), column.type)}))
    session.execute(update(_SUPPLIER).where(row).values(version=_SUPPLIER.c.version + 1))


def _move_back(step: Step) -> None:
    """Rows that went elsewhere since, or are gone, stay so."""
    table_name, column_name = step["column"].split(".")
    table = Base.metadata.tables[table_name]
    column = table.c[column_name]
    listed = func.jsonb_array_elements(cast(step["keys"], JSONB)).table_valued("value")
    parts = [listed.c.value.op("->>")(text(str(number))) for number in range(len(table.primary_key.columns))]
    key = tuple_(*(cast(one, Text) for one in table.primary_key.columns))
    session.execute(
        update(table).where(column == UUID(step["to"]), key.in_(select(*parts))).values({column: UUID(step["from"])})
    )


def _put_back(table_name: str, rows: list[dict[str, Any]], *, replace: bool = False) -> None:
    """Insert saved rows again; one whose place was taken since stays away, or is replaced where told so."""
    table = Base.metadata.tables[table_name]
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    conflict = "DO NOTHING"
    if replace:
        conflict = "(id) DO UPDATE SET supplier_id = excluded.supplier_id, kind = excluded.kind"
        conflict += ", valid_to = excluded.valid_to"
    statement = text(
        f"INSERT INTO {table.name} ({names}) SELECT {names}"  # noqa: S608 - names of our own schema
        f" FROM jsonb_populate_recordset(NULL::{table.name}, cast(:rows AS jsonb)) ON CONFLICT {conflict}"
    )
    session.execute(statement.bindparams(rows=json.dumps(rows)))


def _has_legal_name(supplier_id: UUID) -> bool:
    legal = select(_NAME.c.id).where(_NAME.c.supplier_id == supplier_id, _NAME.c.kind == NameKind.LEGAL)
    return session.scalar(select(legal.exists())) or False

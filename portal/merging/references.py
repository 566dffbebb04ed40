"""Which columns refer to a supplier, taken from the models, so that a merge forgets none that is added later."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, Index, Table, UniqueConstraint

from portal.db import Base
from portal.registry.models import Supplier

SUPPLIER = Base.metadata.tables[Supplier.__tablename__]

# They say what was merged into what, or what was decided on two records as they were, so they stay as they are.
STAY = frozenset(
    {
        "supplier.merged_into_id",
        "supplier_merge.kept_id",
        "supplier_merge.merged_id",
        "supplier_pair.low_id",
        "supplier_pair.high_id",
    }
)


@dataclass(frozen=True)
class Reference:
    """A column of a table that refers to a supplier."""

    table: Table
    column: Column[object]

    def __str__(self) -> str:
        return f"{self.table.name}.{self.column.name}"


def references(target: Table = SUPPLIER) -> list[Reference]:
    """Every column that refers to the target's id and goes along in a merge, in a fixed order."""
    found = (
        Reference(table, key.parent)
        for table in Base.metadata.tables.values()
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
        if key.column is target.c.id
    )
    return sorted((one for one in found if str(one) not in STAY), key=str)


def uniques(reference: Reference) -> Iterator[tuple[list[Column[object]], object]]:
    """What must be unique a supplier: the other columns, and the condition of a partial index where there is one."""
    table, column = reference.table, reference.column
    keys: list[tuple[list[Column[object]], object]] = [(list(table.primary_key.columns), None)]
    keys += [(list(one.columns), None) for one in table.constraints if isinstance(one, UniqueConstraint)]
    keys += [
        ([table.c[one.name] for one in index.columns], index.dialect_options["postgresql"]["where"])
        for index in sorted(table.indexes, key=lambda index: str(index.name))
        if isinstance(index, Index) and index.unique
    ]
    for columns, where in keys:
        if column in columns:
            yield [one for one in columns if one is not column], where

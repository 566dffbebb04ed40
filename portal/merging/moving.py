"""Moves everything from one supplier to another and back, by the schema: no table has to be named here.

Each change is a step of the ledger, as JSON; undoing takes the steps in reverse. Run it as the system, with both
suppliers locked: the rows belong to all authorities.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, Text, and_, cast, delete, func, literal_column, select, text, true, update

from portal.db import session
from portal.merging.references import Reference, references, uniques
from portal.registry.identity.models import StatedFact
from portal.registry.models import Supplier, SupplierName
from portal.registry.rules import NameKind

Step = dict[str, Any]

_SUPPLIER: Any = Supplier.__table__
_NAME: Any = SupplierName.__table__


class Mover:
    """Moves what refers to `merged` to `kept`; `steps` say what was done.

    `taken` are the fields (identity.rules.FactField) of which the merged record's statement wins.
    """

    def __init__(self, kept: UUID, merged: UUID, taken: frozenset[str]) -> None:
        self.kept, self.merged, self.taken = kept, merged, taken
        self.steps: list[Step] = []

    def settle_names(self, *, take_name: bool) -> None:
        """One of the two legal names counts; the other one becomes a trading name, or goes if it says nothing new."""
        for supplier_id in (self.kept, self.merged):
            legal = (_NAME.c.supplier_id == supplier_id) & (_NAME.c.kind == NameKind.LEGAL)
            self.steps.append({"do": "legal", "supplier": str(supplier_id), "rows": self._rows(_NAME, legal)})
        loser = self.kept if take_name else self.merged
        other = _NAME.alias()
        said = select(other.c.id).where(
            other.c.supplier_id.in_((self.kept, self.merged)), other.c.id != _NAME.c.id, other.c.name == _NAME.c.name
        )
        legal = (_NAME.c.supplier_id == loser) & (_NAME.c.kind == NameKind.LEGAL)
        session.execute(delete(_NAME).where(legal, said.exists()))
        session.execute(update(_NAME).where(legal).values(kind=NameKind.TRADING))

    def move_all(self) -> None:
        """Move every row of every table that refers to a supplier."""
        found = references()
        for table in dict.fromkeys(one.table for one in found):
            columns = [one.column for one in found if one.table is table]
            if table is not _SUPPLIER and len(columns) > 1:
                self._shadow_between(table, columns)
        for reference in found:
            self._shadow_twins(reference)
            self._move(reference)

    def change(self, supplier_id: UUID, **values: Any) -> None:
        """Set fields of a supplier; its version counts on, so that an edit begun before is refused."""
        row = _SUPPLIER.c.id == supplier_id
        columns = [_SUPPLIER.c[name] for name in values]
        before = session.scalar(select(_json(columns)).where(row))
        session.execute(update(_SUPPLIER).where(row).values(**values, version=_SUPPLIER.c.version + 1))
        after = session.scalar(select(_json(columns)).where(row))
        self.steps.append({"do": "changed", "supplier": str(supplier_id), "before": before, "after": after})

    def _shadow_between(self, table: Table, columns: list[Column[Any]]) -> None:
        """Rows that refer to both say nothing of one company."""
        both = (self.kept, self.merged)
        rows = and_(*(column.in_(both) for column in columns))
        self._shadow(table, rows)

    def _shadow_twins(self, reference: Reference) -> None:
        """Rows of which the database allows one a supplier: where both have one, that of the kept record stays."""
        table, name = reference.table, reference.column.name
        key = list(table.primary_key.columns)
        for others, where in uniques(reference):
            rows = select(table)
            if where is not None:
                rows = rows.where(text(str(where)))
            mine = rows.where(table.c[name] == self.kept).subquery()
            theirs = rows.where(table.c[name] == self.merged).subquery()
            same = and_(true(), *(mine.c[one.name] == theirs.c[one.name] for one in others))
            pairs = session.execute(
                select(*(mine.c[one.name] for one in key), *(theirs.c[one.name] for one in key)).select_from(
                    mine.join(theirs, same)
                )
            ).all()
            for pair in pairs:
                stays, goes = tuple(pair[: len(key)]), tuple(pair[len(key) :])
                if self._theirs_wins(table, goes):
                    stays, goes = goes, stays
                if "id" in table.c:
                    self._point_at_twin(table, goes[0], stays[0])
                self._shadow(table, and_(*(one == value for one, value in zip(key, goes, strict=True))))

    def _theirs_wins(self, table: Table, key: tuple[Any, ...]) -> bool:
        return table is StatedFact.__table__ and session.get_one(StatedFact, key[0]).field in self.taken

    def _point_at_twin(self, table: Table, goes: UUID, stays: UUID) -> None:
        """What refers to a row that goes, as an audit does to a site, refers to the row that stays."""
        for inward in references(table):
            keys = _update(inward, goes, stays)
            if keys:
                self.steps.append(
                    {"do": "moved", "column": str(inward), "keys": keys, "from": str(goes), "to": str(stays)}
                )

    def _shadow(self, table: Table, rows: Any) -> None:
        if saved := self._rows(table, rows):
            session.execute(delete(table).where(rows))
            self.steps.append({"do": "shadowed", "table": table.name, "rows": saved})

    def _rows(self, table: Table, rows: Any) -> list[Any]:
        return list(session.scalars(select(_json(list(table.columns))).where(rows).order_by(*table.primary_key)))

    def _move(self, reference: Reference) -> None:
        # The two records themselves have their fields changed one by one.
        but = _SUPPLIER.c.id.not_in((self.kept, self.merged)) if reference.table is _SUPPLIER else None
        if keys := _update(reference, self.merged, self.kept, but):
            moved = {"do": "moved", "column": str(reference), "keys": keys}
            self.steps.append(moved | {"from": str(self.merged), "to": str(self.kept)})


def _update(reference: Reference, before: UUID, after: UUID, condition: Any = None) -> list[list[str]]:
    """Point the column at another record; the primary keys of the rows, as text."""
    table, column = reference.table, reference.column
    statement = update(table).where(column == before).values({column: after})
    if condition is not None:
        statement = statement.where(condition)
    keys = [cast(one, Text) for one in table.primary_key.columns]
    return [list(row) for row in session.execute(statement.returning(*keys))]


def _json(columns: Iterable[Column[Any]]) -> Any:
    pairs: list[Any] = []
    for one in columns:
        pairs += [literal_column(f"'{one.name}'"), one]
    return func.jsonb_build_object(*pairs)

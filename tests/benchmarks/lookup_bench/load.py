"""Loads the corpus by COPY, as the tables stand, and tells what that took."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

import psycopg

from portal.registry.names import sort_key
from tests.benchmarks.lookup_bench import corpus

Connection = psycopg.Connection[tuple[object, ...]]

SOURCE = ("benchmark", "2026-01-01")
COPIES = {
    "supplier": "id, legal_name, sort_key, country, version",
    "supplier_name": "supplier_id, name, kind, norm, core, source, source_date",
    "supplier_identifier": "supplier_id, scheme, value, source, source_date",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load took: seconds of the whole, and of the names with everything kept about them."""

    seconds: float
    names_seconds: float
    names: int


def load(connection: Connection, companies: list[corpus.Company], names: Iterable[corpus.Name]) -> Loaded:
    """Write suppliers, names and numbers in one transaction, then let statistics and counts follow."""
    began = time.perf_counter()
    suppliers = (
        (corpus.supplier_id(number), one.name, sort_key(one.name), one.country or None, 1)
        for number, one in enumerate(companies)
    )
    _copy(connection, "supplier", suppliers)
    at_names = time.perf_counter()
    rows = ((corpus.supplier_id(one.supplier), one.name, one.kind, one.norm, one.core, *SOURCE) for one in names)
    count = _copy(connection, "supplier_name", rows)
    names_seconds = time.perf_counter() - at_names
    _copy(connection, "supplier_identifier", _numbers(companies))
    connection.commit()
    seconds = time.perf_counter() - began
    return Loaded(seconds, names_seconds, count)


def _numbers(companies: list[corpus.Company]) -> Iterable[tuple[object, ...]]:
    taken: set[str] = set()
    for number, one in enumerate(companies):
        for scheme, value in (("lei", one.lei), ("vat", one.vat)):
            if value and value not in taken:
                taken.add(value)
                yield (corpus.supplier_id(number), scheme, value, *SOURCE)


def _copy(connection: Connection, table: str, rows: Iterable[tuple[object, ...]]) -> int:
    count = 0
    with connection.cursor().copy(f"COPY {table} ({COPIES[table]}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count

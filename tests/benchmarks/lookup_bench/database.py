"""A server for the benchmark, as `make run` starts it, with the product's schema and the corpus in it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from portal.embedded.postgres import EmbeddedPostgres
from portal.embedded.roles import APP, DATABASE, OWNER, prepare_embedded
from portal.migrate import upgrade

PASSWORD = "benchmark"
INDEXES = (
    "ix_supplier_name_words",
    "ix_supplier_name_norm",
    "ix_supplier_name_core",
    "ix_supplier_name_initials",
    "registry_word",
)


@dataclass(frozen=True)
class Database:
    """Where it is, for the owner and for the app."""

    owner_url: str
    app_url: str

    def run(self, *statements: str) -> None:
        """As the owner, each statement by itself."""
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def sizes(self, names: Sequence[str]) -> dict[str, float]:
        """MB of these indexes and tables, tables with all that belongs to them."""
        with psycopg.connect(self.owner_url) as connection:
            rows = connection.execute(
                "SELECT relname, pg_total_relation_size(oid) / 1e6 FROM pg_class WHERE relname = ANY(%s)",
                (list(names),),
            ).fetchall()
        return {name: float(size) for name, size in rows}


@contextmanager
def database(folder: Path) -> Iterator[Database]:
    """A new one; it is gone at the end."""
    with EmbeddedPostgres(folder / "postgres", durable=False) as server:
        prepare_embedded(server.address, owner_password=PASSWORD, app_password=PASSWORD)
        made = Database(server.url(OWNER, PASSWORD, DATABASE), server.url(APP, PASSWORD, DATABASE))
        prepare_owner = "GRANT CONNECT ON DATABASE portal TO portal_owner"
        with psycopg.connect(server.address, autocommit=True) as connection:
            connection.execute(prepare_owner)
        upgrade(made.owner_url)
        yield made

"""The registry's export over HTTP as CSV and XLSX: seconds, and the memory on top of the application's."""

import resource
import tempfile
import time
from pathlib import Path

import psycopg
from flask import Flask

from portal.embedded.postgres import EmbeddedPostgres
from portal.embedded.valkey import EmbeddedValkey
from portal.migrate import upgrade
from portal.settings import Settings
from tests.client import sign_in
from tests.conftest import _insert_network
from tests.servers import OWNER_PASSWORD, Servers, create_database

SIZES = (20_000, 100_000)
GOAL = 10.0  # seconds for the first size

# Each supplier: a former name, a LEI-like and a VAT-like number; each fourth is followed, bought from and assessed.
FILL = """
INSERT INTO supplier (legal_name, sort_key, country, version)
  SELECT 'Firm ' || n || ' AB', 'firm ' || lpad(n::text, 7, '0'), 'SE', 1
  FROM generate_series(%(first)s::int, %(last)s::int) n;
INSERT INTO supplier_name (supplier_id, name, kind, norm, core, source, source_date)
  SELECT id, kind || ' ' || legal_name, kind, kind || ' ' || sort_key, kind || ' ' || sort_key, 'bench', '2026-01-01'
  FROM supplier, unnest(ARRAY['legal', 'former']) kind WHERE sort_key >= %(start)s;
INSERT INTO supplier_identifier (supplier_id, scheme, value, source, source_date)
  SELECT id, scheme, upper(scheme) || sort_key, 'bench', '2026-01-01'
  FROM supplier, unnest(ARRAY['se.orgnr', 'vat']) scheme WHERE sort_key >= %(start)s;
INSERT INTO follow (authority_id, supplier_id)
  SELECT a.id, s.id FROM authority a, supplier s WHERE sort_key >= %(start)s AND right(sort_key, 2)::int %% 4 = 0;
INSERT INTO contract (supplier_id, owner_id, audience, number, title, product_group, starts_on, version)
  SELECT s.id, a.id, 'members', s.sort_key, 'Laptops', 'computers', '2026-01-01', 1
  FROM supplier s, authority a
  WHERE a.slug = 'oslo' AND sort_key >= %(start)s AND right(sort_key, 2)::int %% 4 = 0;
INSERT INTO supplier_assessment (supplier_id, owner_id, audience, as_of, product_group, rubric_version, version)
  SELECT s.id, a.id, 'members', '2026-03-01', 'computers', '1', 1 FROM supplier s, authority a
  WHERE a.slug = 'oslo' AND sort_key >= %(start)s AND right(sort_key, 2)::int %% 4 = 0;
"""


def run() -> None:
    """Print each size and kind; a first size above the goal is said so."""
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres,
        EmbeddedValkey(Path(folder) / "valkey", durable=False) as valkey,
    ):
        address = postgres.address.split("@")[1].split("/")[0]
        servers = Servers(postgres.address, address, valkey.address)
        app = _app(servers)
        for before, size in zip((0, *SIZES), SIZES, strict=False):
            with psycopg.connect(servers.superuser_url.rpartition("/")[0] + "/bench", autocommit=True) as connection:
                values = {"first": before + 1, "last": size, "start": f"firm {before + 1:07d}"}
                for statement in FILL.split(";\n"):
                    connection.execute(statement, values)
                connection.execute("ANALYZE")
            for kind in ("csv", "xlsx"):
                _measure(app, kind, size)


def _app(servers: Servers) -> Flask:
    with psycopg.connect(servers.superuser_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE portal_owner LOGIN PASSWORD '{OWNER_PASSWORD}'")
        connection.execute("CREATE ROLE portal_app LOGIN NOBYPASSRLS PASSWORD 'app-password'")
    create_database(servers, "bench")
    upgrade(servers.owner_url("bench"))
    with psycopg.connect(servers.app_url("bench")) as connection:
        _insert_network(connection)
    from portal.app import create_app

    app = create_app(
        Settings(
            app_database_url=servers.app_url("bench"),
            redis_url=servers.redis_url,
            secret_key="bench",
            security_password_salt="bench",
            secure_cookies=False,
        )
    )
    app.config["TESTING"] = True
    return app


def _measure(app: Flask, kind: str, size: int) -> None:
    client = sign_in(app, "stockholm-officer")
    client.get("/suppliers")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    first = 0.0
    total = 0
    with client.get(f"/suppliers/export.{kind}") as answer:
        for piece in answer.iter_encoded():
            first = first or time.perf_counter() - start
            total += len(piece)
    seconds = time.perf_counter() - start
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    missed = "" if size != SIZES[0] or seconds < GOAL else f"  ABOVE THE GOAL of {GOAL:.0f} s"
    print(
        f"{size:>8,} suppliers as {kind:<4}: {seconds:5.1f} s, first byte after {first:.1f} s,"
        f" {total / 2**20:.1f} MiB, {more:+.0f} MiB of memory{missed}"
    )

"""Migrations: numbered, one head, equal to the models; tenant-owned tables are under row-level security."""

import re

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from portal.migrate import alembic_config
from portal.schema import metadata
from tests.servers import Servers

# Owner-like columns on tables that all members see whole, or that belong to the kernel.
SHARED_BY_ALL = {"membership", "follow"}
TENANT_COLUMNS = {"owner_id", "authority_id"}


def test_one_head_and_numbered_files() -> None:
    script = ScriptDirectory.from_config(alembic_config())
    assert len(script.get_heads()) == 1
    for revision in script.walk_revisions():
        assert re.fullmatch(r"\d{4}", revision.revision)
        assert revision.path.rsplit("/", 1)[-1].startswith(f"{revision.revision}_")


def test_models_equal_migrations(servers: Servers, template: str) -> None:
    engine = create_engine(servers.owner_url(template))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [
            difference
            for difference in compare_metadata(context, metadata)
            if not (difference[0] == "remove_table" and difference[1].name == "alembic_version")
        ]
    engine.dispose()
    assert differences == []


def test_tenant_owned_tables_are_under_forced_row_level_security(servers: Servers, template: str) -> None:
    owned = {
        table.name
        for table in metadata.tables.values()
        if TENANT_COLUMNS & set(table.columns.keys()) and table.name not in SHARED_BY_ALL
    }
    children = {
        table.name
        for table in metadata.tables.values()
        if any(key.column.table.name in owned and key.ondelete == "CASCADE" for key in table.foreign_keys)
    }
    with psycopg.connect(servers.owner_url(template)) as connection:
        secured = {
            name
            for (name,) in connection.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND relforcerowsecurity"
            )
        }
    assert owned | children <= secured


def test_the_app_connects_as_a_role_without_bypass(servers: Servers, template: str) -> None:
    with psycopg.connect(servers.app_url(template)) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        owned = connection.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user").fetchone()
    assert row == (False, False, False, False)
    assert owned == (0,)


@pytest.mark.parametrize("statement", ["UPDATE journal_entry SET action = 'x'", "DELETE FROM journal_entry"])
def test_the_journal_is_append_only(servers: Servers, template: str, statement: str) -> None:
    with (
        psycopg.connect(servers.app_url(template)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)

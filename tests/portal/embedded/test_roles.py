"""The roles behind row-level security, made in three ways: by the start command, on a user's server, in containers."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portal.embedded import roles
from portal.embedded.errors import EmbeddedError
from portal.embedded.places import ROOT
from portal.embedded.postgres import EmbeddedPostgres


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path / "postgres", durable=False) as server:
        yield server


def run_as_superuser(postgres: EmbeddedPostgres, *statements: str) -> None:
    with psycopg.connect(postgres.address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def assert_app_is_held_by_row_level_security(owner_url: str, app_url: str) -> None:
    with psycopg.connect(owner_url) as owner:
        owner.execute("CREATE TABLE note AS SELECT 1 AS n")
        owner.execute("ALTER TABLE note ENABLE ROW LEVEL SECURITY")
        owner.execute("GRANT SELECT ON note TO portal_app")
    with psycopg.connect(app_url) as app:
        assert app.execute("SELECT * FROM note").fetchall() == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mine (n int)")


def test_the_start_command_makes_them_and_sets_new_passwords(postgres: EmbeddedPostgres) -> None:
    for number in (1, 2):
        roles.prepare_embedded(postgres.address, owner_password=f"owner{number}", app_password=f"app{number}")

    assert_app_is_held_by_row_level_security(
        postgres.url("portal_owner", "owner2", "portal"), postgres.url("portal_app", "app2", "portal")
    )
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url("portal_app", "app1", "portal"))


def test_an_owner_who_may_makes_the_apps_role_on_a_server_of_the_users(postgres: EmbeddedPostgres) -> None:
    run_as_superuser(postgres, "CREATE ROLE own LOGIN CREATEROLE PASSWORD 'own'", "CREATE DATABASE d OWNER own")
    owner_url = postgres.url("own", "own", "d")

    app_url = roles.app_url_on_external_server(owner_url, "app")

    assert_app_is_held_by_row_level_security(owner_url, app_url)


def test_an_owner_who_may_not_is_told_what_an_administrator_has_to_do(postgres: EmbeddedPostgres) -> None:
    run_as_superuser(postgres, "CREATE ROLE own LOGIN PASSWORD 'own'", "CREATE DATABASE d OWNER own")

    with pytest.raises(EmbeddedError, match=r"(?s)permission denied.*ALTER ROLE own CREATEROLE;.*APP_DATABASE_URL"):
        roles.app_url_on_external_server(postgres.url("own", "own", "d"), "app")


def test_a_role_that_could_bypass_row_level_security_is_refused(postgres: EmbeddedPostgres) -> None:
    run_as_superuser(postgres, "CREATE ROLE portal_app LOGIN BYPASSRLS")

    with pytest.raises(EmbeddedError, match="ALTER ROLE portal_app NOSUPERUSER NOBYPASSRLS"):
        roles.app_url_on_external_server(postgres.address, "app")


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(EmbeddedError, match=r"DATABASE_URL \(postgresql://own:\*\*\*@127.0.0.1:1/d\) cannot be used"):
        roles.app_url_on_external_server("postgresql://own:secret@127.0.0.1:1/d", "app")


def test_the_containers_script_makes_the_same_roles(postgres: EmbeddedPostgres) -> None:
    password = psycopg.conninfo.conninfo_to_dict(postgres.address)["password"]
    environment = {
        "PATH": f"{postgres.programs}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(postgres.port),
        "PGPASSWORD": str(password),
        "POSTGRES_USER": "postgres",
        "PORTAL_OWNER_PASSWORD": "own'er",
        "PORTAL_APP_PASSWORD": "app",
    }

    subprocess.run(["/bin/sh", ROOT / "docker" / "postgres-init.sh"], env=environment, check=True)

    assert_app_is_held_by_row_level_security(
        postgres.url("portal_owner", "own%27er", "portal"), postgres.url("portal_app", "app", "portal")
    )

"""The two database roles: an owner that only migrations use, and the application's.

`portal_app` owns nothing and may not bypass row-level security: what the code forgets, the database refuses.
"""

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from portal.embedded.errors import EmbeddedError

Connection = psycopg.Connection[tuple[object, ...]]

OWNER = "portal_owner"
APP = "portal_app"
DATABASE = "portal"


def prepare_embedded(superuser_url: str, *, owner_password: str, app_password: str) -> None:
    """Make roles and database on a server of our own, or set the passwords anew where they exist."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        _login_role(connection, OWNER, owner_password)
        _login_role(connection, APP, app_password)
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            names = sql.Identifier(DATABASE), sql.Identifier(OWNER)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
        _only_app_may_connect(connection)


def app_url_on_external_server(owner_url: str, app_password: str) -> str:
    """Make or update `portal_app` on a server of the user's, as the owner; returns the app's address."""
    url = make_url(owner_url)
    try:
        libpq_url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(libpq_url, autocommit=True, connect_timeout=10) as connection:
            _login_role(connection, APP, app_password)
            _check_harmless(connection)
            names = sql.Identifier(connection.info.dbname), sql.Identifier(APP)
            connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(*names))
    except psycopg.errors.InsufficientPrivilege as error:
        raise EmbeddedError(
            f"The role {url.username!r} of DATABASE_URL may not create or change the role {APP} "
            f"({error.diag.message_primary}). "
            f"Let an administrator do one of these:\n"
            f"  ALTER ROLE {url.username} CREATEROLE;\n"
            f"  CREATE ROLE {APP} LOGIN PASSWORD '...';   then start with its address as APP_DATABASE_URL."
        ) from error
    except psycopg.OperationalError as error:
        raise EmbeddedError(
            f"DATABASE_URL ({url.render_as_string()}) cannot be used: {str(error).strip()}\n"
            "Correct it, or unset it to use the PostgreSQL that comes with the project."
        ) from error
    return url.set(username=APP, password=app_password).render_as_string(hide_password=False)


def _login_role(connection: Connection, role: str, password: str) -> None:
    if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    # Hashed here, so that the password itself appears in no server log.
    hashed = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    connection.execute(
        sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(hashed.decode()))
    )


def _only_app_may_connect(connection: Connection) -> None:
    database, app = sql.Identifier(DATABASE), sql.Identifier(APP)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, app))


def _check_harmless(connection: Connection) -> None:
    mighty = "SELECT 1 FROM pg_roles WHERE rolname = %s AND (rolsuper OR rolbypassrls)"
    if _exists(connection, mighty, APP):
        raise EmbeddedError(
            f"The role {APP} on this server may bypass row-level security: tenants would not be kept apart. "
            f"Let an administrator run: ALTER ROLE {APP} NOSUPERUSER NOBYPASSRLS;"
        )


def _exists(connection: Connection, query: sql.SQL | str, *values: str) -> bool:
    return connection.execute(query, values).fetchone() is not None

"""Bringing a database to the current schema; `portal db upgrade` and the tests use it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, pool, text

ROOT = Path(__file__).resolve().parent.parent


def alembic_config(url: str | None = None) -> Config:
    """Alembic's settings; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("version_path_separator", "os")
    if url:
        config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(owner_url: str) -> None:
    """Run all pending migrations as the owner. The role portal_app must exist."""
    engine = create_engine(owner_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = 'portal_app'")):
            raise RuntimeError("The role portal_app is missing: create it with LOGIN and NOBYPASSRLS, then try again.")
        connection.commit()
        config = alembic_config(owner_url)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


def write_revision(owner_url: str, message: str) -> Path:
    """Write the next numbered revision from the difference between models and database; its path."""
    number = f"{int(head_revision() or 0) + 1:04d}"
    config = alembic_config(owner_url)
    config.set_main_option("file_template", f"{number}_%%(slug)s")
    script = command.revision(config, message=message, autogenerate=True, rev_id=number)
    if script is None or isinstance(script, list):
        raise RuntimeError("Alembic wrote no revision.")
    return Path(script.path)


def head_revision() -> str | None:
    """The newest revision in the code."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def current_revision(connection: Connection) -> str | None:
    """The revision that the database is at."""
    return MigrationContext.configure(connection).get_current_revision()

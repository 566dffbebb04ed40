"""Alembic's entry: connects as the owner, applies each revision in its own transaction with a lock time-out."""

from alembic import context
from sqlalchemy import create_engine, pool, text

from portal.schema import metadata


def _include(obj, name, type_, reflected, compare_to):  # type: ignore[no-untyped-def]
    return not (type_ == "table" and reflected and compare_to is None and name == "alembic_version")


def run() -> None:
    """Run against the connection handed over by portal.migrate, or the configured address."""
    connection = context.config.attributes.get("connection")
    if connection is None:
        engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
        with engine.connect() as connection:
            _migrate(connection)
    else:
        _migrate(connection)


def _migrate(connection) -> None:  # type: ignore[no-untyped-def]
    connection.execute(text("SET lock_timeout = '10s'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=_include,
        transaction_per_migration=True,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run()

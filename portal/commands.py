"""What commands share (a prepared process, an actor) and the kernel's own groups; all stand in portal/cli.py."""

import code
from collections.abc import Iterator
from contextlib import contextmanager

import click

from portal import db, migrate
from portal.access.actor import Actor, system_actor
from portal.authorities.queries import command_actor
from portal.errors import BadInput
from portal.journal.queries import verify_chain
from portal.process import start_process
from portal.settings import get_settings


@contextmanager
def acting(slug: str | None = None) -> Iterator[Actor]:
    """A prepared process acting for an authority, or as the system when no slug is given."""
    start_process(pool_size=2)
    db.set_scope(authority_id=None, system=True)
    actor = command_actor(slug) if slug else system_actor("command line")
    db.session.rollback()
    db.set_scope(authority_id=actor.authority_id, system=actor.is_system)
    try:
        yield actor
    finally:
        db.session.remove()


@click.group("db")
def database() -> None:
    """The database schema."""


@database.command()
def upgrade() -> None:
    """Run pending migrations as the owner (DATABASE_URL)."""
    url = get_settings().database_url
    if not url:
        raise BadInput(
            "DATABASE_URL is not set.",
            remedy="Set it to the owner's address; the app's role may not migrate.",
        )
    migrate.upgrade(url)
    click.echo(f"The schema is at {migrate.head_revision()}.")


@database.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write a new migration from what the models have and the database has not."""
    url = get_settings().database_url
    if not url:
        raise BadInput("DATABASE_URL is not set.", remedy="Set it to the owner's address of a migrated database.")
    click.echo(f"Written: {migrate.write_revision(url, message)}")


@click.command()
def shell() -> None:
    """A Python prompt with `session`, acting as the system; nothing is saved outside `with transaction():`."""
    with acting():
        names = {"session": db.session, "transaction": db.transaction}
        code.interact(banner="Supplier Commons: session, transaction", local=names, exitmsg="")


@click.group()
def journal() -> None:
    """The journal of who did what."""


@journal.command()
def verify() -> None:
    """Recompute the hash chain. Exit 1 if an entry was changed, added or removed."""
    with acting():
        result = verify_chain()
    if result.broken_at is not None:
        click.echo(f"The journal is broken at entry {result.broken_at}: {result.reason}.")
        raise SystemExit(1)
    click.echo(f"The journal is whole: {result.entries} entries.")

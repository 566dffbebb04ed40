"""`portal demo`: fill an empty installation with the demo network, once."""

import click
from sqlalchemy import func, select

from portal import db
from portal.access.actor import system_actor
from portal.app import create_app
from portal.authorities.models import Authority
from portal.demo import content, network
from portal.errors import Conflict


@click.group()
def demo() -> None:
    """The demo network, for trying the portal out."""


@demo.command()
def seed() -> None:
    """Add three authorities, their people and invented suppliers. Does nothing where they are already."""
    app = create_app()
    with app.test_request_context():
        db.set_scope(authority_id=None, system=True)
        slugs = set(db.session.scalars(select(Authority.slug)))
        if slugs == {authority.slug for authority in network.AUTHORITIES}:
            click.echo("The demo network is there already.")
            return
        if slugs:
            raise Conflict("This installation has authorities of its own; the demo is for an empty one.")
        with db.transaction():
            network.seed_network(system_actor("demo seed"))
        content.seed()
        count = db.session.scalar(select(func.count()).select_from(Authority))
        click.echo(f"The demo network is ready: {count} authorities.")


@demo.command()
def accounts() -> None:
    """Print the demo sign-ins, one a line: e-mail, password, who it is."""
    for person in network.people():
        click.echo(f"{person.email:<34} {network.PASSWORD}   {person.title}, {person.where}")

"""`portal network`: members, people and their roles, for whoever runs the installation."""

import secrets

import click
from flask import Flask

from portal import db
from portal.access.actor import Role, system_actor
from portal.accounts.services import add_user
from portal.app import create_app
from portal.authorities import services
from portal.authorities.queries import authority_by_slug

ACTOR = system_actor("command line")


def _app() -> Flask:
    app = create_app()
    db.set_scope(authority_id=None, system=True)
    return app


@click.group()
def network() -> None:
    """Members of the network, their people and roles."""


@network.command("add-authority")
@click.option("--code", required=True, help="Monogram on every page, e.g. STO.")
@click.option("--slug", required=True, help="Short name for the command line, e.g. stockholm.")
@click.option("--name", required=True, help="As it is shown, e.g. Region Stockholm.")
@click.option("--country", required=True, help="ISO 3166 code, e.g. SE.")
@click.option("--locale", default="en", help="sv, nb, ca, es or en.")
@click.option("--timezone", default="Europe/Stockholm")
def add_authority(code: str, slug: str, name: str, country: str, locale: str, timezone: str) -> None:
    """Add a contracting authority."""
    with _app().test_request_context(), db.transaction():
        services.add_authority(
            ACTOR, code=code, slug=slug, name=name, country=country, locale=locale, timezone=timezone
        )
    click.echo(f"{name} is a member.")


@network.command("add-person")
@click.option("--email", required=True)
@click.option("--title", required=True, help="Role title, shown instead of a name.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role if role is not Role.GUEST]))
@click.option("--authority", help="Short name of the authority; operators have none.")
def add_person(email: str, title: str, role: str, authority: str | None) -> None:
    """Add an account with a role, and print its first password."""
    password = secrets.token_urlsafe(12)
    with _app().test_request_context(), db.transaction():
        member = authority_by_slug(authority) if authority else None
        user = add_user(ACTOR, email=email, password=password, display_name=title)
        services.add_membership(ACTOR, user=user, authority=member, role=Role(role))
    click.echo(f"{email} may sign in with the password {password} and should change it.")


@network.command("end-membership")
@click.option("--email", required=True)
def end_membership(email: str) -> None:
    """End all roles of a person; their open sessions end with the next click."""
    with _app().test_request_context(), db.transaction():
        ended = services.end_memberships(ACTOR, email)
    click.echo(f"{ended} memberships ended.")

"""The demo network: three real authorities, one person a role, everything else invented."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import select

from portal import db
from portal.access.actor import Actor, Role
from portal.accounts.models import User
from portal.accounts.services import add_user
from portal.authorities.queries import command_actor
from portal.authorities.services import add_authority, add_membership

PASSWORD = "commons-demo-2026"


@dataclass(frozen=True)
class DemoAuthority:
    """A member of the demo network."""

    code: str
    slug: str
    name: str
    country: str
    locale: str
    timezone: str


AUTHORITIES = (
    DemoAuthority("STO", "stockholm", "Region Stockholm", "SE", "sv", "Europe/Stockholm"),
    DemoAuthority("SVG", "stavanger", "City of Stavanger", "NO", "nb", "Europe/Oslo"),
    DemoAuthority("BCN", "barcelona", "Barcelona City Council", "ES", "ca", "Europe/Madrid"),
)

ROLE_TITLES = {
    Role.READER: "Procurement officer",
    Role.OFFICER: "Sustainability adviser",
    Role.COORDINATOR: "Follow-up coordinator",
    Role.OPERATOR: "Network operator",
}


@dataclass(frozen=True)
class DemoPerson:
    """A sign-in of the demo; `slug` is None for the operator."""

    email: str
    title: str
    role: Role
    slug: str | None
    where: str


def people() -> Iterator[DemoPerson]:
    """One person a role in each authority, and the operator of the network."""
    for authority in AUTHORITIES:
        for role in (Role.OFFICER, Role.COORDINATOR, Role.READER):
            yield DemoPerson(
                f"{role}@{authority.slug}.example", ROLE_TITLES[role], role, authority.slug, authority.name
            )
    yield DemoPerson("operator@commons.example", ROLE_TITLES[Role.OPERATOR], Role.OPERATOR, None, "the network")


def seed_network(actor: Actor) -> None:
    """Add the authorities and people. Inside an app context and the boundary."""
    authorities = {
        demo.slug: add_authority(
            actor,
            code=demo.code,
            slug=demo.slug,
            name=demo.name,
            country=demo.country,
            locale=demo.locale,
            timezone=demo.timezone,
        )
        for demo in AUTHORITIES
    }
    for person in people():
        user = add_user(actor, email=person.email, password=PASSWORD, display_name=person.title)
        authority = authorities[person.slug] if person.slug else None
        add_membership(actor, user=user, authority=authority, role=person.role)


@contextmanager
def acting_for(slug: str) -> Iterator[Actor]:
    """The boundary as an officer of one authority."""
    db.set_scope(authority_id=None, system=True)
    actor = command_actor(slug)
    db.session.rollback()
    db.set_scope(authority_id=actor.authority_id)
    with db.transaction():
        yield actor


@contextmanager
def acting_as(slug: str, role: Role) -> Iterator[Actor]:
    """The boundary as the one person who holds this role in an authority: for what two people do."""
    email = next(one.email for one in people() if (one.slug, one.role) == (slug, role))
    db.set_scope(authority_id=None, system=True)
    user_id = db.session.scalars(select(User.id).where(User.email == email)).one()
    actor = replace(command_actor(slug), user_id=user_id, roles=frozenset({role}))
    db.session.rollback()
    db.set_scope(authority_id=actor.authority_id)
    with db.transaction():
        yield actor

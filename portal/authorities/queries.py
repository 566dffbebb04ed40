"""Members of the network, and the actor that a signed-in person is."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.access.actor import Actor, Role
from portal.accounts.models import User
from portal.authorities.models import Authority, Membership
from portal.db import session
from portal.errors import BadInput


def all_authorities() -> Sequence[Authority]:
    """All members by name. Members know of each other."""
    return session.scalars(select(Authority).order_by(Authority.name)).all()


def authorities_by_id() -> dict[UUID, Authority]:
    """All members, for showing owners and audiences of many records."""
    return {authority.id: authority for authority in all_authorities()}


def actor_for(user_id: UUID, display_name: str) -> Actor | None:
    """The actor of a person, read anew for each request so that an ended membership ends at once."""
    open_ones = session.scalars(
        select(Membership)
        .where(Membership.user_id == user_id, Membership.ended_at.is_(None))
        .order_by(Membership.created_at)
    ).all()
    if not open_ones:
        return None
    authority = open_ones[0].authority
    return Actor(
        name=display_name,
        user_id=user_id,
        authority_id=authority.id if authority else None,
        authority_code=authority.code if authority else None,
        authority_name=authority.name if authority else None,
        roles=frozenset(Role(row.role) for row in open_ones if row.authority_id == open_ones[0].authority_id),
    )


def authority_by_slug(slug: str) -> Authority:
    """One authority by its short name, or BadInput that lists those there are."""
    authority = session.scalar(select(Authority).where(Authority.slug == slug))
    if authority is None:
        known = ", ".join(session.scalars(select(Authority.slug).order_by(Authority.slug)))
        raise BadInput(f"There is no authority “{slug}”.", remedy=f"Known are: {known or 'none yet'}.")
    return authority


def command_actor(slug: str) -> Actor:
    """The command line acting as an officer of one authority (`--as stockholm`), named so in the journal."""
    authority = authority_by_slug(slug)
    return Actor(
        name="command line",
        authority_id=authority.id,
        authority_code=authority.code,
        authority_name=authority.name,
        roles=frozenset({Role.OFFICER}),
    )


def people_of(authority_id: UUID) -> Sequence[tuple[str, str]]:
    """(role title, role) of the people of one authority."""
    return [
        (name, role)
        for name, role in session.execute(
            select(User.display_name, Membership.role)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.authority_id == authority_id, Membership.ended_at.is_(None))
            .order_by(Membership.role, User.display_name)
        )
    ]

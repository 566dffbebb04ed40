"""Members of the network, and the actor that a signed-in person is."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, func, select

from portal.access.actor import Actor, Role
from portal.access.lock import Lock
from portal.accounts.models import User
from portal.authorities.models import Authority, Membership
from portal.db import session
from portal.errors import BadInput

_ALL = select(Authority).order_by(Authority.name)


def all_authorities() -> Sequence[Authority]:
    """All members by name. Members know of each other."""
    return session.scalars(_ALL).all()


def authorities_by_id() -> dict[UUID, Authority]:
    """All members, for showing owners and audiences of many records."""
    return {authority.id: authority for authority in all_authorities()}


# Built once, and columns instead of objects: each page of a signed-in person asks for them.
_OPEN_MEMBERSHIPS = (
    select(
        Membership.role,
        Membership.authority_id,
        Authority.code,
        Authority.name,
        func.evaluator_lock(Membership.authority_id, Membership.user_id, type_=Text).label("locked"),
    )
    .outerjoin(Authority, Authority.id == Membership.authority_id)
    .where(Membership.user_id == bindparam("user_id", type_=Uuid), Membership.ended_at.is_(None))
    .order_by(Membership.created_at)
)


def actor_for(user_id: UUID, display_name: str) -> Actor | None:
    """The actor of a person, read anew for each request so that an ended membership ends at once."""
    open_ones = session.execute(_OPEN_MEMBERSHIPS, {"user_id": user_id}).all()
    if not open_ones:
        return None
    _role, authority_id, code, name, locked = open_ones[0]
    return Actor(
        name=display_name,
        user_id=user_id,
        authority_id=authority_id,
        authority_code=code,
        authority_name=name,
        roles=frozenset(Role(role) for role, of_authority, *_names in open_ones if of_authority == authority_id),
        lock=Lock.read(locked),
    )


def lock_of_all(authority_id: UUID) -> Lock | None:
    """What is locked for anybody of an authority: for what all of its people read alike, such as its calendar feed."""
    return Lock.read(session.scalar(select(func.evaluator_lock(authority_id, None, type_=Text))))


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

"""Use cases of the network: a member joins, a person gets a role."""

from sqlalchemy import select

from portal.access.actor import Actor, Role
from portal.accounts.models import User
from portal.authorities.models import Authority, Membership
from portal.db import constraint_errors, now, session
from portal.errors import BadInput, Conflict
from portal.journal.services import record


def add_authority(
    actor: Actor, *, code: str, slug: str, name: str, country: str, locale: str, timezone: str
) -> Authority:
    """Add a member. The code is its monogram on every page and never changes."""
    authority = Authority(code=code, slug=slug, name=name, country=country, locale=locale, timezone=timezone)
    taken = Conflict(f"The code {code} or the short name {slug} is taken.")
    with constraint_errors({"uq_authority_code": taken, "uq_authority_slug": taken}):
        session.add(authority)
    record(actor, "authority.added", authority, code=code)
    return authority


def add_membership(actor: Actor, *, user: User, authority: Authority | None, role: Role) -> Membership:
    """Give a person a role in an authority; operators have none."""
    membership = Membership(user_id=user.id, authority_id=authority.id if authority else None, role=role)
    taken = Conflict("This person has this role already.")
    with constraint_errors({"uq_membership_open": taken}):
        session.add(membership)
    record(actor, "membership.added", membership, role=role)
    return membership


def end_memberships(actor: Actor, email: str) -> int:
    """End every open role of a person; how many there were. Takes effect with the person's next request."""
    user = session.scalar(select(User).where(User.email == email.strip().lower()))
    if user is None:
        raise BadInput(f"There is no account with the address “{email}”.", remedy="Check the spelling.")
    query = select(Membership).where(Membership.user_id == user.id, Membership.ended_at.is_(None))
    memberships = session.scalars(query).all()
    for membership in memberships:
        membership.ended_at = now()
        record(actor, "membership.ended", membership)
    return len(memberships)

"""Who acts: one immutable value, built once a request or task and passed on explicitly."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from portal.access.lock import Lock


class Role(StrEnum):
    """What a person may do. The first three are held in one authority, the operator serves the network.

    A supplier's guest is no member: it comes by a link and a code (portal/guests), never by a membership.
    """

    READER = "reader"
    OFFICER = "officer"
    COORDINATOR = "coordinator"
    OPERATOR = "operator"
    GUEST = "guest"


@dataclass(frozen=True, slots=True)
class GuestScope:
    """All that exists for a supplier's guest: the access it came by, its company, and the requests named in it."""

    access_id: UUID
    supplier_id: UUID
    request_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person acting for one authority, or a named system process.

    `authority_id` is None for operators and system actors: they own nothing and see no authority's records
    through the audience rule. A supplier's guest acts for the authority that let it in, within its scope `guest`; the
    audience rule shows it nothing either. `lock` is set for whoever evaluates bids now; it may lock nothing.
    """

    name: str
    user_id: UUID | None = None
    authority_id: UUID | None = None
    authority_code: str | None = None
    authority_name: str | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    is_system: bool = False
    guest: GuestScope | None = None
    lock: Lock | None = None

    @property
    def locked(self) -> str:
        """What is locked for the actor, as the database is told with each transaction; empty: nothing."""
        return self.lock.setting if self.lock else ""


def system_actor(name: str) -> Actor:
    """The worker or a command acting by itself, e.g. `system_actor("assurance sync")`."""
    return Actor(name=name, is_system=True)

"""Who acts: one immutable value, built once a request or task and passed on explicitly."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person may do. The first three are held in one authority, the operator serves the network."""

    READER = "reader"
    OFFICER = "officer"
    COORDINATOR = "coordinator"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person acting for one authority, or a named system process.

    `authority_id` is None for operators and system actors: they own nothing and see no authority's records
    through the audience rule.
    """

    name: str
    user_id: UUID | None = None
    authority_id: UUID | None = None
    authority_code: str | None = None
    authority_name: str | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    is_system: bool = False


def system_actor(name: str) -> Actor:
    """The worker or a command acting by itself, e.g. `system_actor("assurance sync")`."""
    return Actor(name=name, is_system=True)

"""Statements that are built once instead of once a request: to build one in Python costs more than to run it.

A statement is built for a stand-in whose ids are parameters, so it serves every actor of the same kind, and the
audience rule in it is the very one of audience.py. What else differs between requests is a bindparam(), too.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from sqlalchemy import BindParameter, Executable, Uuid, bindparam

from portal.access.actor import Actor, Role

Statement = TypeVar("Statement", bound=Executable)
Kind = tuple[bool, bool, frozenset[Role]]


class Prepared(Generic[Statement]):
    """`build(actor)` gives the statement. It may ask for roles, and whether there is an authority, but not which."""

    def __init__(self, build: Callable[[Actor], Statement]) -> None:
        self._build = build
        self._built: dict[Kind, Statement] = {}

    def for_(self, actor: Actor) -> Statement:
        """The statement for an actor of this kind; to be run with `given(actor)` and its own parameters."""
        kind = (actor.is_system, actor.authority_id is None, actor.roles)
        if kind not in self._built:
            self._built[kind] = self._build(_stand_in(actor))
        return self._built[kind]


def given(actor: Actor, **values: object) -> Mapping[str, object]:
    """The parameters of a prepared statement: who asks, and what else it takes."""
    return {"actor_authority": actor.authority_id, "actor_user": actor.user_id, **values}


def _stand_in(actor: Actor) -> Actor:
    authority = None if actor.authority_id is None else _parameter("actor_authority")
    return replace(
        actor,
        name="any actor of this kind",
        user_id=cast(UUID, _parameter("actor_user")),
        authority_id=cast("UUID | None", authority),
        authority_code=None,
        authority_name=None,
    )


def _parameter(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=Uuid)

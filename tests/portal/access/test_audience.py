"""The audience rule and the policy, as pure decisions."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from portal.access.actor import Actor, Role, system_actor
from portal.access.audience import Audience, set_audience
from portal.access.permissions import Permission as P
from portal.access.policy import can, require
from portal.errors import BadInput, Forbidden

US, THEM, OTHER = uuid4(), uuid4(), uuid4()
OFFICER = Actor("officer", uuid4(), US, "STO", "Region Stockholm", frozenset({Role.OFFICER}))
READER = Actor("reader", uuid4(), US, "STO", "Region Stockholm", frozenset({Role.READER}))
OPERATOR = Actor("operator", uuid4(), roles=frozenset({Role.OPERATOR}))


def record(owner=US, audience="owner", named=()):
    return SimpleNamespace(owner_id=owner, audience=audience, named_ids=list(named))


def test_the_owner_is_never_named() -> None:
    thing = record()
    set_audience(thing, Audience.NAMED, [US, THEM, THEM])
    assert (thing.audience, thing.named_ids) == ("named", [THEM])


@pytest.mark.parametrize("named", [[], [US]])
def test_named_without_names_is_refused(named) -> None:
    with pytest.raises(BadInput, match="No authority is chosen"):
        set_audience(record(), Audience.NAMED, named)


@pytest.mark.parametrize("audience", [Audience.OWNER, Audience.MEMBERS])
def test_other_audiences_forget_the_names(audience) -> None:
    thing = record(audience="named", named=[THEM])
    set_audience(thing, audience, [THEM])
    assert thing.named_ids == []


@pytest.mark.parametrize(
    ("actor", "permission", "obj", "expected"),
    [
        (OFFICER, P.EDIT_CONTRACT, record(), True),
        (OFFICER, P.EDIT_CONTRACT, record(owner=THEM, audience="members"), False),
        (READER, P.EDIT_CONTRACT, record(), False),
        (READER, P.READ_CONTRACT, None, True),
        (OPERATOR, P.READ_CONTRACT, None, False),
        (OPERATOR, P.RUN_SOURCES, None, True),
        (OFFICER, P.RUN_SOURCES, None, False),
        (None, P.READ_REGISTRY, None, False),
        (None, P.PUBLIC, None, True),
    ],
)
def test_policy(actor, permission, obj, expected) -> None:
    assert can(actor, permission, obj) is expected


def test_require_says_whom_to_ask_and_lets_the_system_pass() -> None:
    with pytest.raises(Forbidden, match="coordinator"):
        require(READER, P.ADD_CONTRACT)
    require(system_actor("sync"), P.RUN_SOURCES)

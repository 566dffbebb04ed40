"""What needs the actor, merged from what each feature offers, and how far an authority has set itself up."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, exists, select

from portal.access.actor import Actor
from portal.access.prepared import Prepared, given
from portal.audits import queries as audits
from portal.audits.polls import queries as audit_polls
from portal.clock import today
from portal.contracts import queries as contracts
from portal.contracts.models import Contract
from portal.db import session
from portal.declarations import queries as declarations
from portal.declarations.models import Declaration
from portal.declarations.naming import queries as smelter_names
from portal.declarations.reuse import queries as reuse
from portal.dialogues import queries as dialogues
from portal.dialogues.letters import queries as joint_letters
from portal.dialogues.models import DialogueEntry
from portal.dialogues.rules import REMIND_AHEAD
from portal.findings import queries as findings
from portal.merging import queries as merging
from portal.merging.placing import queries as placing
from portal.notifications import queries as notifications
from portal.obligations import queries as obligations
from portal.ratings.reliance import queries as rating_reliances
from portal.registry.models import Follow, SupplierImport
from portal.registry.rules import ImportState
from portal.requests import queries as requests
from portal.sanctions import queries as sanctions
from portal.shapes import TodoItem
from portal.sources import queries as sources
from portal.tenders import queries as tenders

# Each feature's own list of what waits for the actor's authority (the sources': for operators).
FEATURES: Sequence[Callable[[Actor], Sequence[TodoItem]]] = (
    audits.todo,
    audit_polls.todo,
    dialogues.todo,
    joint_letters.todo,
    findings.todo,
    obligations.todo,
    requests.todo,
    reuse.todo,
    rating_reliances.todo,
    tenders.todo,
    merging.todo,
    placing.todo,
    smelter_names.todo,
    sources.todo,
    sanctions.todo,
)


def todo(actor: Actor) -> list[TodoItem]:
    """Everything that waits for the actor's authority: the most urgent first, what has no date last."""
    items = [item for feature in FEATURES for item in feature(actor)]
    return sorted(items, key=lambda item: (item.due_on or date.max, item.title))


@dataclass(frozen=True)
class Waiting:
    """How much waits for the actor's authority, by the feature where it is done, and this person's unread notices."""

    by_feature: Mapping[str, int]
    unread: int

    @property
    def total(self) -> int:
        """What “What needs me” lists."""
        return sum(self.by_feature.values())


def _waiting(actor: Actor) -> Any:
    on, soon = bindparam("on", type_=Date), bindparam("soon", type_=Date)
    counts = {
        "audits": audits.todo_count(actor, on),
        "audit_polls": audit_polls.todo_count(actor),
        "dialogues": dialogues.todo_count(actor, soon),
        "joint_letters": joint_letters.todo_count(actor),
        "findings": findings.todo_count(actor, on),
        "obligations": obligations.todo_count(actor, soon),
        "requests": requests.todo_count(actor, on),
        "reuse": reuse.todo_count(actor),
        "reliance": rating_reliances.todo_count(actor),
        "tenders": tenders.todo_count(actor, on),
        "merging": merging.todo_count(actor),
        "placing": placing.todo_count(actor),
        "smelter_names": smelter_names.todo_count(actor),
        "unread": notifications.unread(actor),
    }
    return select(*(count.label(feature) for feature, count in counts.items()))


_WAITING = Prepared(_waiting)


def waiting(actor: Actor) -> Waiting:
    """The counts of `todo` and of the inbox. One statement for people with an authority: every page asks for them."""
    if actor.authority_id is None:
        return Waiting(Counter(item.endpoint.split(".")[0] for item in todo(actor)), 0)
    given_days = {"on": today(), "soon": today() + REMIND_AHEAD}
    counts = dict(session.execute(_WAITING.for_(actor), given(actor, **given_days)).mappings().one())
    return Waiting(by_feature=counts, unread=counts.pop("unread"))


@dataclass(frozen=True)
class Beginnings:
    """The first steps of an authority in the portal, each True once it was done."""

    supplier_list: bool
    follow: bool
    contract: bool
    declaration: bool
    dialogue: bool


def beginnings(actor: Actor) -> Beginnings:
    """How far the actor's authority has come. One statement."""
    mine = actor.authority_id
    row = session.execute(
        select(
            exists().where(SupplierImport.owner_id == mine, SupplierImport.state == ImportState.APPLIED),
            exists().where(Follow.authority_id == mine),
            contracts.visible_contracts(actor).where(Contract.owner_id == mine).exists(),
            declarations.visible_declarations(actor).where(Declaration.owner_id == mine).exists(),
            dialogues.visible_dialogues(actor).where(DialogueEntry.owner_id == mine).exists(),
        )
    ).one()
    return Beginnings(*row)

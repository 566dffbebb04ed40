"""What an authority added to a supplier between a merge and its undoing, and which undone merges wait for it.

Ids carry the time at which their row was written (UUIDv7), so no table needs a column for that.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ScalarSelect, Select, String, Subquery, cast, exists, func, literal, select, union_all
from sqlalchemy.orm import joinedload

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import can
from portal.assessments.models import SupplierAssessment
from portal.assessments.queries import visible_assessments
from portal.audits.models import JointAudit
from portal.audits.queries import visible_audits
from portal.contracts.models import Contract
from portal.contracts.queries import visible_contracts
from portal.db import session
from portal.declarations.models import Declaration
from portal.declarations.queries import visible_declarations
from portal.dialogues.models import DialogueEntry
from portal.dialogues.queries import visible_dialogues
from portal.findings.models import Finding
from portal.findings.queries import visible_findings
from portal.merging.models import SupplierMerge
from portal.merging.placing.models import MergePlacement
from portal.merging.rules import MergeState
from portal.registry.identity.models import StatedFact, SupplierRelation, SupplierRole
from portal.registry.models import Site, Supplier, SupplierIdentifier, SupplierName
from portal.registry.rules import NameKind
from portal.shapes import TodoItem


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its table, the column of its supplier, whose it is, and what it is called in a list.

    `visible` is the way to what authorities own; shared facts of the registry have none.
    """

    model: Any
    title: Any
    visible: Callable[[Actor], Select[Any]] | None = None
    supplier: str = "supplier_id"
    but: Any = None  # rows that are not asked about

    @property
    def owner(self) -> str:
        """The column of the authority whose say it is."""
        return "owner_id" if self.visible else "entered_by_id"


_parent_name = select(Supplier.legal_name).where(Supplier.id == SupplierRelation.parent_id).scalar_subquery()

KINDS: Mapping[str, Kind] = {
    "contract": Kind(Contract, Contract.title, visible_contracts),
    "declaration": Kind(Declaration, Declaration.company_name, visible_declarations),
    "assessment": Kind(SupplierAssessment, SupplierAssessment.method, visible_assessments),
    # One that was corrected goes with its correction.
    "dialogue": Kind(
        DialogueEntry,
        DialogueEntry.subject,
        visible_dialogues,
        but=DialogueEntry.id.in_(select(DialogueEntry.corrects_id).where(DialogueEntry.corrects_id.is_not(None))),
    ),
    "audit": Kind(JointAudit, JointAudit.title, visible_audits),
    "finding": Kind(Finding, Finding.title, visible_findings),
    # Each record has one legal name, which the merge and its undoing see to.
    "name": Kind(SupplierName, SupplierName.name, but=SupplierName.kind == NameKind.LEGAL),
    "identifier": Kind(SupplierIdentifier, SupplierIdentifier.value),
    "site": Kind(Site, Site.address),
    "role": Kind(SupplierRole, SupplierRole.role),
    "fact": Kind(StatedFact, StatedFact.value),
    "relation": Kind(SupplierRelation, func.coalesce(_parent_name, SupplierRelation.parent_name), supplier="child_id"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """A record that the actor's authority may place; `goes` proposes that it goes to the restored supplier."""

    kind: str
    id: UUID
    title: str | None
    added_at: datetime
    goes: bool

    @property
    def key(self) -> str:
        """What the choice is called in the form."""
        return f"{self.kind}.{self.id}"


def items_of(actor: Actor, merge: SupplierMerge) -> list[Item]:
    """What the actor's authority added to the kept supplier since the merge and until its undoing, in that order."""
    if merge.state != MergeState.UNDONE or actor.authority_id is None:
        return []
    rows = session.execute(union_all(*(_added(actor, name, SupplierMerge.id == merge.id) for name in KINDS)))
    found = [Item(row.kind, row.id, row.title, row.added_at, row.goes) for row in rows]
    return sorted(found, key=lambda item: (item.added_at, item.id))


def is_placed(actor: Actor, merge: SupplierMerge) -> bool:
    """The actor's authority has said where its records belong."""
    return session.get(MergePlacement, (merge.id, actor.authority_id)) is not None


def todo_count(actor: Actor) -> ScalarSelect[int]:
    """How many things `todo` lists, as part of a statement."""
    if not can(actor, Permission.EDIT_REGISTRY):
        return select(literal(0)).scalar_subquery()
    added = _waiting_for(actor)
    return select(func.count(added.c.merge_id.distinct())).scalar_subquery()


def _waiting_for(actor: Actor) -> Subquery:
    """What the actor's authority added between a merge and its undoing, and has not placed yet."""
    placed = exists().where(
        MergePlacement.merge_id == SupplierMerge.id, MergePlacement.authority_id == actor.authority_id
    )
    return union_all(*(_added(actor, name, ~placed) for name in KINDS)).subquery()


def todo(actor: Actor) -> list[TodoItem]:
    """Undone merges after which records of the actor's authority are to be placed. Two statements at most."""
    if actor.authority_id is None or not can(actor, Permission.EDIT_REGISTRY):
        return []
    added = _waiting_for(actor)
    per_merge = select(added.c.merge_id, func.count().label("number")).group_by(added.c.merge_id)
    counts = {row.merge_id: row.number for row in session.execute(per_merge)}
    if not counts:
        return []
    merges: Sequence[SupplierMerge] = session.scalars(
        select(SupplierMerge)
        .where(SupplierMerge.id.in_(counts))
        .options(joinedload(SupplierMerge.kept), joinedload(SupplierMerge.merged))
        .order_by(SupplierMerge.id)
    ).all()
    return [
        TodoItem(
            due_on=None,
            title=_(
                "Say what belongs to “%(kept)s” and what to “%(merged)s”",
                kept=one.kept.legal_name,
                merged=one.merged.legal_name,
            ),
            detail=_("Their merge was undone. Records that we added since: %(number)s", number=counts[one.id]),
            endpoint="placing.index",
            args={"merge_id": one.id},
            supplier_id=one.kept_id,
        )
        for one in merges
    ]


def _added(actor: Actor, name: str, condition: Any) -> Select[Any]:
    """Rows of one kind, added by the actor's authority between a merge and its undoing."""
    kind = KINDS[name]
    model = kind.model
    at = func.uuid_extract_timestamp(model.id)
    query = select(
        literal(name, String).label("kind"),
        model.id,
        cast(kind.title, String).label("title"),
        at.label("added_at"),
        _goes(name).label("goes"),
        SupplierMerge.id.label("merge_id"),
    )
    query = query.join(SupplierMerge, SupplierMerge.kept_id == getattr(model, kind.supplier)).where(
        SupplierMerge.state == MergeState.UNDONE,
        getattr(model, kind.owner) == actor.authority_id,
        at >= SupplierMerge.decided_at,
        at <= SupplierMerge.undone_at,
        condition,
    )
    if kind.visible:
        query = query.where(model.id.in_(kind.visible(actor).order_by(None).with_only_columns(model.id)))
    return query if kind.but is None else query.where(~kind.but)


def _goes(name: str) -> Any:
    """An audit at a place that went back to the restored supplier belongs there, too."""
    if name != "audit":
        return literal(False)
    return exists().where(Site.id == JointAudit.site_id, Site.supplier_id == SupplierMerge.merged_id)

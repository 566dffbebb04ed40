"""Use case: after a merge was undone, an authority says which of its records belong to the restored supplier."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits.models import JointAudit
from portal.db import as_system, constraint_errors, session
from portal.dialogues.models import DialogueEntry
from portal.errors import Conflict, InvalidTransition
from portal.findings.models import Finding, FindingRelease
from portal.journal.services import record
from portal.merging.models import SupplierMerge
from portal.merging.placing import queries
from portal.merging.placing.models import MergePlacement
from portal.merging.placing.queries import KINDS, Item
from portal.ratings.models import RatedAssessment
from portal.ratings.reliance.models import RatingReliance
from portal.registry.merging_lock import hold_off_merging
from portal.registry.models import Site

# What a supplier has once: the place is taken where the restored one has it already.
_ONCE = (
    "uq_supplier_name_supplier_id_name_kind",
    "uq_site_supplier_id_address",
    "uq_supplier_role_supplier_id_role",
    "uq_stated_fact_authority",
    "uq_supplier_relation_authority",
    "ex_joint_audit_site_window",
)


def place(actor: Actor, merge: SupplierMerge, going: Collection[str]) -> int:
    """Move the records with these keys (queries.Item.key) to the restored supplier, and ask no more; how many moved.

    Keys that are not the authority's to place are left out. Raises Conflict where the restored supplier has the same
    already, or a colleague was faster.
    """
    require(actor, Permission.EDIT_REGISTRY)
    hold_off_merging()
    items = [item for item in queries.items_of(actor, merge) if item.key in going]
    done = insert(MergePlacement).values(
        merge_id=merge.id, authority_id=actor.authority_id, placed_user_id=actor.user_id
    )
    if not session.execute(done.on_conflict_do_nothing().returning(MergePlacement.merge_id)).first():
        raise InvalidTransition(_("A colleague was faster. See where the records are now."))
    # Sites first: audits look for theirs.
    for item in sorted(items, key=lambda item: item.kind != "site"):
        taken = Conflict(
            _("“%(name)s” has “%(title)s” already. Leave it here.", name=merge.merged.legal_name, title=item.title)
        )
        with constraint_errors(dict.fromkeys(_ONCE, taken)):
            _move(item, merge)
    session.expire_all()
    record(actor, "supplier.records_placed", merge, moved=len(items))
    return len(items)


def _move(item: Item, merge: SupplierMerge) -> None:
    kind = KINDS[item.kind]
    model, values = kind.model, {kind.supplier: merge.merged_id}
    if item.kind == "audit":
        values |= {"site_id": _site_for(session.get_one(JointAudit, item.id).site_id, merge)}
    if item.kind == "finding" and (site_id := session.get_one(Finding, item.id).site_id):
        values |= {"site_id": _site_for(site_id, merge)}
    ids = _corrected_by(item.id) if item.kind == "dialogue" else {item.id}
    here = getattr(model, kind.supplier) == merge.kept_id
    statement: Any = update(model).where(model.id.in_(ids), here).values(values)
    with as_system():  # only a merge and what follows it may say that a dialogue is about another supplier
        session.execute(statement, execution_options={"synchronize_session": False})
        if item.kind == "finding":  # its summary says the same of the supplier
            released = update(FindingRelease).where(FindingRelease.finding_id == item.id)
            session.execute(released.values(supplier_id=merge.merged_id))
        if item.kind == "assessment":  # what it sums up says the same of the supplier
            summed_up = update(RatedAssessment).where(RatedAssessment.id == item.id)
            session.execute(summed_up.values(supplier_id=merge.merged_id))
            decided_on = update(RatingReliance).where(RatingReliance.rating_id == item.id)
            session.execute(decided_on.values(supplier_id=merge.merged_id))


def _site_for(site_id: UUID, merge: SupplierMerge) -> UUID:
    """A place among those of the restored supplier; noted there too where it is not yet."""
    site = session.get_one(Site, site_id, populate_existing=True)
    if site.supplier_id == merge.merged_id:
        return site.id
    found = session.scalar(select(Site.id).where(Site.supplier_id == merge.merged_id, Site.address == site.address))
    if found:
        return found
    names = ("name", "address", "city", "country", "sector", "source", "source_date", "entered_by_id")
    noted = Site(supplier_id=merge.merged_id, **{name: getattr(site, name) for name in names})
    session.add(noted)
    session.flush()
    return noted.id


def _corrected_by(dialogue_id: UUID) -> set[UUID]:
    """The dialogue with those that it corrects, one after the other."""
    line = select(DialogueEntry.id, DialogueEntry.corrects_id).where(DialogueEntry.id == dialogue_id)
    corrected = line.cte("corrected", recursive=True)
    corrected = corrected.union(
        select(DialogueEntry.id, DialogueEntry.corrects_id).join(corrected, DialogueEntry.id == corrected.c.corrects_id)
    )
    return set(session.scalars(select(corrected.c.id)))

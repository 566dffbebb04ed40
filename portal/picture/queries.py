"""The cross-city picture of a supplier: what the features below know of it, as far as one actor may see."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import can
from portal.assessments import queries as assessments
from portal.assessments.models import SupplierAssessment
from portal.clock import today
from portal.contracts import queries as contracts
from portal.contracts.models import Contract
from portal.contracts.rules import value_once
from portal.declarations import queries as declarations
from portal.declarations.queries import SmelterPicture
from portal.dialogues import queries as dialogues
from portal.dialogues.models import Commitment
from portal.findings import queries as findings
from portal.findings.queries import OfSupplier
from portal.picture.timeline import JointTimeline, joint_timeline
from portal.registry import queries as registry
from portal.registry.gleif.queries import LeiView, lei_view
from portal.registry.identity import queries as identity
from portal.registry.identity.models import SupplierRole
from portal.registry.identity.queries import Family
from portal.registry.identity.rules import FactField
from portal.registry.identity.values import StatedValues, stated_values
from portal.registry.models import Supplier

COLUMNS = 5  # authorities that fit beside each other in the OECD profile


@dataclass(frozen=True)
class FollowUp:
    """What the authorities did and know together, as one actor sees it."""

    us: UUID
    contracts: Sequence[Contract]
    profile: Sequence[SupplierAssessment]
    profile_left_out: int
    newest_assessment: SupplierAssessment | None
    smelters: SmelterPicture | None
    commitments: Sequence[Commitment]
    findings: OfSupplier
    timeline: JointTimeline

    @property
    def running(self) -> list[Contract]:
        """The contracts that have not ended."""
        return [one for one in self.contracts if one.ends_on is None or one.ends_on >= today()]

    @property
    def ours(self) -> list[Contract]:
        """Those of the actor's authority."""
        return [one for one in self.running if one.owner_id == self.us]

    @property
    def buyers(self) -> list[UUID]:
        """The authorities with a running contract, the actor's own first."""
        owners = dict.fromkeys(one.owner_id for one in self.running)
        return sorted(owners, key=lambda owner: owner != self.us)

    @property
    def overdue(self) -> int:
        """How many commitments should have been kept by now."""
        return sum(one.due_on < today() for one in self.commitments)


@dataclass(frozen=True)
class SupplierPage:
    """A supplier with what the registry knows of it. `follow_up` is None for those who do no follow-up: operators."""

    supplier: Supplier
    family: Family
    roles: Sequence[SupplierRole]
    values: Mapping[FactField, StatedValues]
    lei: LeiView
    followers: frozenset[UUID]
    follow_up: FollowUp | None


def supplier_page(actor: Actor, supplier_id: UUID) -> SupplierPage:
    """The picture of one supplier. NotFound when there is none."""
    supplier = registry.get_facts(supplier_id)
    return SupplierPage(
        supplier=supplier,
        family=identity.family_of(supplier),
        roles=identity.roles_of(supplier_id),
        values=stated_values(supplier, identity.facts_of(supplier_id)),
        lei=lei_view(supplier),
        followers=frozenset(registry.followers_of([supplier_id])[supplier_id]),
        follow_up=_follow_up(actor, supplier_id) if can(actor, Permission.READ_DIALOGUE) else None,
    )


def total(rows: Iterable[Contract]) -> dict[str, int]:
    """Minor units of contract value by currency, no money twice; currencies are never mixed."""
    found = list(rows)
    counted = value_once(found)
    sums: Counter[str] = Counter()
    for contract in found:
        if contract.currency and contract.value_minor:
            sums[contract.currency] += counted[contract.id] or 0
    return dict(sums)


def _follow_up(actor: Actor, supplier_id: UUID) -> FollowUp:
    assert actor.authority_id is not None  # follow-up is for members only
    newest_first = assessments.profile(actor, supplier_id)
    own_first = sorted(newest_first, key=lambda row: row.owner_id != actor.authority_id)
    smelters = declarations.smelter_picture(actor, supplier_id)
    found = findings.of_supplier(actor, supplier_id)
    return FollowUp(
        us=actor.authority_id,
        contracts=contracts.contracts_of_supplier(actor, supplier_id),
        profile=own_first[:COLUMNS],
        profile_left_out=max(len(own_first) - COLUMNS, 0),
        newest_assessment=newest_first[0] if newest_first else None,
        smelters=smelters,
        commitments=dialogues.open_commitments(actor, supplier_id),
        findings=found,
        timeline=joint_timeline(actor, supplier_id, smelters, found),
    )

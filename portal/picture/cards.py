"""What the look-up page shows of a supplier, and what it can be narrowed by, as far as one reader sees it.

Two statements however many suppliers there are, each built once (portal/access/prepared.py): this page is opened most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Date, Select, Subquery, Uuid, any_, bindparam, func, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on

from portal.access.actor import Actor
from portal.access.prepared import Prepared, given
from portal.assessments import queries as assessments
from portal.assessments.models import AssessmentStep, SupplierAssessment
from portal.assessments.rules import RECHECK_AFTER, Reuse, reuse_hint
from portal.clock import today
from portal.contracts import queries as contracts
from portal.contracts.models import Contract
from portal.db import session
from portal.declarations import queries as declarations
from portal.declarations.models import Declaration
from portal.dialogues import queries as dialogues
from portal.dialogues.models import Commitment, DialogueEntry
from portal.picture.choice import NOTHING
from portal.picture.traits import Traits, or_nothing
from portal.registry.identity.models import SupplierRole
from portal.registry.models import Follow, Supplier, SupplierIdentifier

IDS: Any = bindparam("ids", type_=ARRAY(Uuid))
ON: Any = bindparam("on", type_=Date)


class Number(NamedTuple):
    """One number of a supplier, in its compact form."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The supplier itself."""

    id: UUID
    legal_name: str
    country: str | None
    identifiers: Sequence[Number]


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest assessment that the reader sees, whoever made it."""

    id: UUID
    owner_id: UUID
    as_of: date


@dataclass(frozen=True, slots=True)
class Card:
    """One supplier with what the reader may see of it.

    `contracts` counts those that run, `buyers` are whose they are; `commitments` counts the open ones.
    """

    supplier: Shown
    followers: frozenset[UUID]
    buyers: frozenset[UUID]
    contracts: int
    latest: Latest | None
    reuse: Reuse | None
    commitments: int
    overdue: int


def cards(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Card]:
    """Supplier -> its card. One statement."""
    rows = session.execute(_CARDS.for_(actor), given(actor, ids=list(ids), on=today())) if ids else ()
    return {row.id: _card(row) for row in rows}


def _card(row: Any) -> Card:
    latest = Latest(row.assessment_id, row.assessed_by, row.as_of) if row.assessment_id else None
    return Card(
        supplier=Shown(row.id, row.legal_name, row.country, [Number(*one) for one in row.numbers or ()]),
        followers=frozenset(row.followers or ()),
        buyers=frozenset(row.buyers or ()),
        contracts=row.contracts or 0,
        latest=latest,
        reuse=_reuse(row) if latest else None,
        commitments=row.commitments or 0,
        overdue=row.overdue or 0,
    )


def _reuse(row: Any) -> Reuse:
    """Whether the newest assessment may be relied on for what our authority buys of the supplier."""
    same_products = row.product_group in row.our_groups if row.our_groups else None
    return reuse_hint(row.as_of, today(), row.answers or (), same_products=same_products).verdict


def bought(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, tuple[int, list[UUID], list[str]]]:
    """Supplier -> how many running contracts the actor sees, whose they are, and the product groups of our own."""
    rows = session.execute(_BOUGHT.for_(actor), given(actor, ids=list(ids), on=today()))
    return {supplier_id: (number, buyers, groups or []) for supplier_id, number, buyers, groups in rows}


def promised(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Supplier -> (open, overdue of these) commitments in the dialogues that the actor sees."""
    rows = session.execute(_PROMISED.for_(actor), given(actor, ids=list(ids), on=today()))
    return {supplier_id: (number, overdue) for supplier_id, number, overdue in rows}


def traits_of(actor: Actor, ids: Sequence[UUID], codes: Mapping[str, UUID]) -> dict[UUID, Traits]:
    """Supplier -> what it can be narrowed by; merged records are left out. One statement.

    `codes` maps the monograms of the members to their ids.
    """
    monograms = {authority_id: code for code, authority_id in codes.items()}
    rows = session.execute(_TRAITS.for_(actor), given(actor, ids=list(ids))) if ids else ()
    return {row.id: _traits(row, monograms) for row in rows}


def _traits(row: Any, monograms: Mapping[UUID, str]) -> Traits:
    return {
        "country": (row.country or NOTHING,),
        "role": or_nothing(row.roles or ()),
        "followed_by": or_nothing([monograms[one] for one in row.followers or () if one in monograms]),
        "product_group": row.groups or (),
        "assessed": (_age(row.as_of),),
        "declared": ("yes" if row.declared else NOTHING,),
    }


def _age(as_of: date | None) -> str:
    if as_of is None:
        return NOTHING
    return "year" if as_of >= today() - RECHECK_AFTER else "older"


# ---- the statements --------------------------------------------------------------------------------------------------


def _bought(actor: Actor) -> Any:
    group = contracts.each_group()
    query = contracts.visible_contracts(actor).where(
        Contract.supplier_id == any_(IDS), or_(Contract.ends_on.is_(None), Contract.ends_on >= ON)
    )
    return (
        query.join(group, true())
        .with_only_columns(
            Contract.supplier_id,
            func.count().filter(group.c.place == 1).label("contracts"),
            func.array_agg(Contract.owner_id.distinct()).label("buyers"),
            func.array_agg(group.c.name.distinct()).filter(Contract.owner_id == actor.authority_id).label("our_groups"),
        )
        .group_by(Contract.supplier_id)
    )


def _promised(actor: Actor) -> Any:
    query = dialogues.visible_open_commitments(actor).where(DialogueEntry.supplier_id == any_(IDS)).order_by(None)
    return query.with_only_columns(
        DialogueEntry.supplier_id,
        func.count().label("commitments"),
        func.count().filter(Commitment.due_on < ON).label("overdue"),
    ).group_by(DialogueEntry.supplier_id)


def _newest(actor: Actor) -> Subquery:
    answers = (
        select(func.array_agg(AssessmentStep.answer))
        .where(AssessmentStep.assessment_id == SupplierAssessment.id)
        .scalar_subquery()
    )
    return (
        assessments.visible_assessments(actor)
        .where(SupplierAssessment.supplier_id == any_(IDS))
        .with_only_columns(
            SupplierAssessment.supplier_id,
            SupplierAssessment.id.label("assessment_id"),
            SupplierAssessment.owner_id.label("assessed_by"),
            SupplierAssessment.as_of,
            SupplierAssessment.product_group,
            answers.label("answers"),
        )
        .ext(distinct_on(SupplierAssessment.supplier_id))
        .order_by(SupplierAssessment.supplier_id, SupplierAssessment.as_of.desc(), SupplierAssessment.id.desc())
        .subquery()
    )


def _followers() -> Any:
    return select(func.array_agg(Follow.authority_id)).where(Follow.supplier_id == Supplier.id).scalar_subquery()


def _cards(actor: Actor) -> Select[Any]:
    one = SupplierIdentifier
    numbers = (
        select(func.json_agg(aggregate_order_by(func.json_build_array(one.scheme, one.value), one.scheme, one.value)))
        .where(one.supplier_id == Supplier.id)
        .scalar_subquery()
    )
    purchases, promises, newest = _bought(actor).subquery(), _promised(actor).subquery(), _newest(actor)
    return (
        select(
            *(Supplier.id, Supplier.legal_name, Supplier.country),
            numbers.label("numbers"),
            _followers().label("followers"),
            *(purchases.c.contracts, purchases.c.buyers, purchases.c.our_groups),
            *(promises.c.commitments, promises.c.overdue),
            *(newest.c.assessment_id, newest.c.assessed_by, newest.c.as_of, newest.c.product_group, newest.c.answers),
        )
        .outerjoin(purchases, purchases.c.supplier_id == Supplier.id)
        .outerjoin(promises, promises.c.supplier_id == Supplier.id)
        .outerjoin(newest, newest.c.supplier_id == Supplier.id)
        .where(Supplier.id == any_(IDS))
    )


def _traits_statement(actor: Actor) -> Select[Any]:
    roles = select(func.array_agg(SupplierRole.role)).where(SupplierRole.supplier_id == Supplier.id).scalar_subquery()
    group = contracts.each_group()
    groups = contracts.visible_contracts(actor).where(Contract.supplier_id == Supplier.id).join(group, true())
    newest = assessments.visible_assessments(actor).where(SupplierAssessment.supplier_id == Supplier.id)
    declared = declarations.visible_declarations(actor).where(Declaration.supplier_id == Supplier.id)
    return select(
        *(Supplier.id, Supplier.country),
        _followers().label("followers"),
        roles.label("roles"),
        groups.with_only_columns(func.array_agg(group.c.name.distinct())).scalar_subquery().label("groups"),
        newest.with_only_columns(func.max(SupplierAssessment.as_of)).scalar_subquery().label("as_of"),
        declared.exists().label("declared"),
    ).where(Supplier.id == any_(IDS), Supplier.merged_into_id.is_(None))


_BOUGHT = Prepared(_bought)
_PROMISED = Prepared(_promised)
_CARDS = Prepared(_cards)
_TRAITS = Prepared(_traits_statement)

"""Every SELECT on assessments; all begin with what the actor may see."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import selectinload

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.assessments.models import SupplierAssessment
from portal.assessments.rules import Answer
from portal.authorities import queries as authorities
from portal.db import among, session
from portal.errors import NotFound
from portal.shapes import TimelineEntry
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 50


@dataclass(frozen=True)
class AssessmentFilter:
    """What a list is narrowed to. `supplier_ids` None means all; an empty collection finds nothing."""

    supplier_ids: Collection[UUID] | None = None
    owner_id: UUID | None = None
    product_group: str | None = None


def visible_assessments(actor: Actor) -> Select[SupplierAssessment]:
    """Assessments that the actor may see."""
    return select(SupplierAssessment).where(visible(SupplierAssessment, actor))


def get_assessment(actor: Actor, assessment_id: UUID) -> SupplierAssessment:
    """One assessment with its steps, or NotFound."""
    query = visible_assessments(actor).where(SupplierAssessment.id == assessment_id)
    assessment = session.scalar(query.options(selectinload(SupplierAssessment.steps)))
    if assessment is None:
        raise NotFound
    return assessment


def list_assessments(actor: Actor, chosen: AssessmentFilter, cursor: str | None) -> Page[SupplierAssessment]:
    """A page of the assessments that the actor may see, by their day, the newest first."""
    query = _filtered(actor, chosen)
    if key := read_cursor(cursor, date.fromisoformat, UUID):
        query = query.where(tuple_(SupplierAssessment.as_of, SupplierAssessment.id) < tuple(key))
    rows = session.scalars(query.limit(PAGE_SIZE + 1)).all()
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].as_of, rows[-1].id) if more else None)


def all_assessments(actor: Actor, chosen: AssessmentFilter) -> Sequence[SupplierAssessment]:
    """All assessments of a list, for its export."""
    return session.scalars(_filtered(actor, chosen)).all()


def _filtered(actor: Actor, chosen: AssessmentFilter) -> Select[SupplierAssessment]:
    query = visible_assessments(actor)
    if chosen.supplier_ids is not None:
        query = query.where(SupplierAssessment.supplier_id.in_(chosen.supplier_ids))
    if chosen.owner_id:
        query = query.where(SupplierAssessment.owner_id == chosen.owner_id)
    if chosen.product_group:
        query = query.where(SupplierAssessment.product_group == chosen.product_group)
    ordered = query.order_by(SupplierAssessment.as_of.desc(), SupplierAssessment.id.desc())
    return ordered.options(selectinload(SupplierAssessment.steps))


def profile(actor: Actor, supplier_id: UUID) -> Sequence[SupplierAssessment]:
    """The newest visible assessment of each authority, with steps: the columns of the OECD profile, newest first."""
    newest = (
        visible_assessments(actor)
        .where(SupplierAssessment.supplier_id == supplier_id)
        .ext(distinct_on(SupplierAssessment.owner_id))
        .order_by(SupplierAssessment.owner_id, SupplierAssessment.as_of.desc(), SupplierAssessment.id.desc())
        .options(selectinload(SupplierAssessment.steps))
    )
    return sorted(session.scalars(newest), key=lambda row: row.as_of, reverse=True)


def latest_by_supplier(actor: Actor, supplier_ids: Collection[UUID]) -> dict[UUID, SupplierAssessment]:
    """The newest visible assessment of each supplier, whoever made it, with its steps."""
    if not supplier_ids:
        return {}
    newest = (
        visible_assessments(actor)
        .where(SupplierAssessment.supplier_id.in_(supplier_ids))
        .ext(distinct_on(SupplierAssessment.supplier_id))
        .order_by(SupplierAssessment.supplier_id, SupplierAssessment.as_of.desc(), SupplierAssessment.id.desc())
        .options(selectinload(SupplierAssessment.steps))
    )
    return {row.supplier_id: row for row in session.scalars(newest)}


def newest_days(actor: Actor, supplier_ids: Collection[UUID]) -> dict[UUID, tuple[date, UUID]]:
    """Supplier -> (day, by which authority) of its newest visible assessment, without loading it."""
    seen = visible_assessments(actor).where(among(SupplierAssessment.supplier_id, supplier_ids))
    newest = (
        seen.with_only_columns(SupplierAssessment.supplier_id, SupplierAssessment.as_of, SupplierAssessment.owner_id)
        .ext(distinct_on(SupplierAssessment.supplier_id))
        .order_by(SupplierAssessment.supplier_id, SupplierAssessment.as_of.desc(), SupplierAssessment.id.desc())
    )
    return {supplier_id: (as_of, owner_id) for supplier_id, as_of, owner_id in session.execute(newest)}


def timeline(actor: Actor, supplier_id: UUID) -> list[TimelineEntry]:
    """Assessments as entries of the supplier's joint timeline."""
    rows = all_assessments(actor, AssessmentFilter(supplier_ids=[supplier_id]))
    names = authorities.authorities_by_id() if rows else {}
    return [
        TimelineEntry(
            on=row.as_of,
            kind="assessment",
            title=_("Assessed by %(authority)s", authority=names[row.owner_id].name),
            text=_in_numbers(row),
            endpoint="assessments.show",
            args={"assessment_id": row.id},
            icon="ClipboardCheckmark",
            owner_id=row.owner_id,
            audience=row.audience,
            named_ids=row.named_ids,
        )
        for row in rows
    ]


def _in_numbers(assessment: SupplierAssessment) -> str:
    """How many steps have which answer: a list, never a total."""
    found = Counter(step.answer for step in assessment.steps)
    return str(
        _(
            "Steps met: %(met)d, partly met: %(partly)d, not met: %(not_met)d, not assessed: %(not_assessed)d.",
            **{answer.value: found[answer] for answer in Answer},
        )
    )

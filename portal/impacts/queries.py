"""Every SELECT on the matrix of impacts. All members see it whole."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, any_, func, literal, or_, select

from portal.db import session
from portal.errors import NotFound
from portal.impacts.models import Impact, ImpactRevision


@dataclass(frozen=True)
class Narrowed:
    """The filters of the page; each may be empty. A row without product groups holds for every one of them."""

    mineral: str | None = None
    product_group: str | None = None
    country: str | None = None
    verification: str | None = None


def get_impact(impact_id: UUID) -> Impact:
    """One row, also a withdrawn one, or NotFound."""
    impact = session.get(Impact, impact_id)
    if impact is None:
        raise NotFound
    return impact


def list_impacts(narrowed: Narrowed | None = None) -> Sequence[Impact]:
    """The rows that fit, by mineral in the order in which they were written."""
    asked = narrowed or Narrowed()
    query = select(Impact).where(Impact.withdrawn.is_(False))
    if asked.mineral:
        query = query.where(Impact.mineral == asked.mineral)
    if asked.product_group:
        holds_for_all = func.cardinality(Impact.product_groups) == 0
        query = query.where(holds_for_all | (literal(asked.product_group) == any_(Impact.product_groups)))
    if asked.country:
        query = query.where(literal(asked.country) == any_(Impact.countries))
    if asked.verification:
        query = query.where(Impact.verification == asked.verification)
    return session.scalars(query.order_by(Impact.mineral, Impact.id)).all()


def impacts_of_groups(groups: Collection[str]) -> Sequence[Impact]:
    """The rows on one of these product groups, and those that hold for all."""
    holds_for_all = func.cardinality(Impact.product_groups) == 0
    fits = or_(holds_for_all, *(literal(group) == any_(Impact.product_groups) for group in groups))
    rows = select(Impact).where(Impact.withdrawn.is_(False), fits)
    return session.scalars(rows.order_by(Impact.mineral, Impact.id)).all()


def impacts_of_facility(minerals: Collection[str], country: str | None) -> Sequence[Impact]:
    """The rows on a smelter's minerals: those on its country first, then the others of the mineral."""
    rows: Select[Impact] = select(Impact).where(Impact.withdrawn.is_(False), Impact.mineral.in_(minerals))
    found = session.scalars(rows.order_by(Impact.mineral, Impact.id)).all()
    return sorted(found, key=lambda row: country not in row.countries)


def withdrawn_impacts() -> Sequence[Impact]:
    """The rows that were taken out."""
    return session.scalars(select(Impact).where(Impact.withdrawn).order_by(Impact.mineral, Impact.id)).all()


def countries_named() -> list[str]:
    """The countries that rows name, for choosing one."""
    named = select(func.unnest(Impact.countries).label("country")).where(Impact.withdrawn.is_(False)).subquery()
    return sorted(session.scalars(select(named.c.country).distinct()))


def revisions_of(impact_id: UUID) -> Sequence[ImpactRevision]:
    """All versions of a row, the newest first."""
    query = select(ImpactRevision).where(ImpactRevision.impact_id == impact_id)
    return session.scalars(query.order_by(ImpactRevision.number.desc())).all()

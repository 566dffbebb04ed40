"""Suppliers of the registry as the matcher sees them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.db import session
from portal.registry.identifiers import Identifier
from portal.registry.matching.profile import Name, Profile
from portal.registry.models import Supplier
from portal.registry.rules import NameKind


def profile_of(supplier: Supplier) -> Profile:
    """What the registry knows of a supplier; load its names, identifiers and sites beforehand where there are many."""
    return Profile(
        names=tuple(Name(one.name, NameKind(one.kind)) for one in supplier.names) or (Name(supplier.legal_name),),
        identifiers=frozenset(Identifier(one.scheme, one.value) for one in supplier.identifiers),
        country=supplier.country,
        addresses=tuple(site.address for site in supplier.sites),
        cities=tuple(site.city for site in supplier.sites if site.city),
        key=supplier.id,
        parent=supplier.parent_id,
    )


def load_profiles(ids: Collection[UUID]) -> dict[UUID, Profile]:
    """The profiles of these suppliers, in four statements whatever their number."""
    if not ids:
        return {}
    query = (
        select(Supplier)
        .where(Supplier.id.in_(ids))
        .options(selectinload(Supplier.names), selectinload(Supplier.identifiers), selectinload(Supplier.sites))
    )
    return {supplier.id: profile_of(supplier) for supplier in session.scalars(query)}

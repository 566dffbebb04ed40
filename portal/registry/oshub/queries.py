"""SELECTs on places that Open Supply Hub proposed, and what the page of a supplier's places shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.db import now, session
from portal.errors import NotFound
from portal.registry.identifiers import Identifier
from portal.registry.models import Site, Supplier, SupplierIdentifier
from portal.registry.oshub.models import PlaceProposal, PlaceSearch
from portal.registry.oshub.parse import Place
from portal.registry.oshub.rules import UNANSWERED, PlaceState
from portal.registry.queries import holders_of
from portal.settings import get_settings

MOST_SITES = 3  # addresses that are searched for


@dataclass(frozen=True)
class Wanted:
    """What is asked for a supplier: places with its name, at its addresses (with country), and its known OS IDs."""

    name: str
    addresses: Sequence[tuple[str, str | None]]
    os_ids: Sequence[str]


@dataclass(frozen=True)
class Proposed:
    """A proposed place; `holder` is another supplier that has its OS ID."""

    row: PlaceProposal
    place: Place
    holder: Supplier | None


@dataclass(frozen=True)
class PlacesView:
    """What the page shows."""

    enabled: bool
    asked: PlaceSearch | None
    open: Sequence[Proposed]
    decided: Sequence[Proposed]

    @property
    def unanswered(self) -> bool:
        """The request waits for so long that no worker seems to be there."""
        return bool(self.asked and self.asked.requested_at and self.asked.requested_at < now() - UNANSWERED)


def is_on() -> bool:
    """This installation has a token for Open Supply Hub."""
    settings = get_settings()
    return bool(settings.opensupplyhub_url and settings.opensupplyhub_token)


def places_view(supplier: Supplier) -> PlacesView:
    """The places proposed for a supplier, the likeliest first."""
    rows = proposals_of(supplier.id)
    holders = holders_of([Identifier("os_id", row.os_id) for row in rows])
    shown = []
    for row in rows:
        holder = holders.get(Identifier("os_id", row.os_id))
        other = holder if holder and holder.id != supplier.id else None
        shown.append(Proposed(row, Place.model_validate(row.data), other))
    return PlacesView(
        enabled=is_on(),
        asked=session.get(PlaceSearch, supplier.id),
        open=[one for one in shown if one.row.state == PlaceState.OPEN],
        decided=[one for one in shown if one.row.state != PlaceState.OPEN],
    )


def proposals_of(supplier_id: UUID) -> Sequence[PlaceProposal]:
    """Every place that was ever proposed for a supplier: moved ones first, then the likeliest."""
    query = select(PlaceProposal).where(PlaceProposal.supplier_id == supplier_id)
    return session.scalars(
        query.order_by(PlaceProposal.moved_from.is_(None), PlaceProposal.likeness.desc(), PlaceProposal.id)
    ).all()


def get_proposal(place_id: UUID) -> PlaceProposal:
    """One proposed place, or NotFound."""
    found = session.get(PlaceProposal, place_id)
    if found is None:
        raise NotFound
    return found


def wanted_for(supplier_id: UUID) -> Wanted | None:
    """What to ask for a supplier; None when there is no such one."""
    name = session.scalar(select(Supplier.legal_name).where(Supplier.id == supplier_id))
    if name is None:
        return None
    sites = session.execute(
        select(Site.address, Site.country).where(Site.supplier_id == supplier_id).order_by(Site.id).limit(MOST_SITES)
    ).all()
    return Wanted(name, [(site.address, site.country) for site in sites], sorted(os_ids_of(supplier_id)))


def os_ids_of(supplier_id: UUID) -> set[str]:
    """The OS IDs that the registry has for a supplier, former ones as well."""
    return set(
        session.scalars(
            select(SupplierIdentifier.value).where(
                SupplierIdentifier.supplier_id == supplier_id, SupplierIdentifier.scheme == "os_id"
            )
        )
    )

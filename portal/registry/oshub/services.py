"""Asking Open Supply Hub for a supplier's places, keeping what it proposes, and a person's word on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.db import now, session
from portal.errors import Conflict
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.registry import queries as registry
from portal.registry import services
from portal.registry.identifiers import Identifier
from portal.registry.models import Supplier
from portal.registry.names import core
from portal.registry.oshub import queries
from portal.registry.oshub.models import PlaceProposal, PlaceSearch
from portal.registry.oshub.parse import Place
from portal.registry.oshub.rules import ASK_ANEW, MOST, SOURCE, PlaceState, Problem
from portal.registry.provenance import Provenance


@dataclass(frozen=True)
class Answer:
    """What the network gave: places found, the supplier's OS IDs that lead elsewhere now, or why there is nothing."""

    found: Sequence[Place] = ()
    moved: Mapping[str, Place] = field(default_factory=dict)
    problem: Problem | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


def request_search(actor: Actor, supplier_id: UUID) -> PlaceSearch:
    """Ask the worker for places. Raises Conflict while it is asked already, or where it is switched off."""
    require(actor, Permission.EDIT_REGISTRY)
    if not queries.is_on():
        raise Conflict(_("This installation does not ask Open Supply Hub: it has no token for it."))
    supplier = registry.get_supplier(supplier_id)
    session.execute(insert(PlaceSearch).values(supplier_id=supplier_id, problem_params={}).on_conflict_do_nothing())
    search = session.get_one(PlaceSearch, supplier_id, with_for_update=True, populate_existing=True)
    if search.under_way and search.requested_at and search.requested_at > now() - ASK_ANEW:
        raise Conflict(_("Open Supply Hub is being asked already. Look again in a moment."))
    search.requested_at = now()
    session.flush()
    emit(Event.PLACES_REQUESTED, actor=actor, supplier_id=supplier_id)
    record(actor, "places.requested", supplier)
    return search


def take_places(actor: Actor, supplier_id: UUID, answer: Answer) -> None:
    """Keep what was found, for a person to decide. What was decided stays so; the same answer twice changes nothing."""
    require(actor, Permission.EDIT_REGISTRY)
    search = session.scalar(select(PlaceSearch).where(PlaceSearch.supplier_id == supplier_id).with_for_update())
    if search is None:
        return
    search.tried_at = now()
    search.problem, search.problem_params = answer.problem, dict(answer.params)
    if answer.problem:
        return
    supplier = registry.get_supplier(supplier_id)
    offered = _offered(supplier, answer)
    known = {one.os_id: one for one in queries.proposals_of(supplier_id)}
    for os_id, proposal in known.items():
        if proposal.state == PlaceState.OPEN and os_id not in offered:
            session.delete(proposal)
    for os_id, (place, likeness, moved_from) in offered.items():
        values = {
            "name": place.name,
            "likeness": likeness,
            "moved_from": moved_from,
            "data": place.model_dump(mode="json"),
        }
        if os_id not in known:
            session.add(PlaceProposal(supplier_id=supplier_id, os_id=os_id, found_on=today(), **values))
        elif known[os_id].state == PlaceState.OPEN:
            for name, value in values.items():
                setattr(known[os_id], name, value)
    session.flush()


def _offered(supplier: Supplier, answer: Answer) -> dict[str, tuple[Place, int, str | None]]:
    """By OS ID: the place, how alike the names are, and the number that it moved from. Known numbers are left out."""
    known = queries.os_ids_of(supplier.id)
    names = [core(name.name) for name in supplier.names]

    def likeness(place: Place) -> int:
        return round(max((fuzz.token_set_ratio(core(place.name), name) for name in names), default=0))

    offered: dict[str, tuple[Place, int, str | None]] = {
        place.os_id: (place, likeness(place), former)
        for former, place in answer.moved.items()
        if place.os_id not in known
    }
    others = {place.os_id: place for place in answer.found if place.os_id not in known and place.os_id not in offered}
    for place in sorted(others.values(), key=lambda one: (-likeness(one), one.os_id))[:MOST]:
        offered[place.os_id] = (place, likeness(place), None)
    return offered


def accept(actor: Actor, proposal: PlaceProposal) -> None:
    """A person says that the place is the supplier's: its OS ID and its address become facts that the source states.

    An OS ID that moved stays beside the new one, so that who knows the old one still finds the supplier.
    """
    require(actor, Permission.EDIT_REGISTRY)
    _decide(proposal, PlaceState.ACCEPTED)
    supplier = registry.get_supplier(proposal.supplier_id)
    place = Place.model_validate(proposal.data)
    where = Provenance(SOURCE, proposal.found_on)
    services.add_identifier(actor, supplier, Identifier("os_id", place.os_id), where)
    if place.address not in {site.address for site in supplier.sites}:
        sector = place.sectors[0] if place.sectors else None
        site = services.SiteData(place.address, name=place.name, country=place.country, sector=sector)
        services.add_site(actor, supplier, site, where)
    record(actor, "places.accepted", supplier, place_id=proposal.id)


def reject(actor: Actor, proposal: PlaceProposal) -> None:
    """A person says that the place is not the supplier's."""
    require(actor, Permission.EDIT_REGISTRY)
    _decide(proposal, PlaceState.REJECTED)
    record(actor, "places.rejected", proposal.supplier, place_id=proposal.id)


def _decide(proposal: PlaceProposal, state: PlaceState) -> None:
    fresh = session.scalar(
        select(PlaceProposal.state)
        .where(PlaceProposal.id == proposal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if fresh != PlaceState.OPEN:
        raise Conflict(_("Somebody decided on this place already."))
    proposal.state = state
    session.flush()

"""The smelters of one declaration beside all lists, while it is checked: what nobody told apart is a candidate."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from portal.db import session
from portal.declarations.candidates import NamedFacility
from portal.declarations.checks.assurance import Listed
from portal.registry.countries import country_code
from portal.sanctions.models import ListedParty, SanctionCandidate
from portal.sanctions.party import party_from_json
from portal.sanctions.resemblance import Resemblance, Subject
from portal.sanctions.rules import CandidateState
from portal.sanctions.services.screening import all_lists


def listed_facilities(facilities: Mapping[str, NamedFacility]) -> dict[str, Listed]:
    """Facility id -> the listed party that resembles it most, without those that a person said are not the same.

    At most four statements, however many facilities.
    """
    screen, _parties = all_lists()
    found = {
        key: alike
        for key, one in facilities.items()
        if (alike := screen.resembling(Subject(one.names, country_code(one.country) if one.country else None)))
    }
    if not found:
        return {}
    apart = _told_apart(found, {name for key in found for name in facilities[key].names})
    best: dict[str, Resemblance] = {}
    for key, alike in found.items():
        left = [one for one in alike if not {(name, one.key) for name in (key, *facilities[key].names)} & apart]
        if left:
            best[key] = max(left, key=lambda one: one.score)
    return _as_listed(best)


def resembling_run(run_id: UUID) -> tuple[frozenset[str], frozenset[str]]:
    """The facilities and the declared names that resemble, or resembled, a party that this run changed."""
    parties = select(ListedParty.id).where(ListedParty.run_id == run_id)
    return _subjects(SanctionCandidate.party_id.in_(parties))


def subject_of(candidate_id: UUID) -> tuple[frozenset[str], frozenset[str]]:
    """The facility or the declared name that a candidate is about; a supplier is neither."""
    return _subjects(SanctionCandidate.id == candidate_id)


def _subjects(wanted: ColumnElement[bool]) -> tuple[frozenset[str], frozenset[str]]:
    query = select(SanctionCandidate.facility_id, SanctionCandidate.declared_name).where(
        wanted, SanctionCandidate.supplier_id.is_(None)
    )
    rows = session.execute(query).all()
    ids = frozenset(facility_id for facility_id, _name in rows if facility_id)
    return ids, frozenset(name for _id, name in rows if name)


def _told_apart(facility_ids: Any, names: set[str]) -> set[tuple[str, UUID]]:
    query = select(SanctionCandidate.facility_id, SanctionCandidate.declared_name, SanctionCandidate.party_id).where(
        SanctionCandidate.state == CandidateState.NOT_SAME,
        or_(SanctionCandidate.facility_id.in_(facility_ids), SanctionCandidate.declared_name.in_(names)),
    )
    return {(facility_id or name or "", party_id) for facility_id, name, party_id in session.execute(query)}


def _as_listed(best: Mapping[str, Resemblance]) -> dict[str, Listed]:
    query = select(ListedParty.id, ListedParty.content).where(ListedParty.id.in_({one.key for one in best.values()}))
    parties = {party_id: party_from_json(content) for party_id, content in session.execute(query)}
    listed = {}
    for key, alike in best.items():
        party = parties[alike.key]
        since = party.listed_on.isoformat() if party.listed_on else None
        listed[key] = Listed(alike.listed_name, party.programme or party.act or party.part, since)
    return listed

"""Declarations are checked again when rules, lists or decisions change: who is affected, and then batch by batch."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal import db
from portal.access.actor import system_actor
from portal.declarations.rechecking import services
from portal.declarations.rechecking.rules import Affected, Because
from portal.declarations.rules import RULES_VERSION
from portal.minerals.queries import changes_of_run
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.sanctions.services import smelters


def after_statuses(_event_id: UUID, payload: Mapping[str, Any]) -> None:
    """A run changed statuses."""
    emit(Event.DECLARATIONS_OUTDATED, because=Because.STATUSES, run_id=payload["run_id"])


def after_areas(_event_id: UUID, payload: Mapping[str, Any]) -> None:
    """A list of areas was applied."""
    emit(Event.DECLARATIONS_OUTDATED, because=Because.AREAS, run_id=payload["run_id"])


def after_sanctions_list(_event_id: UUID, payload: Mapping[str, Any]) -> None:
    """A sanctions list was applied; its first batch has compared every smelter."""
    if "after" not in payload:
        emit(Event.DECLARATIONS_OUTDATED, because=Because.SANCTIONS_LIST, run_id=payload["run_id"])


def after_decision(_event_id: UUID, payload: Mapping[str, Any]) -> None:
    """Somebody said of a smelter whether it is a listed party."""
    candidate_id = payload["candidate_id"]
    emit(Event.DECLARATIONS_OUTDATED, because=Because.SANCTIONS_DECISION, candidate_id=candidate_id)


def read_batch(payload: Mapping[str, Any]) -> services.Batch:
    """Read the next declarations that the change is about, before the event's own transaction."""
    after = payload.get("after")
    with db.transaction():
        return services.read_batch(_affected(payload), UUID(after) if after else None)


def keep_batch(_event_id: UUID, payload: Mapping[str, Any], fetched: services.Batch) -> None:
    """Add the checks that say anything else, and go on with the next declarations."""
    services.keep_batch(system_actor("checking again"), fetched, Because(payload["because"]))
    if fetched.last:
        emit(Event.DECLARATIONS_OUTDATED, **{**payload, "after": fetched.last})


def _affected(payload: Mapping[str, Any]) -> Affected:
    match Because(payload["because"]):
        case Because.STATUSES:
            changes = changes_of_run(UUID(payload["run_id"]))
            return Affected(pairs=frozenset((change.facility_id, change.metal) for change in changes))
        case Because.SANCTIONS_LIST:
            ids, names = smelters.resembling_run(UUID(payload["run_id"]))
            return Affected(facilities=ids, names=names)
        case Because.SANCTIONS_DECISION:
            ids, names = smelters.subject_of(UUID(payload["candidate_id"]))
            return Affected(facilities=ids, names=names)
        case Because.RULES:
            return Affected(every=True, older_than=RULES_VERSION)
        case Because.AREAS | Because.ASKED:
            return Affected(every=True)

"""Asking OpenSanctions for the suppliers that somebody follows: a hundred at a time, each answer on its own.

Each supplier is a query that costs money, so only an operator starts it, and who was answered within the month is not
asked again. A used-up quota closes it until the first day of the next month, as the quota does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.db import now, session
from portal.errors import BadInput, Conflict
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.registry.matching.name_reasons import name_reasons
from portal.registry.matching.profile import Evidence, Name
from portal.sanctions import queries, subjects
from portal.sanctions.catalogue import OPENSANCTIONS
from portal.sanctions.models import ListedParty, ListedPartyVersion, OutsideCheck
from portal.sanctions.party import Party
from portal.sanctions.rules import BY_SERVICE
from portal.sanctions.services.screening import keep_candidates
from portal.sanctions.subjects import Named
from portal.settings import get_settings
from portal.sources.models import Source, SyncRun
from portal.sources.refusal import Refused
from portal.sources.rules import Reason, RunState, Trigger
from portal.sources.services.runs import finish
from portal.sources.services.starting import settings_of

BATCH = 100  # the most that the service takes at once
FRESH_DAYS = 30
QUOTA = 429


@dataclass(frozen=True)
class Found:
    """One organisation that the service finds alike; `score` is its own, 0 to 1."""

    party: Party
    score: float
    algorithm: str


@dataclass(frozen=True)
class Asked:
    """What came of a batch: per supplier the results, or the status of a query that failed; or why nothing came."""

    asked: Sequence[Named]
    results: dict[str, list[Found]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    refused: Refused | None = None


def is_on() -> bool:
    """Whether this installation names a service."""
    return bool(get_settings().opensanctions_url)


def closed_until() -> date | None:
    """The day from which the service may be asked again after its quota was used up; None where it may be now."""
    settings = session.get(Source, OPENSANCTIONS.code)
    until = settings.next_run_at if settings else None
    return until.date() if until and until > now() else None


def ask_for_followed(actor: Actor) -> None:
    """Start asking for all followed suppliers that were not answered within the month."""
    require(actor, Permission.RUN_SOURCES)
    if not is_on():
        raise BadInput(
            _("OpenSanctions is switched off."), remedy=_("Set OPENSANCTIONS_URL and OPENSANCTIONS_KEY, and restart.")
        )
    if until := closed_until():
        raise Conflict(_("The quota of this month is used up. Ask again from %(day)s.", day=until.isoformat()))
    record(actor, "sanctions.asked", None, source=OPENSANCTIONS.code)
    emit(Event.OPENSANCTIONS_REQUESTED, actor=actor)


def next_batch(after: UUID | None) -> list[Named]:
    """The next followed suppliers to ask for; none while the quota is used up."""
    if closed_until():
        return []
    since = now() - timedelta(days=FRESH_DAYS)
    return subjects.suppliers(queries.followed_unanswered(since, after=after, most=BATCH))


def take_answers(actor: Actor, answers: Asked) -> SyncRun:
    """Keep what came as a run, candidates and checks; go on with the next suppliers unless the service refused."""
    run = SyncRun(
        source_code=settings_of(OPENSANCTIONS).code,
        state=RunState.QUEUED,
        trigger=Trigger.FETCH,
        as_of=today(),
        started_at=now(),
        rows_read=len(answers.results),
        counts={"asked": len(answers.asked), "failed": len(answers.failed)},
    )
    session.add(run)
    session.flush()
    if answers.refused:
        status = answers.refused.params.get("status")
        if status == QUOTA:
            session.get_one(Source, OPENSANCTIONS.code).next_run_at = _next_month()
        reason = Reason.HTTP_ERROR if status else answers.refused.reason
        finish(actor, run, RunState.FAILED, reason, answers.refused.params)
        return run
    _keep(run, answers)
    finish(actor, run, RunState.APPLIED)
    if len(answers.asked) == BATCH:
        emit(Event.OPENSANCTIONS_REQUESTED, actor=actor, after=max(one.key for one in answers.asked))
    return run


def _next_month() -> datetime:
    first = (today().replace(day=1) + timedelta(days=32)).replace(day=1)
    return datetime(first.year, first.month, first.day, tzinfo=UTC)


def _keep(run: SyncRun, answers: Asked) -> None:
    """The parties that were found, who resembles them, and for whom the service answered at all."""
    known: dict[str, UUID] = {}
    rows = []
    for one in answers.asked:
        for found in answers.results.get(one.key, ()):
            ref = found.party.ref
            known[ref] = known.get(ref) or _party_id(run, found.party)
            rows.append(_candidate(one, found, known[ref]))
    keep_candidates("supplier", rows)
    for one in answers.asked:
        row = {"run_id": run.id, "asked_at": now(), "problem": answers.failed.get(one.key)}
        check = insert(OutsideCheck).values(supplier_id=UUID(one.key), **row)
        session.execute(check.on_conflict_do_update(index_elements=["supplier_id"], set_=row))


def _party_id(run: SyncRun, party: Party) -> UUID:
    content = party.to_json()
    row = {"name": party.name, "content": content, "run_id": run.id}
    new = insert(ListedParty).values(source_code=OPENSANCTIONS.code, part=party.part, ref=party.ref, **row)
    upsert = new.on_conflict_do_update(index_elements=["source_code", "part", "ref"], set_=row)
    party_id = session.execute(upsert.returning(ListedParty.id)).scalar_one()
    version = {"party_id": party_id, "run_id": run.id, "as_of": run.as_of, "content": content}
    session.execute(insert(ListedPartyVersion).values(version).on_conflict_do_nothing())
    return party_id


def _candidate(one: Named, found: Found, party_id: UUID) -> dict[str, Any]:
    name = one.subject.names[0]
    service = Evidence(BY_SERVICE, True, {"score": round(found.score * 100), "algorithm": found.algorithm})
    evidence = [service, *name_reasons(Name(name), Name(found.party.name))]
    return {
        "party_id": party_id,
        "key": one.key,
        "score": min(max(found.score, 0.0), 1.0),
        "name": name,
        "listed_name": found.party.name,
        "evidence": evidence,
    }

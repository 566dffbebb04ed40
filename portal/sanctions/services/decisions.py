"""What people decide: an operator on a held list; an officer or operator on a name that resembles a listed one."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import update

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import now, session
from portal.errors import Conflict
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.sanctions import queries
from portal.sanctions.catalogue import get_list
from portal.sanctions.models import SanctionCandidate
from portal.sanctions.rules import CandidateState, decide
from portal.sanctions.services.runs import apply_kept
from portal.sources import queries as sources
from portal.sources.models import SyncRun
from portal.sources.rules import Reason, RunState
from portal.sources.services.decisions import reason_given, refuse_outdated, take_held
from portal.sources.services.runs import finish


def decide_candidate(actor: Actor, candidate_id: UUID, state: CandidateState, note: str, version: int) -> None:
    """Say whether the two are the same company, with a reason. Raises Conflict where somebody was faster."""
    require(actor, Permission.DECIDE_SANCTIONS)
    candidate = queries.get_candidate(actor, candidate_id)
    note = reason_given(note)
    decide(candidate.state, state)
    changed = session.execute(
        update(SanctionCandidate)
        .where(SanctionCandidate.id == candidate_id, SanctionCandidate.version == version)
        .values(
            state=state,
            note=note,
            decided_by_id=actor.authority_id,
            decided_user_id=actor.user_id,
            decided_at=now(),
            version=version + 1,
        )
        .execution_options(synchronize_session=False)
        .returning(SanctionCandidate.id)
    ).one_or_none()
    if changed is None:
        raise Conflict(_("Somebody decided on this name meanwhile. Reload the page to see how."))
    record(actor, f"sanctions.{state}", candidate, list=candidate.party.source_code)
    if candidate.supplier_id is None:
        emit(Event.SMELTER_SCREENED, actor=actor, candidate_id=candidate_id)


def decide_list(actor: Actor, run_id: UUID, note: str, *, applies: bool) -> SyncRun:
    """Apply a held list after all, or throw it away, with the operator's reason."""
    run = take_held(actor, run_id, note, RunState.APPLIED if applies else RunState.REJECTED)
    get_list(run.source_code)
    if not applies:
        finish(actor, run, RunState.REJECTED, Reason(run.reason or ""), run.reason_params)
        return run
    refuse_outdated(run, sources.last_applied(run.source_code))
    apply_kept(actor, run)
    return run

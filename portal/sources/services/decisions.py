"""What an operator does with a held list: apply it after all, or throw it away."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import session
from portal.errors import BadInput, Conflict, NotFound
from portal.sources.models import SyncRun
from portal.sources.rules import Reason, RunState, move
from portal.sources.services import runs

MAX_NOTE = 1000


def apply_held(actor: Actor, run_id: UUID, note: str) -> SyncRun:
    """Apply a held list, with the operator's reason. Raises Conflict when another list was applied meanwhile."""
    run = take_held(actor, run_id, note, RunState.APPLIED)
    refuse_outdated(run, runs.compared_with(run))
    runs.apply_compared(actor, run)
    return run


def reject_held(actor: Actor, run_id: UUID, note: str) -> SyncRun:
    """Throw a held list away, with the operator's reason. What is shown stays."""
    run = take_held(actor, run_id, note, RunState.REJECTED)
    runs.finish(actor, run, RunState.REJECTED, Reason(run.reason or ""), run.reason_params)
    return run


def note_suppliers_touched(run_id: UUID, count: int) -> None:
    """How many suppliers' declarations name what a held list would change; counted over the network, for operators."""
    run = session.scalar(select(SyncRun).where(SyncRun.id == run_id).with_for_update())
    if run and run.state == RunState.HELD:
        run.counts = {**run.counts, "suppliers": count}


def take_held(actor: Actor, run_id: UUID, note: str, target: RunState) -> SyncRun:
    """A held run with the operator's reason, locked for what is decided on it: of any kind of list."""
    require(actor, Permission.RUN_SOURCES)
    note = reason_given(note)
    run = session.scalar(
        select(SyncRun).where(SyncRun.id == run_id).with_for_update().execution_options(populate_existing=True)
    )
    if run is None:
        raise NotFound
    move(run.state, target)
    if not runs.lock_source(run.source_code, wait=False):
        raise Conflict(_("Another list of this source is being read at this moment. Try again in a minute."))
    run.decided_by, run.decision_note = actor.user_id, note
    return run


def reason_given(note: str) -> str:
    """The reason without blanks around it. Raises BadInput where there is none."""
    note = note.strip()[:MAX_NOTE]
    if not note:
        raise BadInput(_("The reason is missing."), field="note", remedy=_("Say in a sentence why you decide so."))
    return note


def refuse_outdated(run: SyncRun, shown: SyncRun | None) -> None:
    """Raise Conflict where another list is shown than the one that this run was compared with."""
    if (shown.id if shown else None) != run.previous_run_id:
        raise Conflict(_("Another list was applied since this one was read. Upload it again to compare it anew."))

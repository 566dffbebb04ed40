"""Carrying out a run: read the list, compare it with the last good one, then apply it, hold it or say why not.

Everything happens in the caller's transaction, one run of a source at a time. A run that is not queued any more is
left alone, so however often a run is delivered, it is carried out once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from portal.access.actor import Actor
from portal.db import join_whole_sets, now, session
from portal.evidence.queries import content_of
from portal.evidence.services import store_blob
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.sources import queries
from portal.sources.catalogue import SOURCES, AreaSource, ListSource
from portal.sources.facilities import PARSER, Reading
from portal.sources.guard import guard
from portal.sources.models import SyncRun
from portal.sources.refusal import Refused
from portal.sources.rules import Reason, RunState, Trigger, move
from portal.sources.services import areas
from portal.sources.services.observing import confirm_removals, observe_changes
from portal.sources.services.snapshots import compare, lay_out, note_changes, show, take_in

Report = Callable[[int, int], None]
STEPS = 4


@dataclass(frozen=True)
class Fetched:
    """What came from a source's address. `content` is None where the server says that nothing changed (304)."""

    content: bytes | None
    http_status: int
    etag: str | None = None


def execute(actor: Actor, run_id: UUID, report: Report, fetched: Fetched | Refused | None = None) -> SyncRun | None:
    """Carry out a queued run; None when there is nothing (left) to do.

    `fetched` is what the network gave for a run without a file: the content, or why there is none.
    """
    run = session.scalar(
        select(SyncRun).where(SyncRun.id == run_id, SyncRun.state == RunState.QUEUED).with_for_update()
    )
    if run is None:
        return None
    lock_source(run.source_code)
    join_whole_sets()
    run.started_at, run.parser = now(), PARSER
    report(1, STEPS)
    try:
        content = content_of_run(run, fetched)
        _refuse_older(run)
        _refuse_rejected(run)
        if content is None or _same_bytes(run):
            _finish_unchanged(actor, run)
        else:
            _read_and_compare(actor, run, content, report)
    except Refused as refused:
        finish(actor, run, RunState.FAILED, refused.reason, refused.params)
    return run


def lock_source(code: str, *, wait: bool = True) -> bool:
    """Let no other run of this source read or apply until the transaction ends; False if one does, not waiting."""
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    got = session.scalar(text(f"SELECT {function}(hashtextextended(:name, 0))"), {"name": f"source:{code}"})
    return wait or bool(got)


def content_of_run(
    run: SyncRun, fetched: Fetched | Refused | None, keep: Callable[[bytes], bytes] = bytes
) -> bytes | None:
    """The bytes that the run is about, stored; None if the server says that they are those of last time.

    `keep` makes of a fetched file what is stored of it.
    """
    if isinstance(fetched, Refused):
        raise fetched
    if fetched is None:
        return content_of(run.sha256 or "")
    run.http_status, run.etag = fetched.http_status, fetched.etag
    if fetched.content is None:
        return None
    content = keep(fetched.content)
    run.sha256 = store_blob(content)
    return content


def as_last_time(run: SyncRun) -> bytes:
    """The bytes that are shown, for a run whose server says that nothing changed. Raises Refused where none are."""
    shown = queries.last_applied(run.source_code)
    if shown is None:
        raise Refused(Reason.HTTP_ERROR, status=run.http_status)
    run.sha256 = shown.sha256
    return content_of(run.sha256 or "")


def _refuse_older(run: SyncRun) -> None:
    """A list of an older day never overwrites a newer one, whenever it arrives."""
    if isinstance(SOURCES[run.source_code], AreaSource):
        return  # it is a version of its own day and overwrites nothing
    newest = queries.newest_day(run.source_code)
    if newest and run.as_of < newest:
        raise Refused(Reason.OLDER_LIST, as_of=run.as_of.isoformat(), newest=newest.isoformat())


def _refuse_rejected(run: SyncRun) -> None:
    """What an operator has thrown away is not put before them again by the clock, only by a person."""
    if run.trigger == Trigger.SCHEDULE and run.sha256 and queries.was_rejected(run.source_code, run.sha256):
        raise Refused(Reason.REJECTED_BEFORE)


def compared_with(run: SyncRun) -> SyncRun | None:
    """The run that this one is compared with: whose list is shown; for areas the one that holds on the run's day."""
    versions = isinstance(SOURCES[run.source_code], AreaSource)
    return queries.last_applied(run.source_code, run.as_of if versions else None)


def _same_bytes(run: SyncRun) -> bool:
    shown = compared_with(run)
    return shown is not None and shown.sha256 == run.sha256


def _finish_unchanged(actor: Actor, run: SyncRun) -> None:
    """The list is the one that is shown. Read on a later day, it confirms what is missing from it."""
    shown, source = compared_with(run), SOURCES[run.source_code]
    if shown is None:
        raise Refused(Reason.HTTP_ERROR, status=run.http_status)
    run.previous_run_id, run.rows_read, run.sha256 = shown.id, shown.rows_read, shown.sha256
    confirmed = 0
    if not isinstance(source, AreaSource):
        lay_out()  # without rows: those that are shown are the list's own
        confirmed = confirm_removals(run, source.scheme, shown)
    run.counts = {"confirmed": confirmed}
    finish(actor, run, RunState.UNCHANGED)
    if confirmed:
        emit(Event.ASSURANCE_CHANGED, actor=actor, run_id=run.id)


def _read_and_compare(actor: Actor, run: SyncRun, content: bytes, report: Report) -> None:
    source = SOURCES[run.source_code]
    if isinstance(source, AreaSource):
        finding = areas.read_and_compare(run, content, compared_with)
    else:
        finding = _read_facilities(run, content, source, report)
    report(3, STEPS)
    if finding:
        reason, facts = finding
        supersede_held(actor, run)
        finish(actor, run, RunState.HELD, reason, facts)
        if not isinstance(source, AreaSource):
            emit(Event.SYNC_HELD, actor=actor, run_id=run.id)  # to count whom its facilities would touch
    else:
        apply(actor, run)


def _read_facilities(
    run: SyncRun, content: bytes, source: ListSource, report: Report
) -> tuple[Reason, dict[str, Any]] | None:
    reading = Reading(content, source)
    report(2, STEPS)
    try:
        take_in(reading)
    except Refused:
        _note(run, reading)
        raise
    shown = compared_with(run)
    run.previous_run_id = shown.id if shown else None
    _note(run, reading)
    counts = compare(run)
    run.counts = {**counts, "rejects": len(reading.rejects)}
    return guard(counts, shown.rows_read if shown else 0, reading.taken, reading.rejects)


def _note(run: SyncRun, reading: Reading) -> None:
    """Write down what was read and which rows were not taken."""
    run.rows_read = reading.taken
    run.rejects = [
        {name: value for name, value in vars(reject).items() if value is not None} for reject in reading.rejects
    ]


def apply_compared(actor: Actor, run: SyncRun) -> None:
    """Apply a run that was held. A list's file is read and compared once more; areas were kept with the run."""
    source = SOURCES[run.source_code]
    if isinstance(source, ListSource):
        join_whole_sets()
        take_in(Reading(content_of(run.sha256 or ""), source))
        note_changes(run)
    apply(actor, run)


def apply(actor: Actor, run: SyncRun) -> None:
    """Make the run's list what is shown: observations where it says something new, removals confirmed."""
    source = SOURCES[run.source_code]
    if isinstance(source, AreaSource):
        supersede_held(actor, run)
        areas.apply(run)
        finish(actor, run, RunState.APPLIED)
        emit(Event.AREAS_CHANGED, actor=actor, run_id=run.id)
        return
    scheme = source.scheme
    shown = session.get(SyncRun, run.previous_run_id) if run.previous_run_id else None
    supersede_held(actor, run)
    observed = observe_changes(run, scheme)
    confirmed = confirm_removals(run, scheme, shown) if shown else 0
    show(run)
    run.counts = {**run.counts, "observed": observed, "confirmed": confirmed}
    finish(actor, run, RunState.APPLIED)
    if shown and (observed or confirmed):
        emit(Event.ASSURANCE_CHANGED, actor=actor, run_id=run.id)


def supersede_held(actor: Actor, run: SyncRun) -> None:
    """A list that waited for a decision makes way for this one."""
    held = session.scalar(
        select(SyncRun)
        .where(SyncRun.source_code == run.source_code, SyncRun.state == RunState.HELD, SyncRun.id != run.id)
        .with_for_update()
    )
    if held:
        finish(actor, held, RunState.REJECTED, Reason.SUPERSEDED, {"by": str(run.id)})


def finish(
    actor: Actor, run: SyncRun, state: RunState, reason: Reason | None = None, params: dict[str, Any] | None = None
) -> None:
    """End a run, or hold it. The caller has locked its row, so of two who decide only one does."""
    move(run.state, state)
    run.state, run.reason, run.reason_params, run.finished_at = state, reason, params or {}, now()
    session.flush()
    record(actor, f"source.run_{state}", run, source=run.source_code, reason=reason, sha256=run.sha256)

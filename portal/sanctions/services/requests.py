"""Asking for a run of a sanctions list: an upload, an address fetched now or by the clock, the command line.

The runs are those of all sources (sources.services.starting). What is different is that a list is read before anything
of it is stored, so that no person in it ever is.
"""

from datetime import date
from uuid import UUID

from portal.access.actor import Actor
from portal.evidence.services import store_blob
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.sanctions.catalogue import LISTS, get_list
from portal.sanctions.reading.kept import PARSER, keep
from portal.sources.models import Source, SyncRun
from portal.sources.refusal import Refused
from portal.sources.rules import RunState, Trigger
from portal.sources.services import starting
from portal.sources.services.runs import finish


def upload_list(actor: Actor, code: str, *, content: bytes, filename: str | None, as_of: date) -> SyncRun:
    """Read an uploaded list, keep the organisations in it and ask the worker to compare them."""
    run = add_file_run(actor, code, content=content, filename=filename, as_of=as_of, trigger=Trigger.UPLOAD)
    if run.state == RunState.QUEUED:
        emit(Event.SANCTIONS_LIST_REQUESTED, actor=actor, run_id=run.id)
    return run


def add_file_run(
    actor: Actor, code: str, *, content: bytes, filename: str | None, as_of: date, trigger: Trigger
) -> SyncRun:
    """A run for bytes that are here already, failed at once where they are no list; the caller says who compares."""
    one = get_list(code)
    run = starting.add_file_run(actor, one, filename=filename, as_of=as_of, trigger=trigger)
    try:
        run.sha256 = store_blob(keep(content, one.read))
    except Refused as refused:
        run.parser = PARSER
        finish(actor, run, RunState.FAILED, refused.reason, refused.params)
    return run


def fetch_now(actor: Actor, code: str) -> SyncRun:
    """Ask the worker to fetch the list from its address at once."""
    run = starting.fetch_now(actor, get_list(code))
    emit(Event.SANCTIONS_LIST_REQUESTED, actor=actor, run_id=run.id)
    return run


def request_due(actor: Actor) -> list[UUID]:
    """Ask for a run of each list whose time has come."""
    runs = starting.start_due(actor, LISTS)
    for run in runs:
        emit(Event.SANCTIONS_LIST_REQUESTED, actor=actor, run_id=run.id)
    return [run.id for run in runs]


def change_settings(actor: Actor, code: str, *, url: str | None, interval_hours: int, enabled: bool) -> Source:
    """Set where and how often a list is read."""
    return starting.change_settings(actor, get_list(code), url=url, interval_hours=interval_hours, enabled=enabled)

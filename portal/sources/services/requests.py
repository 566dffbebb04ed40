"""Asking for a run: an operator uploads a list or has it fetched, the clock comes round, the command line reads one."""

from datetime import date
from uuid import UUID

from portal.access.actor import Actor
from portal.evidence.scanning import check_file
from portal.evidence.services import store_blob
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.sources.catalogue import SOURCES, get_source
from portal.sources.models import Source, SyncRun
from portal.sources.rules import Trigger
from portal.sources.services import starting


def upload_list(actor: Actor, code: str, *, content: bytes, filename: str | None, as_of: date) -> SyncRun:
    """Keep an uploaded list and ask the worker to read it. Raises BadInput as evidence.scanning.check_file does."""
    check_file(content)
    run = add_file_run(actor, code, content=content, filename=filename, as_of=as_of, trigger=Trigger.UPLOAD)
    emit(Event.SYNC_REQUESTED, actor=actor, run_id=run.id)
    return run


def add_file_run(
    actor: Actor, code: str, *, content: bytes, filename: str | None, as_of: date, trigger: Trigger
) -> SyncRun:
    """A run for bytes that are here already; the caller says who reads them."""
    run = starting.add_file_run(actor, get_source(code), filename=filename, as_of=as_of, trigger=trigger)
    run.sha256 = store_blob(content)
    return run


def fetch_now(actor: Actor, code: str) -> SyncRun:
    """Ask the worker to fetch the list from its address at once."""
    run = starting.fetch_now(actor, get_source(code))
    emit(Event.SYNC_REQUESTED, actor=actor, run_id=run.id)
    return run


def request_due(actor: Actor) -> list[UUID]:
    """Ask for a run of each source whose time has come."""
    runs = starting.start_due(actor, SOURCES)
    for run in runs:
        emit(Event.SYNC_REQUESTED, actor=actor, run_id=run.id)
    return [run.id for run in runs]


def change_settings(actor: Actor, code: str, *, url: str | None, interval_hours: int, enabled: bool) -> Source:
    """Set where and how often a source is read."""
    return starting.change_settings(actor, get_source(code), url=url, interval_hours=interval_hours, enabled=enabled)

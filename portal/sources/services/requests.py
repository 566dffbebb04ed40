"""Asking for a run: an operator uploads a list or has it fetched, the clock comes round, the command line reads one."""

from datetime import date, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.db import now, session
from portal.errors import BadInput, Conflict
from portal.evidence.services import safe_filename, store_blob
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.sources import queries
from portal.sources.addresses import check_url, is_allowed
from portal.sources.catalogue import SOURCES, AreaSource, ListSource, get_source
from portal.sources.models import Source, SyncRun
from portal.sources.rules import RunState, Trigger


def upload_list(actor: Actor, code: str, *, content: bytes, filename: str | None, as_of: date) -> SyncRun:
    """Keep an uploaded list and ask the worker to read it."""
    run = add_file_run(actor, code, content=content, filename=filename, as_of=as_of, trigger=Trigger.UPLOAD)
    emit(Event.SYNC_REQUESTED, actor=actor, run_id=run.id)
    return run


def add_file_run(
    actor: Actor, code: str, *, content: bytes, filename: str | None, as_of: date, trigger: Trigger
) -> SyncRun:
    """A run for bytes that are here already; the caller says who reads them."""
    require(actor, Permission.RUN_SOURCES)
    source = get_source(code)
    if as_of > today():
        raise BadInput(_("The day lies in the future."), field="as_of", remedy=_("Say which day the list speaks of."))
    return _add_run(actor, source, trigger, as_of, filename=safe_filename(filename), sha256=store_blob(content))


def fetch_now(actor: Actor, code: str) -> SyncRun:
    """Ask the worker to fetch the list from its address at once."""
    require(actor, Permission.RUN_SOURCES)
    settings = queries.get_settings_of(code)
    if settings is None or settings.url is None:
        raise BadInput(_("This source has no address yet."), field="url", remedy=_("Set one, or upload the list."))
    check_url(settings.url, get_source(code))
    if queries.has_open_run(code):
        raise Conflict(_("A run of this source is waiting already. Look at that one first."))
    return _request_fetch(actor, settings, Trigger.FETCH)


def request_due(actor: Actor) -> list[UUID]:
    """Ask for a run of each source whose time has come; called by the clock, however many of them there are."""
    due = (
        select(Source)
        .where(Source.enabled, Source.url.is_not(None), Source.next_run_at <= now(), Source.code.in_(SOURCES))
        .with_for_update(skip_locked=True)
    )
    requested = []
    for settings in session.scalars(due).all():
        settings.next_run_at = now() + timedelta(hours=settings.interval_hours)
        # What waits for a person is not asked for again; an address that is no longer allowed is not visited.
        if not queries.has_open_run(settings.code) and is_allowed(settings.url or "", SOURCES[settings.code]):
            requested.append(_request_fetch(actor, settings, Trigger.SCHEDULE).id)
    return requested


def change_settings(actor: Actor, code: str, *, url: str | None, interval_hours: int, enabled: bool) -> Source:
    """Set where and how often a source is read. Switched on, it is read at the next minute."""
    require(actor, Permission.RUN_SOURCES)
    source = get_source(code)
    if enabled and not url:
        raise BadInput(_("A source without an address cannot be read by itself."), field="url")
    if url:
        check_url(url, source)
    settings = _settings(source, lock=True)
    settings.url = url or None
    settings.interval_hours = interval_hours
    settings.enabled = enabled
    settings.next_run_at = now() if enabled else None
    session.flush()
    record(actor, "source.changed", None, source=code, enabled=enabled, interval_hours=interval_hours)
    return settings


def _request_fetch(actor: Actor, settings: Source, trigger: Trigger) -> SyncRun:
    run = _add_run(actor, SOURCES[settings.code], trigger, today(), url=settings.url)
    emit(Event.SYNC_REQUESTED, actor=actor, run_id=run.id)
    return run


def _add_run(
    actor: Actor,
    source: ListSource | AreaSource,
    trigger: Trigger,
    as_of: date,
    *,
    filename: str | None = None,
    sha256: str | None = None,
    url: str | None = None,
) -> SyncRun:
    run = SyncRun(
        source_code=_settings(source).code,
        state=RunState.QUEUED,
        trigger=trigger,
        requested_by=actor.user_id,
        filename=filename,
        sha256=sha256,
        url=url,
        as_of=as_of,
    )
    session.add(run)
    session.flush()
    record(actor, "source.run_requested", run, source=source.code, trigger=trigger)
    return run


def _settings(source: ListSource | AreaSource, *, lock: bool = False) -> Source:
    """The source's row, made with the catalogue's values when it is first needed."""
    row = {"code": source.code, "enabled": False, "interval_hours": source.expected_hours}
    session.execute(insert(Source).values(row).on_conflict_do_nothing())
    return session.get_one(Source, source.code, with_for_update=lock, populate_existing=lock)

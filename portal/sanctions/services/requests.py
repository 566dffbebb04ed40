"""Asking for a run of a sanctions list: an upload, an address fetched now or by the clock, the command line.

The runs are those of all sources (sources.models.SyncRun) with their states, locks and journal. What is different is
that a list is read before anything of it is stored, so that no person in it ever is.
"""

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
from portal.sanctions.catalogue import LISTS, SanctionsList, get_list
from portal.sanctions.reading.kept import PARSER, keep
from portal.sources import queries as sources
from portal.sources.addresses import check_url, is_allowed
from portal.sources.models import Source, SyncRun
from portal.sources.refusal import Refused
from portal.sources.rules import RunState, Trigger
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
    require(actor, Permission.RUN_SOURCES)
    one = get_list(code)
    if as_of > today():
        raise BadInput(_("The day lies in the future."), field="as_of", remedy=_("Say which day the list speaks of."))
    run = _add_run(actor, one, trigger, as_of, filename=safe_filename(filename))
    try:
        run.sha256 = store_blob(keep(content, one.read))
    except Refused as refused:
        run.parser = PARSER
        finish(actor, run, RunState.FAILED, refused.reason, refused.params)
    return run


def fetch_now(actor: Actor, code: str) -> SyncRun:
    """Ask the worker to fetch the list from its address at once."""
    require(actor, Permission.RUN_SOURCES)
    one = get_list(code)
    settings = session.get(Source, code)
    if settings is None or settings.url is None:
        raise BadInput(_("This list has no address yet."), field="url", remedy=_("Set one, or upload the list."))
    check_url(settings.url, one)
    if sources.has_open_run(code):
        raise Conflict(_("A run of this list is waiting already. Look at that one first."))
    return _request_fetch(actor, settings, Trigger.FETCH)


def request_due(actor: Actor) -> list[UUID]:
    """Ask for a run of each list whose time has come; called by the clock, however many of them there are."""
    due = (
        select(Source)
        .where(Source.enabled, Source.url.is_not(None), Source.next_run_at <= now(), Source.code.in_(LISTS))
        .with_for_update(skip_locked=True)
    )
    requested = []
    for settings in session.scalars(due).all():
        settings.next_run_at = now() + timedelta(hours=settings.interval_hours)
        if not sources.has_open_run(settings.code) and is_allowed(settings.url or "", LISTS[settings.code]):
            requested.append(_request_fetch(actor, settings, Trigger.SCHEDULE).id)
    return requested


def change_settings(actor: Actor, code: str, *, url: str | None, interval_hours: int, enabled: bool) -> Source:
    """Set where and how often a list is read. Switched on, it is read at the next minute."""
    require(actor, Permission.RUN_SOURCES)
    one = get_list(code)
    if enabled and not url:
        raise BadInput(_("A list without an address cannot be read by itself."), field="url")
    if url:
        check_url(url, one)
    settings = _settings(one, lock=True)
    settings.url = url or None
    settings.interval_hours = interval_hours
    settings.enabled = enabled
    settings.next_run_at = now() if enabled else None
    session.flush()
    record(actor, "source.changed", None, source=code, enabled=enabled, interval_hours=interval_hours)
    return settings


def _request_fetch(actor: Actor, settings: Source, trigger: Trigger) -> SyncRun:
    run = _add_run(actor, LISTS[settings.code], trigger, today(), url=settings.url)
    emit(Event.SANCTIONS_LIST_REQUESTED, actor=actor, run_id=run.id)
    return run


def _add_run(
    actor: Actor,
    one: SanctionsList,
    trigger: Trigger,
    as_of: date,
    *,
    filename: str | None = None,
    url: str | None = None,
) -> SyncRun:
    run = SyncRun(
        source_code=_settings(one).code,
        state=RunState.QUEUED,
        trigger=trigger,
        requested_by=actor.user_id,
        filename=filename,
        url=url,
        as_of=as_of,
    )
    session.add(run)
    session.flush()
    record(actor, "source.run_requested", run, source=one.code, trigger=trigger)
    return run


def _settings(one: SanctionsList, *, lock: bool = False) -> Source:
    """The list's row, made with the catalogue's values when it is first needed."""
    row = {"code": one.code, "enabled": False, "interval_hours": one.expected_hours}
    session.execute(insert(Source).values(row).on_conflict_do_nothing())
    return session.get_one(Source, one.code, with_for_update=lock, populate_existing=lock)

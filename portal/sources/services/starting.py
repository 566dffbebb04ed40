"""How a run of any list that is read from outside starts: its settings, the clock, an operator who asks at once.

`requests` uses it for lists of facilities and areas, portal.sanctions for its own. They differ in what is done with the
bytes, and in the event by which they then ask the worker.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.db import now, session
from portal.errors import BadInput, Conflict
from portal.evidence.services import safe_filename
from portal.journal.services import record
from portal.sources import queries
from portal.sources.addresses import Published, check_url, is_allowed
from portal.sources.models import Source, SyncRun
from portal.sources.rules import RunState, Trigger


def add_file_run(actor: Actor, source: Published, *, filename: str | None, as_of: date, trigger: Trigger) -> SyncRun:
    """A run for bytes that are here already; the caller keeps them. Raises BadInput for a day that is yet to come."""
    require(actor, Permission.RUN_SOURCES)
    if as_of > today():
        raise BadInput(_("The day lies in the future."), field="as_of", remedy=_("Say which day the list speaks of."))
    return _add_run(actor, source, trigger, as_of, filename=safe_filename(filename))


def fetch_now(actor: Actor, source: Published) -> SyncRun:
    """A run for the list as it stands at its address. Raises BadInput without one, Conflict where one is waiting."""
    require(actor, Permission.RUN_SOURCES)
    settings = session.get(Source, source.code)
    if settings is None or settings.url is None:
        raise BadInput(_("This source has no address yet."), field="url", remedy=_("Set one, or upload the list."))
    check_url(settings.url, source)
    if queries.has_open_run(source.code):
        raise Conflict(_("A run of this source is waiting already. Look at that one first."))
    return _add_run(actor, source, Trigger.FETCH, today(), url=settings.url)


def start_due(actor: Actor, sources: Mapping[str, Published]) -> list[SyncRun]:
    """A run of each of these whose time has come; called by the clock, however many of them there are."""
    due = (
        select(Source)
        .where(Source.enabled, Source.url.is_not(None), Source.next_run_at <= now(), Source.code.in_(sources))
        .with_for_update(skip_locked=True)
    )
    started = []
    for settings in session.scalars(due).all():
        settings.next_run_at = now() + timedelta(hours=settings.interval_hours)
        source = sources[settings.code]
        # What waits for a person is not asked for again; an address that is no longer allowed is not visited.
        if not queries.has_open_run(source.code) and is_allowed(settings.url or "", source):
            started.append(_add_run(actor, source, Trigger.SCHEDULE, today(), url=settings.url))
    return started


def change_settings(actor: Actor, source: Published, *, url: str | None, interval_hours: int, enabled: bool) -> Source:
    """Set where and how often a source is read. Switched on, it is read at the next minute."""
    require(actor, Permission.RUN_SOURCES)
    if enabled and not url:
        raise BadInput(_("A source without an address cannot be read by itself."), field="url")
    if url:
        check_url(url, source)
    settings = settings_of(source, lock=True)
    settings.url = url or None
    settings.interval_hours = interval_hours
    settings.enabled = enabled
    settings.next_run_at = now() if enabled else None
    session.flush()
    record(actor, "source.changed", None, source=source.code, enabled=enabled, interval_hours=interval_hours)
    return settings


def _add_run(
    actor: Actor,
    source: Published,
    trigger: Trigger,
    as_of: date,
    *,
    filename: str | None = None,
    url: str | None = None,
) -> SyncRun:
    run = SyncRun(
        source_code=settings_of(source).code,
        state=RunState.QUEUED,
        trigger=trigger,
        requested_by=actor.user_id,
        filename=filename,
        url=url,
        as_of=as_of,
    )
    session.add(run)
    session.flush()
    record(actor, "source.run_requested", run, source=source.code, trigger=trigger)
    return run


def settings_of(source: Published, *, lock: bool = False) -> Source:
    """The source's row, made with the catalogue's values when it is first needed."""
    row = {"code": source.code, "enabled": False, "interval_hours": source.expected_hours}
    session.execute(insert(Source).values(row).on_conflict_do_nothing())
    return session.get_one(Source, source.code, with_for_update=lock, populate_existing=lock)

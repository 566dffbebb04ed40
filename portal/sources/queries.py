"""Every SELECT on sources: their settings and freshness, runs, and what a run is compared with. All members see it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import undefer

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import can
from portal.db import now, session
from portal.errors import NotFound
from portal.minerals.rules import is_stale
from portal.shapes import TodoItem
from portal.sources.catalogue import SOURCES, AreaSource, ListSource, get_source
from portal.sources.labels import todo_text
from portal.sources.models import Source, SyncRun
from portal.sources.rules import GOOD, Freshness, Reason, RunState
from portal.sources.rules import freshness as freshness_of
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 30


@dataclass(frozen=True)
class Standing:
    """How a source stands today. `records` are the rows of the list that is shown, `changed` what it changed."""

    source: ListSource | AreaSource
    settings: Source | None
    status: Freshness
    good: SyncRun | None  # the newest good run
    list_run: SyncRun | None  # the run whose list is shown
    held: SyncRun | None
    failed: SyncRun | None  # the newest run, where it failed after the last good one
    waiting: SyncRun | None

    @property
    def name(self) -> Any:
        """The source's title."""
        return self.source.title

    @property
    def last_good(self) -> datetime | None:
        """When the list was last read well."""
        return self.good.finished_at if self.good else None

    @property
    def is_stale(self) -> bool:
        """Older than twice the interval that we expect, whatever else is the matter: said wherever its words stand."""
        hours = self.settings.interval_hours if self.settings else self.source.expected_hours
        return is_stale(self.last_good, hours, now())

    @property
    def next_run_at(self) -> datetime | None:
        """When it is read again by itself; None where it waits for a person."""
        return self.settings.next_run_at if self.settings and self.settings.enabled and not self.held else None


def get_run(run_id: UUID, *, whole: bool = False) -> SyncRun:
    """One run, or NotFound; `whole` also reads its difference and rejected rows."""
    query = select(SyncRun).where(SyncRun.id == run_id)
    if whole:
        query = query.options(undefer(SyncRun.diff), undefer(SyncRun.rejects))
    run = session.scalar(query)
    if run is None:
        raise NotFound
    return run


def freshness() -> list[Standing]:
    """All sources of the catalogue as they stand today. Three statements."""
    settings = {source.code: source for source in session.scalars(select(Source))}
    newest = _newest_by_state()
    return [_standing(source, settings.get(source.code), newest) for source in SOURCES.values()]


def stale_lists(kind: str = "facilities") -> list[Standing]:
    """The sources of this kind whose list is older than twice its interval, for a word beside what they say."""
    return [one for one in freshness() if one.source.kind == kind and one.is_stale]


def standing(code: str) -> Standing:
    """One source as it stands today, or NotFound."""
    source = get_source(code)
    return _standing(source, session.get(Source, code), _newest_by_state(code))


def _newest_by_state(code: str | None = None) -> dict[tuple[str, str], SyncRun]:
    query = (
        select(SyncRun)
        .ext(distinct_on(SyncRun.source_code, SyncRun.state))
        .order_by(SyncRun.source_code, SyncRun.state, *_newest_first())
    )
    if code:
        query = query.where(SyncRun.source_code == code)
    return {(run.source_code, run.state): run for run in session.scalars(query)}


def _newest_first() -> tuple[Any, ...]:
    return SyncRun.finished_at.desc().nulls_last(), SyncRun.id.desc()


def _standing(
    source: ListSource | AreaSource, settings: Source | None, newest: dict[tuple[str, str], SyncRun]
) -> Standing:
    def of(state: RunState) -> SyncRun | None:
        return newest.get((source.code, state))

    good = max((run for state in GOOD if (run := of(state))), key=lambda run: run.finished_at or now(), default=None)
    failed, held = of(RunState.FAILED), of(RunState.HELD)
    failed_since = bool(failed and (good is None or _finished(failed) > _finished(good)))
    status = freshness_of(
        last_good=good.finished_at if good else None,
        held=held is not None,
        failed_since=failed_since,
        interval_hours=settings.interval_hours if settings else source.expected_hours,
        now=now(),
    )
    return Standing(
        source,
        settings,
        status,
        good,
        of(RunState.APPLIED),
        held,
        failed if failed_since else None,
        of(RunState.QUEUED),
    )


def _finished(run: SyncRun) -> datetime:
    return run.finished_at or run.created_at


def last_applied(code: str, until: date | None = None) -> SyncRun | None:
    """The run whose list is shown, or was shown on a day: the newest applied one by the day that it speaks of."""
    query = _runs_of(code).where(SyncRun.state == RunState.APPLIED)
    if until:
        query = query.where(SyncRun.as_of <= until)
    return session.scalar(query.order_by(SyncRun.as_of.desc(), *_newest_first()).limit(1))


def newest_day(code: str) -> date | None:
    """The newest day that a good run of the source spoke of."""
    return session.scalar(select(func.max(SyncRun.as_of)).where(SyncRun.source_code == code, SyncRun.state.in_(GOOD)))


@dataclass(frozen=True)
class ToFetch:
    """Where a run's list is, and the ETag of the one that we have from there."""

    code: str
    url: str
    etag: str | None


def to_fetch(run_id: UUID) -> ToFetch | None:
    """What is to be fetched for a queued run; None where it has a file or is not queued any more."""
    run = session.get(SyncRun, run_id)
    if run is None or run.state != RunState.QUEUED or run.url is None or run.sha256 is not None:
        return None
    shown = last_applied(run.source_code)
    return ToFetch(run.source_code, run.url, shown.etag if shown and shown.url == run.url else None)


def has_open_run(code: str) -> bool:
    """True while a run waits for the worker or for an operator: no other is started by the clock then."""
    query = _runs_of(code).where(SyncRun.state.in_((RunState.QUEUED, RunState.HELD)))
    return bool(session.scalar(select(query.exists())))


def was_rejected(code: str, sha256: str) -> bool:
    """True if an operator threw exactly these bytes away."""
    query = _runs_of(code).where(
        SyncRun.sha256 == sha256, SyncRun.state == RunState.REJECTED, SyncRun.reason != Reason.SUPERSEDED
    )
    return bool(session.scalar(select(query.exists())))


def runs_page(code: str | None = None, cursor: str | None = None) -> Page[SyncRun]:
    """Runs, the newest first."""
    query = _runs_of(code) if code else select(SyncRun)
    if key := read_cursor(cursor, datetime.fromisoformat, UUID):
        query = query.where(tuple_(SyncRun.created_at, SyncRun.id) < tuple(key))
    ordered = query.order_by(SyncRun.created_at.desc(), SyncRun.id.desc())
    rows = session.scalars(ordered.limit(PAGE_SIZE + 1)).all()
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].created_at, rows[-1].id) if more else None)


def _runs_of(code: str) -> Select[SyncRun]:
    return select(SyncRun).where(SyncRun.source_code == code)


def todo(actor: Actor) -> list[TodoItem]:
    """What waits for an operator: held lists, and sources whose newest run failed."""
    if not can(actor, Permission.RUN_SOURCES):
        return []

    return [
        TodoItem(
            due_on=None,
            title=todo_text(one.name, run.state),
            detail=None,
            endpoint="sources.run",
            args={"run_id": run.id},
        )
        for one in freshness()
        for run in (one.held, one.failed)
        if run
    ]

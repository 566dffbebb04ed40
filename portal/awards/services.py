"""Reading notices of awards: an upload, an address asked now or by the clock, and what a run adds.

A notice that was kept before adds nothing, from whatever file it comes; only a contracting process (OCDS) grows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.awards import queries
from portal.awards.catalogue import SOURCES, get_source
from portal.awards.models import Award, AwardNumber, AwardNumberAsked
from portal.awards.rules import Asking
from portal.clock import today
from portal.contracts.notices.facts import facts_of
from portal.contracts.notices.model import Notice
from portal.contracts.notices.reading import read_awards
from portal.db import now, session
from portal.evidence.services import store_blob
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.registry.imports.rows import RowFacts
from portal.registry.names import norm
from portal.registry.reasons import Refused as BadNotice
from portal.sources.models import Source, SyncRun
from portal.sources.refusal import Refused
from portal.sources.rules import Reason, RunState, Trigger
from portal.sources.services import starting
from portal.sources.services.runs import Fetched, as_last_time, content_of_run, finish, lock_source

PARSER = "1"
GROWING = "ocds"  # the format whose notices are processes: later files bring more awards of the same one


@dataclass(frozen=True)
class Searched(Fetched):
    """What a search gave: one answer with all notices that were read.

    `asked` are the numbers of which everything was read, `left` how many were not asked for as time ran out, `cut`
    how many have more notices than the search hands out. `refused`: why it ended before its time.
    """

    asked: tuple[Asking, ...] = ()
    left: int = 0
    cut: int = 0
    refused: Refused | None = None


def upload(actor: Actor, code: str, *, content: bytes, filename: str | None) -> SyncRun:
    """Keep a file that was read (reading.read_awards) and ask the worker to take its awards."""
    source = get_source(code)
    run = starting.add_file_run(actor, source, filename=filename, as_of=today(), trigger=Trigger.UPLOAD)
    run.sha256 = store_blob(content)
    emit(Event.AWARDS_REQUESTED, actor=actor, run_id=run.id)
    return run


def fetch_now(actor: Actor, code: str) -> SyncRun:
    """Ask the worker to ask the source at once."""
    run = starting.fetch_now(actor, get_source(code))
    emit(Event.AWARDS_REQUESTED, actor=actor, run_id=run.id)
    return run


def request_due(actor: Actor) -> list[UUID]:
    """Ask for a run of each source whose time has come."""
    runs = starting.start_due(actor, SOURCES)
    for run in runs:
        emit(Event.AWARDS_REQUESTED, actor=actor, run_id=run.id)
    return [run.id for run in runs]


def change_settings(actor: Actor, code: str, *, url: str | None, interval_hours: int, enabled: bool) -> Source:
    """Set where and how often a source is asked."""
    return starting.change_settings(actor, get_source(code), url=url, interval_hours=interval_hours, enabled=enabled)


def execute(actor: Actor, run_id: UUID, fetched: Fetched | Refused | None = None) -> SyncRun | None:
    """Carry out a queued run; None when there is nothing (left) to do."""
    run = session.scalar(
        select(SyncRun).where(SyncRun.id == run_id, SyncRun.state == RunState.QUEUED).with_for_update()
    )
    if run is None:
        return None
    lock_source("awards")  # one run at a time of all these sources: they may bring the same notice
    run.started_at, run.parser = now(), PARSER
    try:
        notices = _notices(run, fetched)
    except Refused as refused:
        finish(actor, run, RunState.FAILED, refused.reason, refused.params)
        return run
    except BadNotice as refused:
        reason = Reason.TOO_LARGE if refused.code == "notice_too_large" else Reason.NOT_A_LIST
        finish(actor, run, RunState.FAILED, reason, {"notice": refused.code, "of": dict(refused.params)})
        return run
    added, left_out = _add(run, notices)
    run.rows_read = len(notices)
    run.counts = {"added": added, "left_out": left_out}
    ended = _note_asked(run, fetched) if isinstance(fetched, Searched) else None
    if ended:
        finish(actor, run, RunState.FAILED, ended.reason, ended.params)
    else:
        finish(actor, run, RunState.APPLIED if added else RunState.UNCHANGED)
    if added:
        emit(Event.AWARDS_ADDED, actor=actor, run_id=run.id)
    return run


def _note_asked(run: SyncRun, searched: Searched) -> Refused | None:
    """Keep how far the search came, and have it go on at once where time ran out; why it ended early, if it did."""
    rows = [
        {"source_code": run.source_code, "scheme": one.scheme, "value": one.value, "asked_on": run.as_of}
        for one in searched.asked
    ]
    if rows:
        stored = insert(AwardNumberAsked)
        key = ("source_code", "scheme", "value")
        latest = func.greatest(AwardNumberAsked.asked_on, stored.excluded.asked_on)
        session.execute(stored.on_conflict_do_update(index_elements=key, set_={"asked_on": latest}), rows)
    run.counts = {**run.counts, "asked": len(searched.asked), "left": searched.left, "cut": searched.cut}
    settings = session.get(Source, run.source_code)
    came_on = bool(searched.asked) and not searched.refused
    if searched.left and came_on and settings is not None and settings.enabled:
        settings.next_run_at = now()
    return searched.refused


def _notices(run: SyncRun, fetched: Fetched | Refused | None) -> Sequence[Notice]:
    content = content_of_run(run, fetched)
    if content is None:
        as_last_time(run)
        return []
    return read_awards(content)


def _add(run: SyncRun, notices: Sequence[Notice]) -> tuple[int, int]:
    """(how many awards are new, how many winners were left out because they are people or have no name)."""
    known = queries.known_notices({notice.id for notice in notices})
    rows: list[dict[str, Any]] = []
    numbers: dict[tuple[str, str], RowFacts] = {}
    left_out = 0
    for notice in notices:
        if notice.id in known and notice.format != GROWING:
            continue
        for row, facts in _awards(notice):
            if facts is None:
                left_out += 1
                continue
            key = (row["notice_id"], row["part"])
            if key not in numbers:
                numbers[key] = facts
                rows.append({**row, "run_id": run.id})
    if not rows:
        return 0, left_out
    added = session.execute(
        insert(Award).on_conflict_do_nothing().returning(Award.id, Award.notice_id, Award.part), rows
    ).all()
    of_winners = [
        {"award_id": award_id, "scheme": one.scheme, "value": one.value}
        for award_id, notice_id, part in added
        for one in numbers[notice_id, part].identifiers
    ]
    if of_winners:
        session.execute(insert(AwardNumber), of_winners)
    return len(added), left_out


def _awards(notice: Notice) -> Iterator[tuple[dict[str, Any], RowFacts | None]]:
    """A row for each winner of each contract; without facts where the winner is a person or has no usable name."""
    winners = {party.key: facts_of(place, party) for place, party in enumerate(notice.winners, start=1)}
    buyer = next((party.name for party in notice.buyers if party.name), "–")
    published = date.fromisoformat(notice.published_on) if notice.published_on else None
    for deal in notice.deals:
        group = (deal.winner, *deal.partners)
        for key in group:
            facts = winners[key]
            row = {
                "notice_id": notice.id,
                "part": f"{deal.part}/{key}",
                "title": deal.title or notice.title or "–",
                "buyer": buyer,
                "winner": facts.name,
                "winner_norm": norm(facts.name),
                "group_size": len(group),
                "cpv": deal.cpv,
                "value_minor": int(Decimal(deal.value) * 100) if deal.value else None,
                "currency": deal.currency if deal.value else None,
                "published_on": published,
            }
            yield row, facts if isinstance(facts, RowFacts) else None

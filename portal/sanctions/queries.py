"""Every SELECT on sanctions lists and candidates. What a declaration says is seen by those who see the declaration."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import ngettext
from sqlalchemy import ColumnElement, Select, func, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload, undefer

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.access.permissions import Permission
from portal.access.policy import can
from portal.db import now, session
from portal.declarations.models import Declaration, SmelterLine
from portal.errors import NotFound
from portal.registry.models import Follow, Supplier
from portal.sanctions.catalogue import LISTS, SanctionsList, get_list
from portal.sanctions.compare import Shown
from portal.sanctions.models import ListedParty, ListPart, OutsideCheck, SanctionCandidate
from portal.sanctions.party import party_from_json
from portal.sanctions.reading.result import Key
from portal.sanctions.rules import CandidateState
from portal.shapes import TodoItem
from portal.sources.models import Source, SyncRun
from portal.sources.rules import GOOD, Freshness, RunState
from portal.sources.rules import freshness as freshness_of
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 30
SHOWN_STATES = (CandidateState.OPEN, CandidateState.RELEVANT)


@dataclass(frozen=True)
class Standing:
    """How a list stands today; `parties` are the organisations that are on it."""

    list: SanctionsList
    settings: Source | None
    status: Freshness
    parties: int
    good: SyncRun | None
    held: SyncRun | None
    failed: SyncRun | None  # the newest run, where it failed after the last good one

    @property
    def last_good(self) -> datetime | None:
        """When the list was last read well."""
        return self.good.finished_at if self.good else None


def standings() -> list[Standing]:
    """All lists of the catalogue as they stand today. Three statements."""
    settings = {one.code: one for one in session.scalars(select(Source).where(Source.code.in_(LISTS)))}
    newest = {
        (run.source_code, run.state): run
        for run in session.scalars(
            select(SyncRun)
            .ext(distinct_on(SyncRun.source_code, SyncRun.state))
            .where(SyncRun.source_code.in_(LISTS))
            .order_by(SyncRun.source_code, SyncRun.state, SyncRun.finished_at.desc().nulls_last(), SyncRun.id.desc())
        )
    }
    listed = select(ListedParty.source_code, func.count()).where(ListedParty.removed_on.is_(None))
    counts = dict(session.execute(listed.group_by(ListedParty.source_code)).all())
    return [_standing(one, settings.get(code), newest, counts.get(code, 0)) for code, one in LISTS.items()]


def standing(code: str) -> Standing:
    """One list as it stands today, or NotFound."""
    get_list(code)
    return next(one for one in standings() if one.list.code == code)


def _standing(
    one: SanctionsList, settings: Source | None, newest: dict[tuple[str, str], SyncRun], parties: int
) -> Standing:
    def of(state: RunState) -> SyncRun | None:
        return newest.get((one.code, state))

    def finished(run: SyncRun) -> datetime:
        return run.finished_at or run.created_at

    good = max((run for state in GOOD if (run := of(state))), key=finished, default=None)
    failed, held = of(RunState.FAILED), of(RunState.HELD)
    failed_since = bool(failed and (good is None or finished(failed) > finished(good)))
    status = freshness_of(
        last_good=good.finished_at if good else None,
        held=held is not None,
        failed_since=failed_since,
        interval_hours=settings.interval_hours if settings else one.expected_hours,
        now=now(),
    )
    return Standing(one, settings, status, parties, good, held, failed if failed_since else None)


def newest_day(code: str, parts: Collection[str]) -> date | None:
    """The newest day that a list of any of these parts spoke of."""
    return session.scalar(
        select(func.max(ListPart.as_of)).where(ListPart.source_code == code, ListPart.part.in_(parts))
    )


def shown_parties(code: str, parts: Collection[str]) -> dict[Key, Shown]:
    """The parties of these parts that are not removed, by (part, ref)."""
    query = select(ListedParty.part, ListedParty.ref, ListedParty.content, ListedParty.absent_on).where(
        ListedParty.source_code == code, ListedParty.part.in_(parts), ListedParty.removed_on.is_(None)
    )
    return {
        (part, ref): Shown(party_from_json(content), absent_on)
        for part, ref, content, absent_on in session.execute(query)
    }


def get_run(run_id: UUID) -> SyncRun:
    """One run of a sanctions list, or NotFound."""
    run = session.get(SyncRun, run_id, options=[undefer(SyncRun.diff), undefer(SyncRun.rejects)])
    if run is None or run.source_code not in LISTS:
        raise NotFound
    return run


def visible_candidates(actor: Actor) -> Select[SanctionCandidate]:
    """Candidates that the actor may see."""
    return select(SanctionCandidate).where(_visible(actor)).options(joinedload(SanctionCandidate.party))


def _visible(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    declared = (
        select(SmelterLine.id)
        .join(Declaration, Declaration.id == SmelterLine.declaration_id)
        .where(SmelterLine.declared_name == SanctionCandidate.declared_name, visible(Declaration, actor))
    )
    return or_(SanctionCandidate.declared_name.is_(None), declared.exists())


def get_candidate(actor: Actor, candidate_id: UUID) -> SanctionCandidate:
    """One candidate, or NotFound when there is none for this actor."""
    candidate = session.scalar(visible_candidates(actor).where(SanctionCandidate.id == candidate_id))
    if candidate is None:
        raise NotFound
    return candidate


@dataclass(frozen=True)
class About:
    """Whose candidates are asked for: those of a supplier with the smelters that it declares, or of a facility."""

    supplier_id: UUID | None = None
    facility_id: str | None = None


def candidates_page(
    actor: Actor, state: CandidateState | None, about: About, cursor: str | None
) -> Page[SanctionCandidate]:
    """Candidates, the likeliest first; without a state those that are open or relevant."""
    query = visible_candidates(actor).where(_concerning(actor, about))
    query = query.where(SanctionCandidate.state.in_([state] if state else SHOWN_STATES))
    if key := read_cursor(cursor, float, UUID):
        query = query.where(tuple_(SanctionCandidate.score, SanctionCandidate.id) < tuple(key))
    ordered = query.order_by(SanctionCandidate.score.desc(), SanctionCandidate.id.desc())
    rows = session.scalars(ordered.limit(PAGE_SIZE + 1)).all()
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(str(rows[-1].score), rows[-1].id) if more else None)


def _concerning(actor: Actor, about: About) -> ColumnElement[bool]:
    if about.facility_id is not None:
        return SanctionCandidate.facility_id == about.facility_id
    if about.supplier_id is None:
        return true()
    lines = (
        select(SmelterLine.declared_name, SmelterLine.resolved_id)
        .join(Declaration, Declaration.id == SmelterLine.declaration_id)
        .where(Declaration.supplier_id == about.supplier_id, visible(Declaration, actor))
        .cte("declared")
    )
    return or_(
        SanctionCandidate.supplier_id == about.supplier_id,
        SanctionCandidate.facility_id.in_(select(lines.c.resolved_id)),
        SanctionCandidate.declared_name.in_(select(lines.c.declared_name)),
    )


def counts_by_state(actor: Actor, about: About) -> dict[str, int]:
    """How many candidates this actor sees in each state."""
    query = select(SanctionCandidate.state, func.count()).where(_visible(actor), _concerning(actor, about))
    return dict(session.execute(query.group_by(SanctionCandidate.state)).all())


def resembling(actor: Actor | None, *, supplier_id: UUID | None = None, facility_id: str | None = None) -> int:
    """How many names on sanctions lists resemble a supplier, or the smelters it declares, or a facility."""
    if not can(actor, Permission.READ_SANCTIONS) or actor is None:
        return 0
    counts = counts_by_state(actor, About(supplier_id, facility_id))
    return sum(counts.get(state, 0) for state in SHOWN_STATES)


def names_of_suppliers(candidates: Sequence[SanctionCandidate]) -> dict[UUID, str]:
    """The legal names of the suppliers in these candidates."""
    ids = {one.supplier_id for one in candidates if one.supplier_id}
    query = select(Supplier.id, Supplier.legal_name).where(Supplier.id.in_(ids))
    return dict(session.execute(query).all()) if ids else {}


def outside_checks() -> dict[str, int]:
    """For how many suppliers OpenSanctions answered, and for how many it did not when it was last asked."""
    query = select(OutsideCheck.problem.is_(None), func.count()).group_by(OutsideCheck.problem.is_(None))
    counts = dict(session.execute(query).all())
    return {"answered": counts.get(True, 0), "failed": counts.get(False, 0)}


def supplier_name(supplier_id: UUID) -> str | None:
    """The legal name of one supplier; None where there is none."""
    return session.scalar(select(Supplier.legal_name).where(Supplier.id == supplier_id))


def followed_unanswered(since: datetime, *, after: UUID | None, most: int) -> Sequence[UUID]:
    """Followed suppliers about whom no service has answered since then, by id, those behind `after`."""
    answered = select(OutsideCheck.supplier_id).where(OutsideCheck.problem.is_(None), OutsideCheck.asked_at > since)
    query = select(Follow.supplier_id).distinct().where(Follow.supplier_id.not_in(answered))
    if after:
        query = query.where(Follow.supplier_id > after)
    return session.scalars(query.order_by(Follow.supplier_id).limit(most)).all()


def todo(actor: Actor) -> list[TodoItem]:
    """What waits for an operator: names that nobody looked at yet, held lists and lists that could not be read."""
    if not can(actor, Permission.RUN_SOURCES):
        return []
    items: list[TodoItem] = []
    count = counts_by_state(actor, About()).get(CandidateState.OPEN, 0)
    if count:
        title = ngettext(
            "%(num)d name resembles a sanctions list: look at it",
            "%(num)d names resemble a sanctions list: look at them",
            count,
        )
        items.append(_item(title, "sanctions.index", {}))
    waiting = select(SyncRun).where(SyncRun.source_code.in_(LISTS), SyncRun.state == RunState.HELD)
    items += [
        _item(str(LISTS[run.source_code].title), "sanctions.run", {"list_run_id": run.id})
        for run in session.scalars(waiting)
    ]
    return items


def _item(title: str, endpoint: str, args: dict[str, Any]) -> TodoItem:
    return TodoItem(due_on=None, title=title, detail=None, endpoint=endpoint, args=args)

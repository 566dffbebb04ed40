"""Every SELECT on awards: those of suppliers that an authority follows, whom to tell, and how the sources stand."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from portal.access.actor import Actor
from portal.awards.catalogue import SOURCES, AwardSource, get_source
from portal.awards.models import Award, AwardNumber, AwardNumberAsked
from portal.awards.rules import NOT_IN_NOTICES, OVERLAP_DAYS, RECENT_DAYS, Asking
from portal.clock import today
from portal.contracts.notices.queries import our_names
from portal.db import now, session
from portal.registry import identifiers
from portal.registry.models import Follow, Supplier, SupplierIdentifier, SupplierName
from portal.registry.names import norm
from portal.sources.models import Source, SyncRun
from portal.sources.rules import GOOD, Freshness, RunState, freshness
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 50
MOST_EXPORTED = 10_000
_UNDATED = date(1, 1, 1)


@dataclass(frozen=True)
class Won:
    """An award and the supplier whose it is, or seems to be. `ours`: the buyer is the actor's authority."""

    award: Award
    supplier: Supplier
    ours: bool = False


def _matches() -> Select[UUID, UUID]:
    """(award, supplier) by number."""
    return (
        select(AwardNumber.award_id, SupplierIdentifier.supplier_id)
        .join(
            SupplierIdentifier,
            (SupplierIdentifier.scheme == AwardNumber.scheme) & (SupplierIdentifier.value == AwardNumber.value),
        )
        .distinct()
    )


def _alike() -> Select[UUID, UUID]:
    """(award, supplier) by name alone: a suggestion. Where the winner has a number, none of a supplier is known."""
    by_number = _matches().subquery()
    return (
        select(Award.id.label("award_id"), SupplierName.supplier_id)
        .join(SupplierName, SupplierName.norm == Award.winner_norm)
        .where(~exists().where(by_number.c.award_id == Award.id))
        .distinct()
    )


def _followed(actor: Actor, *, by_name: bool, supplier_id: UUID | None) -> Select[Award, Supplier]:
    pairs = (_alike() if by_name else _matches()).subquery()
    query = (
        select(Award, Supplier)
        .join(pairs, pairs.c.award_id == Award.id)
        .join(Supplier, Supplier.id == pairs.c.supplier_id)
        .join(Follow, Follow.supplier_id == Supplier.id)
        .where(Follow.authority_id == actor.authority_id)
    )
    return query.where(Supplier.id == supplier_id) if supplier_id else query


def _key() -> tuple[Any, ...]:
    return func.coalesce(Award.published_on, literal(_UNDATED)), Award.id, Supplier.id


def awards_page(
    actor: Actor, cursor: str | None = None, *, by_name: bool = False, supplier_id: UUID | None = None
) -> Page[Won]:
    """Awards to suppliers that the actor's authority follows, the newest first."""
    query = _followed(actor, by_name=by_name, supplier_id=supplier_id)
    if key := read_cursor(cursor, date.fromisoformat, UUID, UUID):
        query = query.where(tuple_(*_key()) < tuple(key))
    rows = session.execute(query.order_by(*(one.desc() for one in _key())).limit(PAGE_SIZE + 1)).all()
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    names = our_names(actor) if rows and actor.authority_id else set()
    won = [Won(award, supplier, norm(award.buyer) in names) for award, supplier in rows]
    last = won[-1] if more else None
    key_of_last = (last.award.published_on or _UNDATED, last.award.id, last.supplier.id) if last else ()
    return Page(won, encode_cursor(*key_of_last) if last else None)


def export_rows(actor: Actor, *, by_name: bool, supplier_id: UUID | None) -> Iterator[tuple[object, ...]]:
    """The same as rows of a table, the header first; at most MOST_EXPORTED of them."""
    yield ("published", "supplier", "winner", "match", "buyer", "title", "cpv", "value", "currency", "group", "notice")
    query = _followed(actor, by_name=by_name, supplier_id=supplier_id)
    for award, supplier in session.execute(query.order_by(*(one.desc() for one in _key())).limit(MOST_EXPORTED)):
        value = f"{award.value_minor / 100:.2f}" if award.value_minor is not None else None
        how = "name" if by_name else "number"
        facts = (award.buyer, award.title, award.cpv, value, award.currency, award.group_size, award.notice_id)
        yield (award.published_on, supplier.legal_name, award.winner, how, *facts)


def followed_suppliers(actor: Actor) -> Sequence[Supplier]:
    """The suppliers that the actor's authority follows, by name."""
    query = select(Supplier).join(Follow, Follow.supplier_id == Supplier.id)
    return session.scalars(query.where(Follow.authority_id == actor.authority_id).order_by(Supplier.sort_key)).all()


def awards_by_id(ids: Collection[UUID]) -> dict[UUID, Award]:
    """These awards; no statement without ids."""
    return {one.id: one for one in session.scalars(select(Award).where(Award.id.in_(ids)))} if ids else {}


def recent_of_run(run_id: UUID) -> list[tuple[UUID, UUID, Award]]:
    """(authority, supplier, award) of what a run added, by number only, where it is news. System scope only."""
    pairs = _matches().subquery()
    query = (
        select(Follow.authority_id, Follow.supplier_id, Award)
        .join(pairs, pairs.c.supplier_id == Follow.supplier_id)
        .join(Award, Award.id == pairs.c.award_id)
        .where(
            Award.run_id == run_id,
            or_(Award.published_on.is_(None), Award.published_on > today() - timedelta(days=RECENT_DAYS)),
        )
        .order_by(Follow.authority_id, Award.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def known_notices(ids: Collection[str]) -> set[str]:
    """Which of these notices were kept before."""
    return set(session.scalars(select(Award.notice_id).where(Award.notice_id.in_(ids)).distinct()))


def numbers_to_ask(code: str) -> list[Asking]:
    """The numbers of suppliers that somebody follows, those asked for longest ago first. System scope only.

    A number is asked for from shortly before the last time on, and a new one as far back as awards are news.
    """
    asked = AwardNumberAsked
    query = (
        select(SupplierIdentifier.scheme, SupplierIdentifier.value, asked.asked_on)
        .join(Follow, Follow.supplier_id == SupplierIdentifier.supplier_id)
        .outerjoin(
            asked,
            (asked.source_code == code)
            & (asked.scheme == SupplierIdentifier.scheme)
            & (asked.value == SupplierIdentifier.value),
        )
        .where(SupplierIdentifier.scheme.not_in(NOT_IN_NOTICES))
        .distinct()
        .order_by(asked.asked_on.nulls_first(), SupplierIdentifier.value, SupplierIdentifier.scheme)
    )
    first = today() - timedelta(days=RECENT_DAYS)
    return [
        Asking(
            scheme,
            value,
            tuple(dict.fromkeys((value, identifiers.pretty(scheme, value)))),
            last - timedelta(days=OVERLAP_DAYS) if last else first,
        )
        for scheme, value, last in session.execute(query)
    ]


@dataclass(frozen=True)
class Standing:
    """How a source stands today."""

    source: AwardSource
    settings: Source | None
    status: Freshness
    good: SyncRun | None
    failed: SyncRun | None  # the newest run, where it failed after the last good one


def standings() -> list[Standing]:
    """All sources of awards as they stand today. Two statements."""
    settings = {one.code: one for one in session.scalars(select(Source).where(Source.code.in_(SOURCES)))}
    newest = {
        (run.source_code, run.state): run
        for run in session.scalars(
            select(SyncRun)
            .ext(distinct_on(SyncRun.source_code, SyncRun.state))
            .where(SyncRun.source_code.in_(SOURCES))
            .order_by(SyncRun.source_code, SyncRun.state, SyncRun.finished_at.desc().nulls_last(), SyncRun.id.desc())
        )
    }
    return [_standing(one, settings.get(code), newest) for code, one in SOURCES.items()]


def standing(code: str) -> Standing:
    """One source as it stands today, or NotFound."""
    source = get_source(code)
    return next(one for one in standings() if one.source is source)


def _standing(source: AwardSource, settings: Source | None, newest: dict[tuple[str, str], SyncRun]) -> Standing:
    good = max(
        (run for state in GOOD if (run := newest.get((source.code, state)))),
        key=lambda run: run.finished_at or run.created_at,
        default=None,
    )
    failed = newest.get((source.code, RunState.FAILED))
    since = bool(failed and (good is None or (failed.finished_at or now()) > (good.finished_at or now())))
    status = freshness(
        last_good=good.finished_at if good else None,
        held=False,
        failed_since=since,
        interval_hours=settings.interval_hours if settings else source.expected_hours,
        now=now(),
    )
    return Standing(source, settings, status, good, failed if since else None)

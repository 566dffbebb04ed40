"""SELECTs of pairs: the queue, what was decided, and what the sweep must look at.

A decision holds for what two records became: "different companies" is followed along `merged_into_id`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.access.actor import Actor
from portal.db import among, session
from portal.merging.models import SupplierMerge
from portal.merging.pairs.models import SupplierChange, SupplierPair
from portal.merging.pairs.rules import PairState, in_order
from portal.merging.rules import MergeState
from portal.registry.models import Follow, Supplier
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 20

_low, _high = aliased(Supplier, name="low"), aliased(Supplier, name="high")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which pairs are asked for: by state, with a company of this country, with one that we follow."""

    state: PairState = PairState.OPEN
    country: str | None = None
    ours: bool = False


def page_of(
    actor: Actor, narrowing: Narrowing, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[SupplierPair]:
    """Pairs to decide, the likeliest first, or pairs kept apart, the latest first. Both suppliers are loaded."""
    first: Any = SupplierPair.score if narrowing.state is PairState.OPEN else SupplierPair.decided_at
    key = (first, SupplierPair.low_id, SupplierPair.high_id)
    query = _narrowed(actor, narrowing).options(
        contains_eager(SupplierPair.low, alias=_low),
        contains_eager(SupplierPair.high, alias=_high),
        joinedload(SupplierPair.decided_by),
    )
    kind = float if narrowing.state is PairState.OPEN else datetime.fromisoformat
    if after := read_cursor(cursor, kind, UUID, UUID):
        query = query.where(tuple_(*key) < tuple_(*after))
    rows = session.scalars(query.order_by(*(one.desc() for one in key)).limit(limit + 1)).all()
    more, rows = len(rows) > limit, rows[:limit]
    return Page(rows, cursor_of(rows[-1]) if more else None)


def cursor_of(pair: SupplierPair) -> str:
    """Where the list goes on after this pair."""
    first = repr(pair.score) if pair.state == PairState.OPEN else pair.decided_at
    return encode_cursor(first, pair.low_id, pair.high_id)


def next_after(actor: Actor, pair: SupplierPair | None) -> SupplierPair | None:
    """The pair to decide after this one, or the first one."""
    found = page_of(actor, Narrowing(), cursor_of(pair) if pair else None, limit=1).rows
    return found[0] if found else None


def countries(actor: Actor, state: PairState) -> list[str]:
    """The countries of companies in the list."""
    listed = _narrowed(actor, Narrowing(state)).with_only_columns(_low.country, _high.country).distinct()
    return sorted({code for row in session.execute(listed) for code in row if code})


def _narrowed(actor: Actor, narrowing: Narrowing) -> Select[SupplierPair]:
    """Pairs of two records that are still there; to decide: those about which nobody said anything yet."""
    query = (
        select(SupplierPair)
        .join(_low, SupplierPair.low_id == _low.id)
        .join(_high, SupplierPair.high_id == _high.id)
        .where(
            SupplierPair.state == narrowing.state,
            _low.merged_into_id.is_(None),
            _high.merged_into_id.is_(None),
        )
    )
    if narrowing.state is PairState.OPEN:
        query = query.where(~_is_ruled_out(), ~_is_proposed())
    if narrowing.country:
        query = query.where(or_(_low.country == narrowing.country, _high.country == narrowing.country))
    if narrowing.ours:
        follows = Follow.authority_id == actor.authority_id
        query = query.where(exists().where(follows, or_(Follow.supplier_id == _low.id, Follow.supplier_id == _high.id)))
    return query


def _is_proposed() -> Any:
    """A proposal to merge the two waits: it is decided there."""
    merge = SupplierMerge
    return exists().where(
        merge.state == MergeState.PROPOSED,
        func.least(merge.kept_id, merge.merged_id) == SupplierPair.low_id,
        func.greatest(merge.kept_id, merge.merged_id) == SupplierPair.high_id,
    )


def _is_ruled_out() -> Any:
    """The two hold records that were said to be different companies before they were merged into these."""
    lower, higher = aliased(Supplier), aliased(Supplier)
    merged = or_(lower.merged_into_id.is_not(None), higher.merged_into_id.is_not(None))
    said = aliased(SupplierPair)
    step = (
        func.coalesce(lower.merged_into_id, lower.id).label("one"),
        func.coalesce(higher.merged_into_id, higher.id).label("other"),
    )
    now = (
        select(*step)
        .select_from(said)
        .join(lower, lower.id == said.low_id)
        .join(higher, higher.id == said.high_id)
        .where(said.state == PairState.DIFFERENT, merged)
        .cte("now", recursive=True)
    )
    now = now.union(
        select(*step)
        .select_from(now)
        .join(lower, lower.id == now.c.one)
        .join(higher, higher.id == now.c.other)
        .where(merged)
    )
    return exists().where(
        func.least(now.c.one, now.c.other) == SupplierPair.low_id,
        func.greatest(now.c.one, now.c.other) == SupplierPair.high_id,
    )


def get_pair(one: UUID, other: UUID) -> SupplierPair | None:
    """The pair as it was written of these two records, if it was."""
    return session.get(SupplierPair, in_order(one, other))


def said_different(one: UUID, other: UUID) -> Sequence[SupplierPair]:
    """The decisions that these two are different companies, on them or on records that were merged into them."""
    return kept_apart({in_order(one, other)}).get(in_order(one, other), [])


def kept_apart(pairs: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], list[SupplierPair]]:
    """Of these pairs (in order) those that were said to be different companies, with the decisions."""
    now = _survivors({one for pair in pairs for one in pair})
    query = select(SupplierPair).where(
        SupplierPair.state == PairState.DIFFERENT,
        among(SupplierPair.low_id, now),
        among(SupplierPair.high_id, now),
    )
    found: dict[tuple[UUID, UUID], list[SupplierPair]] = {}
    for said in session.scalars(query.options(joinedload(SupplierPair.decided_by))):
        pair = in_order(now[said.low_id], now[said.high_id])
        if pair in pairs:
            found.setdefault(pair, []).append(said)
    return found


def _survivors(ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Record -> survivor, for these survivors and all that was merged into them."""
    line = select(Supplier.id, Supplier.id.label("now")).where(among(Supplier.id, ids)).cte("line", recursive=True)
    line = line.union_all(select(Supplier.id, line.c.now).join(line, Supplier.merged_into_id == line.c.id))
    return {row.id: row.now for row in session.execute(select(line.c.id, line.c.now))}


def partners_of(supplier_ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """The open pairs in which one of these suppliers is."""
    either = or_(among(SupplierPair.low_id, supplier_ids), among(SupplierPair.high_id, supplier_ids))
    columns = select(SupplierPair.low_id, SupplierPair.high_id)
    return [(row.low_id, row.high_id) for row in session.execute(columns.where(SupplierPair.state == "open", either))]


def present(supplier_ids: Collection[UUID]) -> set[UUID]:
    """Those of the suppliers that are records of their own."""
    there = select(Supplier.id).where(among(Supplier.id, supplier_ids), Supplier.merged_into_id.is_(None))
    return set(session.scalars(there))


def waiting(limit: int) -> set[UUID]:
    """Suppliers that changed since they were looked at, those that wait longest; at most so many."""
    return set(session.scalars(select(SupplierChange.supplier_id).order_by(SupplierChange.id).limit(limit)))


def waits_since() -> datetime | None:
    """Since when the first of them waits."""
    return session.scalar(select(SupplierChange.changed_at).order_by(SupplierChange.id).limit(1))


def is_sweep_time(now: datetime) -> bool:
    """At night (UTC), or as soon as the machine is on again where the night was missed."""
    since = waits_since()
    return since is not None and (now.hour in NIGHT or now - since > timedelta(hours=24))


NIGHT = range(1, 5)

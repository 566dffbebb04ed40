"""The look-up page: suppliers with what makes one choose among them, and filters with counts.

Counts are made from what the actor sees, like everything else here: a contract that is hidden from the actor changes
no number on the page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, func, or_, select

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import can
from portal.assessments import queries as assessments
from portal.assessments.rules import RECHECK_AFTER, Reuse, reuse_hint
from portal.clock import today
from portal.contracts import queries as contracts
from portal.db import among, session
from portal.declarations import queries as declarations
from portal.dialogues import queries as dialogues
from portal.picture.choice import NOTHING, Choice
from portal.registry import lookup_list, queries
from portal.registry.lookup import MOST, Hit, search, suppliers_of
from portal.registry.lookup_list import Condition, Narrowing
from portal.web.paging import encode_cursor, read_cursor

if TYPE_CHECKING:
    from portal.assessments.models import SupplierAssessment
    from portal.registry.models import Supplier

PAGE_SIZE = 25
SHORTEST_SUGGESTED = 2  # letters from which suggestions help


@dataclass(frozen=True)
class Row:
    """One supplier with what the actor may see of it; `hit` says why a search found it.

    `contracts` counts those that run, `buyers` are whose they are.
    """

    supplier: "Supplier"
    hit: Hit | None
    followers: frozenset[UUID]
    buyers: frozenset[UUID]
    contracts: int
    latest: "SupplierAssessment | None"
    reuse: Reuse | None
    commitments: int
    overdue: int


@dataclass(frozen=True)
class Found:
    """A page of results: `total` is of the narrowed list, `unnarrowed` of what the text alone finds."""

    rows: Sequence[Row]
    next_cursor: str | None
    total: int
    unnarrowed: int
    facets: Mapping[str, Mapping[str, int]]

    @property
    def is_cut(self) -> bool:
        """The text found more than is shown."""
        return self.unnarrowed == MOST


def find(actor: Actor, choice: Choice, codes: Mapping[str, UUID], cursor: str | None) -> Found:
    """The suppliers that a text finds, best first, or all of them by name where there is no text.

    `codes` maps the monograms of the members to their ids.
    """
    hits = search(choice.q, limit=MOST) if choice.q else None
    ids = [hit.supplier_id for hit in hits] if hits is not None else None
    narrowing = partial(_narrowing, actor, codes=codes, ids=ids)
    chosen = narrowing(choice)
    total = lookup_list.count(chosen)
    if hits is None:
        page = lookup_list.page_of_suppliers(chosen, cursor, PAGE_SIZE)
        pairs: list[tuple[Hit | None, Supplier]] = [(None, supplier) for supplier in page.rows]
        next_cursor = page.next_cursor
    else:
        pairs, next_cursor = _page_of_hits(hits, chosen, cursor)
    return Found(
        rows=_rows(actor, pairs),
        next_cursor=next_cursor,
        total=total,
        unnarrowed=len(ids) if ids is not None else total,
        facets=_facets(actor, choice, codes, narrowing, total),
    )


def chosen_list(actor: Actor, choice: Choice, codes: Mapping[str, UUID]) -> Narrowing:
    """The whole list behind the page, for taking it along as a file."""
    ids = [hit.supplier_id for hit in search(choice.q, limit=MOST)] if choice.q else None
    return _narrowing(actor, choice, codes=codes, ids=ids)


def suggest(text: str, limit: int) -> list[tuple[Hit, "Supplier"]]:
    """The likeliest few suppliers for what is typed so far."""
    return suppliers_of(search(text, limit=limit)) if len(text) >= SHORTEST_SUGGESTED else []


def _page_of_hits(
    hits: Sequence[Hit], narrowing: Narrowing, cursor: str | None
) -> tuple[list[tuple[Hit | None, "Supplier"]], str | None]:
    """One page of the hits that the filters leave, in their order; the cursor is a place in that order."""
    left = set(session.scalars(lookup_list.ids_of(narrowing)))
    kept = [hit for hit in hits if hit.supplier_id in left]
    key = read_cursor(cursor, int)
    start = max(key[0], 0) if key else 0
    end = start + PAGE_SIZE
    pairs: list[tuple[Hit | None, Supplier]] = [*suppliers_of(kept[start:end])]
    return pairs, encode_cursor(end) if end < len(kept) else None


def _rows(actor: Actor, pairs: Sequence[tuple[Hit | None, "Supplier"]]) -> list[Row]:
    """What the actor sees of these suppliers, in a few statements however many they are."""
    ids = [supplier.id for _hit, supplier in pairs]
    if not ids:
        return []
    followers = queries.followers_of(ids)
    purchases = bought(actor, ids)
    latest = assessments.latest_by_supplier(actor, ids)
    promises = promised(actor, ids)
    rows = []
    for hit, supplier in pairs:
        number, buyers, our_groups = purchases.get(supplier.id, (0, [], []))
        newest = latest.get(supplier.id)
        still_open, overdue = promises.get(supplier.id, (0, 0))
        rows.append(
            Row(
                supplier=supplier,
                hit=hit,
                followers=frozenset(followers[supplier.id]),
                buyers=frozenset(buyers),
                contracts=number,
                latest=newest,
                reuse=_reuse(newest, our_groups) if newest else None,
                commitments=still_open,
                overdue=overdue,
            )
        )
    return rows


def _reuse(newest: "SupplierAssessment", our_groups: Sequence[str]) -> Reuse:
    """Whether the newest assessment may be relied on for what our authority buys of the supplier."""
    same_products = newest.product_group in our_groups if our_groups else None
    answers = [step.answer for step in newest.steps]
    return reuse_hint(newest.as_of, today(), answers, same_products=same_products).verdict


def bought(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, tuple[int, list[UUID], list[str]]]:
    """Supplier -> how many running contracts the actor sees, whose they are, and the product groups of our own."""
    seen = contracts.visible_contracts(actor).subquery()
    runs = or_(seen.c.ends_on.is_(None), seen.c.ends_on >= today())
    query = (
        select(
            seen.c.supplier_id,
            func.count(),
            func.array_agg(seen.c.owner_id.distinct()),
            func.array_agg(seen.c.product_group.distinct()).filter(seen.c.owner_id == actor.authority_id),
        )
        .where(among(seen.c.supplier_id, ids), runs)
        .group_by(seen.c.supplier_id)
    )
    return {
        supplier_id: (number, buyers, groups or []) for supplier_id, number, buyers, groups in session.execute(query)
    }


def promised(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Supplier -> (open, overdue of these) commitments in the dialogues that the actor sees."""
    seen = dialogues.visible_dialogues(actor).subquery()
    promises = dialogues.visible_open_commitments(actor).order_by(None).subquery()
    query = (
        select(seen.c.supplier_id, func.count(), func.count().filter(promises.c.due_on < today()))
        .join(promises, promises.c.dialogue_id == seen.c.id)
        .where(among(seen.c.supplier_id, ids))
        .group_by(seen.c.supplier_id)
    )
    return {supplier_id: (number, overdue) for supplier_id, number, overdue in session.execute(query)}


# ---- filters ---------------------------------------------------------------------------------------------------------


def _narrowing(actor: Actor, choice: Choice, *, codes: Mapping[str, UUID], ids: Sequence[UUID] | None) -> Narrowing:
    conditions: list[Condition] = []
    if groups := choice.of("product_group"):
        conditions.append(partial(_buys, contracts.visible_contracts(actor).subquery(), groups))
    if assessed := choice.of("assessed"):
        conditions.append(partial(_assessed, _newest_assessments(actor), assessed))
    if declared := choice.of("declared"):
        conditions.append(partial(_declared, declarations.visible_declarations(actor).subquery(), declared))
    return Narrowing(
        ids=ids,
        countries=frozenset(None if code == NOTHING else code for code in choice.of("country")),
        followed_by=frozenset(None if code == NOTHING else codes[code] for code in choice.of("followed_by")),
        conditions=tuple(conditions),
    )


def _buys(seen: Subquery, groups: frozenset[str], supplier_id: Any) -> ColumnElement[bool]:
    return _in(supplier_id, select(seen.c.supplier_id).where(seen.c.product_group.in_(groups)))


def _assessed(newest: Subquery, ages: frozenset[str], supplier_id: Any) -> ColumnElement[bool]:
    known = select(newest.c.supplier_id)
    wanted = {
        "year": _in(supplier_id, known.where(newest.c.as_of >= _year_ago())),
        "older": _in(supplier_id, known.where(newest.c.as_of < _year_ago())),
        NOTHING: ~_in(supplier_id, known),
    }
    return or_(*(wanted[age] for age in sorted(ages)))


def _declared(seen: Subquery, chosen: frozenset[str], supplier_id: Any) -> ColumnElement[bool]:
    has_one = _in(supplier_id, select(seen.c.supplier_id))
    return or_(*(~has_one if value == NOTHING else has_one for value in sorted(chosen)))


def _in(column: Any, query: Any) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column.in_(query)
    return condition


def _newest_assessments(actor: Actor) -> Subquery:
    seen = assessments.visible_assessments(actor).subquery()
    return select(seen.c.supplier_id, func.max(seen.c.as_of).label("as_of")).group_by(seen.c.supplier_id).subquery()


def _year_ago() -> date:
    return today() - RECHECK_AFTER


def _facets(
    actor: Actor,
    choice: Choice,
    codes: Mapping[str, UUID],
    narrowing: Callable[[Choice], Narrowing],
    total: int,
) -> dict[str, dict[str, int]]:
    """Facet -> value -> suppliers. Each facet is counted over what the others leave, so that one can widen a choice."""
    monograms = {authority_id: code for code, authority_id in codes.items()}
    others = {facet: narrowing(choice.without(facet)) for facet in choice.values}
    found = {
        "country": {code or NOTHING: n for code, n in lookup_list.count_by_country(others["country"]).items()},
        "followed_by": {
            monograms[authority_id] if authority_id else NOTHING: n
            for authority_id, n in lookup_list.count_by_follower(others["followed_by"]).items()
        },
    }
    if not can(actor, Permission.READ_CONTRACT):
        return found
    seen = contracts.visible_contracts(actor).subquery()
    groups = _within(seen, others["product_group"], seen.c.product_group, func.count(seen.c.supplier_id.distinct()))
    found["product_group"] = dict(tuple(row) for row in session.execute(groups.group_by(seen.c.product_group)))

    def whole(facet: str) -> int:
        return lookup_list.count(others[facet]) if choice.of(facet) else total

    newest = _newest_assessments(actor)
    fresh = func.count().filter(newest.c.as_of >= _year_ago())
    year, assessed = session.execute(_within(newest, others["assessed"], fresh, func.count())).one()
    found["assessed"] = {"year": year, "older": assessed - year, NOTHING: whole("assessed") - assessed}

    received = declarations.visible_declarations(actor).subquery()
    declared = session.scalar(_within(received, others["declared"], func.count(received.c.supplier_id.distinct()))) or 0
    found["declared"] = {"yes": declared, NOTHING: whole("declared") - declared}
    return found


def _within(seen: Subquery, narrowing: Narrowing, *columns: Any) -> Any:
    """These columns over what the actor sees of the suppliers in a narrowed list."""
    return select(*columns).select_from(seen).where(seen.c.supplier_id.in_(lookup_list.ids_of(narrowing)))

"""Which smelters reach whom through how many suppliers, counted by the database over whole sets.

Everything begins with `visible_declarations(actor)`: what is not shared with the actor neither adds to a number nor
causes one. Of each owner, supplier and template only the newest declaration speaks, and a file that several authorities
received of one supplier counts once. A row is recognised when its facility and its metal are known.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, literal, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.sql.selectable import Subquery

from portal.access.actor import Actor
from portal.clock import today
from portal.contracts import queries as contracts
from portal.contracts.models import Contract
from portal.db import session
from portal.declarations.models import Declaration, SmelterLine
from portal.declarations.queries import visible_declarations
from portal.evidence.models import EvidenceItem
from portal.minerals import queries as minerals
from portal.minerals.models import PinchPoint
from portal.registry.countries import country_code
from portal.registry.models import Supplier
from portal.rollup.rules import ANY_UNKNOWN, NO_METAL, Chosen, Scope, ScopeKind
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 100


@dataclass(frozen=True)
class Reached:
    """A smelter with how many suppliers name it, in how many declarations and rows. `status`: on the lists today."""

    facility_id: str
    metal: str
    name: str | None
    country: str | None
    suppliers: int
    declarations: int
    rows: int
    status: str


@dataclass(frozen=True)
class OfMetal:
    """One metal's numbers; `metal` is None for rows that name none."""

    metal: str | None
    smelters: int
    suppliers: int
    rows: int
    unknown: int


@dataclass(frozen=True)
class Totals:
    """The numbers over the list, with everything that they leave open beside them.

    `unknown` counts rows that were not recognised by their status; `without` are suppliers of the scope's contracts of
    which the actor sees no declaration, and None where the scope has no contracts to compare with. `by_metal`: metal ->
    status on the lists today -> smelters.
    """

    smelters: int
    suppliers: int
    declarations: int
    rows: int
    metals: Sequence[OfMetal]
    unknown: Mapping[str, int] = field(default_factory=dict)
    without: Sequence[Supplier] | None = None
    by_metal: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def statuses(self) -> Counter[str]:
        """How many smelters have which status on the lists today, of all metals."""
        return sum((Counter(one) for one in self.by_metal.values()), Counter[str]())

    @property
    def not_recognised(self) -> int:
        """All rows of which nobody knows which smelter they mean."""
        return sum(self.unknown.values())


@dataclass(frozen=True)
class Row:
    """One reported row behind a number."""

    line: SmelterLine
    declaration: Declaration
    supplier: Supplier


def recognised() -> ColumnElement[bool]:
    """The row's facility and metal are known."""
    return and_(SmelterLine.resolved_id.is_not(None), SmelterLine.metal.is_not(None))


def totals(actor: Actor, scope: Scope) -> Totals:
    """The numbers of a scope over all metals. Four statements, whatever its size."""
    speaks = _speaking(actor, scope)
    lines = select(SmelterLine).join(speaks, speaks.c.id == SmelterLine.declaration_id)
    per_metal = session.execute(
        lines.with_only_columns(
            SmelterLine.metal,
            func.count(SmelterLine.resolved_id.distinct()).filter(recognised()),
            func.count(speaks.c.supplier_id.distinct()),
            func.count(),
            func.count().filter(~recognised()),
        )
        .group_by(SmelterLine.metal)
        .order_by(SmelterLine.metal.nulls_last())
    ).all()
    unknown = session.execute(
        lines.where(~recognised())
        .with_only_columns(SmelterLine.status, func.count())
        .group_by(SmelterLine.status)
        .order_by(func.count().desc(), SmelterLine.status)
    ).all()
    suppliers, declarations = session.execute(
        select(func.count(speaks.c.supplier_id.distinct()), func.count()).select_from(speaks)
    ).one()
    metals = [OfMetal(*row) for row in per_metal]
    return Totals(
        smelters=sum(metal.smelters for metal in metals),
        suppliers=suppliers,
        declarations=declarations,
        rows=sum(metal.rows for metal in metals),
        metals=metals,
        unknown={row[0]: row[1] for row in unknown},
        without=_without_declaration(actor, scope, speaks),
        by_metal=_by_metal(_statuses_of_all(speaks)),
    )


def reached(actor: Actor, scope: Scope, chosen: Chosen, cursor: str | None = None) -> Page[Reached]:
    """A page of smelters, those that most suppliers name first."""
    key = read_cursor(cursor, int, str, str)
    rows = _reached(actor, scope, chosen, key, PAGE_SIZE + 1)
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    last = rows[-1] if more else None
    return Page(rows, encode_cursor(-last.suppliers, last.facility_id, last.metal) if last else None)


def all_reached(actor: Actor, scope: Scope, chosen: Chosen) -> list[Reached]:
    """The whole list, for a file."""
    return _reached(actor, scope, chosen, None, None)


def rows_behind(
    actor: Actor,
    scope: Scope,
    *,
    facility_id: str | None = None,
    metal: str | None = None,
    unknown: str | None = None,
    cursor: str | None = None,
) -> Page[Row]:
    """The reported rows that a number counts: of a smelter, of a metal (NO_METAL: of none), or not recognised.

    `unknown` is a status of rows, or ANY_UNKNOWN.
    """
    speaks = _speaking(actor, scope)
    order = (SmelterLine.declaration_id, SmelterLine.row, SmelterLine.id)
    query = (
        select(SmelterLine, Declaration, Supplier)
        .join(speaks, speaks.c.id == SmelterLine.declaration_id)
        .join(Declaration, Declaration.id == SmelterLine.declaration_id)
        .join(Supplier, Supplier.id == Declaration.supplier_id)
    )
    if facility_id:
        query = query.where(SmelterLine.resolved_id == facility_id)
    if metal:
        query = query.where(SmelterLine.metal.is_(None) if metal == NO_METAL else SmelterLine.metal == metal)
    if unknown:
        query = query.where(~recognised())
        if unknown != ANY_UNKNOWN:
            query = query.where(SmelterLine.status == unknown)
    if key := read_cursor(cursor, UUID, int, UUID):
        query = query.where(tuple_(*order) > tuple(key))
    rows = session.execute(query.order_by(*order).limit(PAGE_SIZE + 1)).all()
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    last = rows[-1][0] if more else None
    return Page([Row(*row) for row in rows], encode_cursor(last.declaration_id, last.row, last.id) if last else None)


def _speaking(actor: Actor, scope: Scope) -> Subquery:
    """The declarations that count: id and supplier."""
    dated = func.coalesce(Declaration.effective_date, Declaration.received_on)
    of_each = (Declaration.owner_id, Declaration.supplier_id, Declaration.template)
    newest = (
        visible_declarations(actor)
        .outerjoin(EvidenceItem, EvidenceItem.id == Declaration.evidence_id)
        .where(_in_scope(actor, scope), Declaration.withdrawn_at.is_(None))
        .with_only_columns(
            Declaration.id,
            Declaration.supplier_id,
            Declaration.owner_id,
            Declaration.template,
            func.coalesce(EvidenceItem.sha256, cast(Declaration.id, Text)).label("file"),
        )
        .ext(distinct_on(*of_each))
        .order_by(*of_each, dated.desc(), Declaration.id.desc())
        .subquery()
    )
    # The actor's own copy before another authority's, so that links lead to what is most surely there tomorrow.
    same_file = (newest.c.supplier_id, newest.c.template, newest.c.file)
    return (
        select(newest.c.id, newest.c.supplier_id)
        .ext(distinct_on(*same_file))
        .order_by(*same_file, newest.c.owner_id != actor.authority_id, newest.c.id)
        .subquery("speaking")
    )


def _in_scope(actor: Actor, scope: Scope) -> ColumnElement[bool]:
    return true() if scope.kind is ScopeKind.MEMBERS else Declaration.supplier_id.in_(_suppliers(actor, scope))


def _suppliers(actor: Actor, scope: Scope) -> Select[Any]:
    """The suppliers of the scope's contracts, as far as the actor sees the contracts."""
    query = contracts.visible_contracts(actor).with_only_columns(Contract.supplier_id)
    if scope.kind is ScopeKind.CONTRACT:
        return query.where(Contract.id == scope.id)
    runs = or_(Contract.ends_on.is_(None), Contract.ends_on >= today())
    return query.where(Contract.owner_id == scope.id, runs)


def _without_declaration(actor: Actor, scope: Scope, speaks: Subquery) -> Sequence[Supplier] | None:
    if scope.kind is ScopeKind.MEMBERS:
        return None
    query = select(Supplier).where(
        Supplier.id.in_(_suppliers(actor, scope)), Supplier.id.not_in(select(speaks.c.supplier_id))
    )
    return session.scalars(query.order_by(Supplier.sort_key, Supplier.id)).all()


def _by_metal(words: Mapping[minerals.Pair, minerals.AssuranceStatus]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for (_facility, metal), word in words.items():
        found.setdefault(metal, Counter())[word.status] += 1
    return found


def _statuses_of_all(speaks: Subquery) -> dict[minerals.Pair, minerals.AssuranceStatus]:
    """What the lists say today of every smelter of the scope. RMI lists about a thousand in all."""
    pairs = session.execute(
        select(SmelterLine.resolved_id, SmelterLine.metal)
        .join(speaks, speaks.c.id == SmelterLine.declaration_id)
        .where(recognised())
        .distinct()
    )
    return minerals.statuses({(row[0], row[1]) for row in pairs if row[0] and row[1]})


def _reached(actor: Actor, scope: Scope, chosen: Chosen, key: Sequence[Any] | None, limit: int | None) -> list[Reached]:
    speaks = _speaking(actor, scope)
    counted = (
        select(
            SmelterLine.resolved_id.label("facility_id"),
            SmelterLine.metal,
            func.max(SmelterLine.standard_name).label("name"),
            func.count(speaks.c.supplier_id.distinct()).label("suppliers"),
            func.count(speaks.c.id.distinct()).label("declarations"),
            func.count().label("rows"),
        )
        .join(speaks, speaks.c.id == SmelterLine.declaration_id)
        .where(recognised())
        .group_by(SmelterLine.resolved_id, SmelterLine.metal)
    )
    if chosen.metal:
        counted = counted.where(SmelterLine.metal == chosen.metal)
    if chosen.status:
        words = _statuses_of_all(speaks)
        counted = counted.where(_among_pairs([pair for pair, word in words.items() if word.status == chosen.status]))
    one = counted.subquery("counted")
    order = (-one.c.suppliers, one.c.facility_id, one.c.metal)
    query = (
        select(one, PinchPoint.name.label("listed_name"), PinchPoint.country)
        .outerjoin(PinchPoint, and_(PinchPoint.facility_id == one.c.facility_id, PinchPoint.metal == one.c.metal))
        .order_by(*order)
    )
    if key:
        query = query.where(tuple_(*order) > tuple(key))
    found = session.execute(query.limit(limit) if limit else query).all()
    words = minerals.statuses({(row.facility_id, row.metal) for row in found})
    return [
        Reached(
            facility_id=row.facility_id,
            metal=row.metal,
            name=row.listed_name or row.name,
            country=country_code(row.country or "") or row.country,
            suppliers=row.suppliers,
            declarations=row.declarations,
            rows=row.rows,
            status=words[(row.facility_id, row.metal)].status,
        )
        for row in found
    ]


def _among_pairs(pairs: Collection[minerals.Pair]) -> ColumnElement[bool]:
    """The row's facility and metal are among these; two parameters, however many there are."""
    ids, metals = ([pair[place] for pair in pairs] for place in (0, 1))
    table = func.unnest(literal(ids, ARRAY(Text)), literal(metals, ARRAY(Text))).table_valued("facility_id", "metal")
    wanted = table.render_derived()
    return tuple_(SmelterLine.resolved_id, SmelterLine.metal).in_(select(wanted.c.facility_id, wanted.c.metal))

"""The names of smelters that wait for a person, over the declarations that an actor may see, and what was decided.

An entry counts and names only declarations that its reader sees: another authority's private one leaves no trace.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import ngettext
from sqlalchemy import ColumnElement, ScalarSelect, Select, case, exists, false, func, select, tuple_

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import can
from portal.db import session
from portal.declarations.models import Declaration, DeclarationFinding, SmelterLine
from portal.declarations.naming.models import SmelterNameAct, SmelterNameVerdict
from portal.declarations.naming.rules import OPEN_STATUSES, Act, Verdict
from portal.declarations.queries import visible_declarations
from portal.errors import NotFound
from portal.minerals import queries as minerals
from portal.minerals.matching.lists import SmelterLists
from portal.minerals.matching.resolver import Suggestion, resolve
from portal.registry.models import Supplier
from portal.shapes import TodoItem
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 20
MOST_COUNTED = 99  # names that "What needs me" counts before it says "more"
_SOURCES_SHOWN = 3
NO_NAMES = ("smelter not yet identified", "smelter not listed", "unknown")  # written where a name should stand

Key = tuple[str, str]  # metal, key of the name


@dataclass(frozen=True, slots=True)
class Source:
    """A declaration that has the name, as the reader sees it."""

    declaration_id: UUID
    supplier: str
    row: int
    country: str | None


@dataclass(frozen=True, slots=True)
class OpenName:
    """A name that nobody has decided on: in how many declarations, some of them, and what it may mean."""

    metal: str
    name: str
    name_key: str
    declarations: int
    sources: Sequence[Source]
    suggestions: Sequence[Suggestion]


@dataclass(frozen=True, slots=True)
class Checked:
    """A row with the newest check of its declaration, to which what is decided on its name is added."""

    line: SmelterLine
    check_id: UUID


def lines_named(verdict: SmelterNameVerdict) -> list[Checked]:
    """The rows of every declaration that the verdict is about. For the worker: not narrowed to an actor."""
    wanted = (
        SmelterLine.metal == verdict.metal,
        SmelterLine.name_key == verdict.name_key,
        SmelterLine.resolved_id.is_(None),
        SmelterLine.status.in_(OPEN_STATUSES),
    )
    return _checked(*wanted)


def lines_of(declaration_id: UUID) -> list[Checked]:
    """The rows of one declaration. For the worker."""
    return _checked(SmelterLine.declaration_id == declaration_id)


def _checked(*wanted: ColumnElement[bool]) -> list[Checked]:
    query = (
        select(SmelterLine, Declaration.check_id)
        .join(Declaration, Declaration.id == SmelterLine.declaration_id)
        .where(*wanted)
        .order_by(SmelterLine.declaration_id, SmelterLine.row)
    )
    return [Checked(line, check_id) for line, check_id in session.execute(query) if check_id]


Said = tuple[UUID, str, str | None, str]  # check, code, cell, verdict


def said_in(check_ids: Iterable[UUID]) -> set[Said]:
    """What these checks say of names that were decided on."""
    verdict = DeclarationFinding.params["verdict"].astext
    query = select(DeclarationFinding.check_id, DeclarationFinding.code, DeclarationFinding.cell, verdict).where(
        DeclarationFinding.check_id.in_(set(check_ids)), verdict.is_not(None)
    )
    return {(check, code, cell, verdict_id) for check, code, cell, verdict_id in session.execute(query)}


def last_positions(check_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The position of the last finding of each check that has any."""
    query = (
        select(DeclarationFinding.check_id, func.max(DeclarationFinding.position).label("position"))
        .where(DeclarationFinding.check_id.in_(set(check_ids)))
        .group_by(DeclarationFinding.check_id)
    )
    return {row.check_id: row.position for row in session.execute(query)}


def open_lines(actor: Actor) -> Select[Any]:
    """Rows of visible declarations whose name waits for a person."""
    verdict = SmelterNameVerdict
    decided = exists().where(
        verdict.metal == SmelterLine.metal,
        verdict.name_key == SmelterLine.name_key,
        verdict.revoked_at.is_(None),
        verdict.verdict != Verdict.REJECTED,
    )
    return select(SmelterLine).where(
        SmelterLine.declaration_id.in_(visible_declarations(actor).with_only_columns(Declaration.id)),
        SmelterLine.status.in_(OPEN_STATUSES),
        SmelterLine.resolved_id.is_(None),
        SmelterLine.metal.is_not(None),
        SmelterLine.name_key.not_in(NO_NAMES),
        ~decided,
    )


def open_names(actor: Actor, cursor: str | None = None) -> Page[OpenName]:
    """Names that wait, those in most declarations first; a page of them with suggestions."""
    lines = open_lines(actor).subquery()
    number = func.count(lines.c.declaration_id.distinct())
    query = select(lines.c.metal, lines.c.name_key, func.min(lines.c.declared_name).label("name"), number.label("n"))
    query = query.group_by(lines.c.metal, lines.c.name_key)
    if key := read_cursor(cursor, int, str, str):
        query = query.having(tuple_(-number, lines.c.metal, lines.c.name_key) > tuple(key))
    ordered = query.order_by(number.desc(), lines.c.metal, lines.c.name_key)
    rows = session.execute(ordered.limit(PAGE_SIZE + 1)).all()
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    keys = [(row.metal, row.name_key) for row in rows]
    sources = _sources(actor, keys)
    suggestions = _suggestions([(row.metal, row.name_key, row.name) for row in rows], sources)
    found = [
        OpenName(
            row.metal,
            row.name,
            row.name_key,
            row.n,
            sources[row.metal, row.name_key],
            suggestions[row.metal, row.name_key],
        )
        for row in rows
    ]
    last = rows[-1] if rows else None
    return Page(found, encode_cursor(-last.n, last.metal, last.name_key) if more and last else None)


def get_open_line(actor: Actor, metal: str, name_key: str) -> SmelterLine:
    """The newest visible row with a name that waits, or NotFound."""
    newest = open_lines(actor).where(SmelterLine.metal == metal, SmelterLine.name_key == name_key)
    line: SmelterLine | None = session.scalar(newest.order_by(SmelterLine.id.desc()).limit(1))
    if line is None:
        raise NotFound
    return line


def _sources(actor: Actor, keys: Sequence[Key]) -> dict[Key, list[Source]]:
    """A few of the declarations that have each name, the newest first."""
    found: dict[Key, list[Source]] = {key: [] for key in keys}
    if not keys:
        return found
    lines = open_lines(actor).where(tuple_(SmelterLine.metal, SmelterLine.name_key).in_(keys)).subquery()
    position = func.row_number().over(
        partition_by=(lines.c.metal, lines.c.name_key), order_by=(lines.c.declaration_id.desc(), lines.c.row)
    )
    ranked = select(lines, position.label("position")).subquery()
    rows = session.execute(
        select(ranked, Supplier.legal_name)
        .join(Declaration, Declaration.id == ranked.c.declaration_id)
        .join(Supplier, Supplier.id == Declaration.supplier_id)
        .where(ranked.c.position <= _SOURCES_SHOWN)
        .order_by(ranked.c.position)
    )
    for row in rows:
        source = Source(row.declaration_id, row.legal_name, row.row, row.declared_country)
        found[row.metal, row.name_key].append(source)
    return found


def _suggestions(
    names: Iterable[tuple[str, str, str]], sources: Mapping[Key, Sequence[Source]]
) -> dict[Key, list[Suggestion]]:
    """What each (metal, key, name) may mean, without what was rejected for it."""
    asked = list(names)
    if not asked:
        return {}
    lists = smelter_lists()
    rejected: dict[Key, set[str]] = defaultdict(set)
    verdict = SmelterNameVerdict
    keys = [(metal, key) for metal, key, _name in asked]
    for one in session.scalars(
        select(verdict).where(
            tuple_(verdict.metal, verdict.name_key).in_(keys),
            verdict.verdict == Verdict.REJECTED,
            verdict.revoked_at.is_(None),
        )
    ):
        rejected[one.metal, one.name_key].add(one.facility_id or "")
    return {
        (metal, key): [
            one
            for one in resolve(lists, metal, name, country=_said_country(sources[metal, key])).suggestions
            if one.smelter.facility_id not in rejected[metal, key]
        ]
        for metal, key, name in asked
    }


def _said_country(sources: Sequence[Source]) -> str | None:
    """The country that declarations give for a name, None where they give none or differ."""
    said = {source.country for source in sources if source.country}
    return said.pop() if len(said) == 1 else None


def smelter_lists() -> SmelterLists:
    """Every facility that the portal knows."""
    return SmelterLists.of(minerals.listed_names())


def get_verdict(verdict_id: UUID) -> SmelterNameVerdict:
    """One verdict, or NotFound."""
    verdict = session.get(SmelterNameVerdict, verdict_id)
    if verdict is None:
        raise NotFound
    return verdict


@dataclass(frozen=True, slots=True)
class Decided:
    """A verdict; `ours` is what the actor's own authority did with it, None where another one decided."""

    verdict: SmelterNameVerdict
    ours: SmelterNameAct | None


def decided_names(actor: Actor, cursor: str | None = None, together: UUID | None = None) -> Page[Decided]:
    """Verdicts that stand, the newest first. Who gave one is told to that authority alone.

    `together` keeps those that the actor's authority accepted at once.
    """
    query = select(SmelterNameVerdict).where(SmelterNameVerdict.revoked_at.is_(None))
    if together:
        ours = select(SmelterNameAct.verdict_id).where(
            SmelterNameAct.batch_id == together, SmelterNameAct.authority_id == actor.authority_id
        )
        query = query.where(SmelterNameVerdict.id.in_(ours))
    if key := read_cursor(cursor, UUID):
        query = query.where(SmelterNameVerdict.id < key[0])
    rows = session.scalars(query.order_by(SmelterNameVerdict.id.desc()).limit(PAGE_SIZE + 1)).all()
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    acts = {
        act.verdict_id: act
        for act in session.scalars(
            select(SmelterNameAct).where(
                SmelterNameAct.verdict_id.in_([row.id for row in rows]),
                SmelterNameAct.authority_id == actor.authority_id,
                SmelterNameAct.act == Act.DECIDED,
            )
        )
    }
    found = [Decided(row, acts.get(row.id)) for row in rows]
    return Page(found, encode_cursor(rows[-1].id) if more else None)


def todo_count(actor: Actor) -> ScalarSelect[int]:
    """How many things `todo` lists, as part of a statement: one or none."""
    waits = open_lines(actor).exists() if can(actor, Permission.DECIDE_SMELTER_NAME) else false()
    return select(case((waits, 1), else_=0)).scalar_subquery()


def todo(actor: Actor) -> list[TodoItem]:
    """One item for all names that wait, for those who may decide."""
    if actor.authority_id is None or not can(actor, Permission.DECIDE_SMELTER_NAME):
        return []
    lines = open_lines(actor).subquery()
    names = select(lines.c.metal, lines.c.name_key).distinct().limit(MOST_COUNTED + 1).subquery()
    number = session.scalar(select(func.count()).select_from(names)) or 0
    if not number:
        return []
    return [
        TodoItem(
            due_on=None,
            title=ngettext(
                "Say which smelter %(num)d name means",
                "Say which smelters %(num)d names mean",
                min(number, MOST_COUNTED),
            ),
            detail=ngettext(
                "The declaration’s own list does not settle it.",
                "The declarations’ own lists do not settle them.",
                number,
            ),
            endpoint="smelter_names.index",
            args={},
        )
    ]

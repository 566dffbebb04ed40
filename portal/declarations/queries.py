"""Every SELECT on declarations; all begin with what the actor may see."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, select, tuple_

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.cahra import queries as cahra
from portal.db import session
from portal.declarations.areas import CahraAnswer, Place, Row, answers_of, places_of
from portal.declarations.models import Declaration, SmelterLine
from portal.declarations.naming.meanings import key_of, meanings_of
from portal.declarations.naming.models import SmelterNameVerdict
from portal.errors import NotFound
from portal.minerals import queries as minerals
from portal.registry import queries as registry
from portal.shapes import TimelineEntry, Tone
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 50
LINES_PER_PAGE = 100
SAME_LISTS = 10
UNMATCHED = "unmatched"


def visible_declarations(actor: Actor) -> Select[Declaration]:
    """Declarations that the actor may see."""
    return select(Declaration).where(visible(Declaration, actor))


def get_declaration(actor: Actor, declaration_id: UUID) -> Declaration:
    """One declaration, or NotFound when there is none for this actor."""
    declaration = session.scalar(visible_declarations(actor).where(Declaration.id == declaration_id))
    if declaration is None:
        raise NotFound
    return declaration


def list_declarations(actor: Actor, cursor: str | None, *, own: bool = False) -> Page[Declaration]:
    """Declarations by day of receipt, the newest first; `own`: only those of the actor's authority."""
    query = visible_declarations(actor)
    if own:
        query = query.where(Declaration.owner_id == actor.authority_id)
    if key := read_cursor(cursor, date.fromisoformat, UUID):
        query = query.where(tuple_(Declaration.received_on, Declaration.id) < tuple(key))
    ordered = query.order_by(Declaration.received_on.desc(), Declaration.id.desc())
    rows = session.scalars(ordered.limit(PAGE_SIZE + 1)).all()
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].received_on, rows[-1].id) if more else None)


def declarations_of_supplier(actor: Actor, supplier_id: UUID) -> Sequence[Declaration]:
    """A supplier's declarations that the actor may see, the newest first."""
    query = visible_declarations(actor).where(Declaration.supplier_id == supplier_id)
    return session.scalars(query.order_by(Declaration.effective_date.desc().nulls_last(), Declaration.id.desc())).all()


@dataclass(frozen=True)
class LineStatus:
    """A smelter row beside what the lists say of its facility and metal.

    `then` and `today` are words of portal.minerals (conformant, not_listed, not_checked, …), or "unmatched" where
    nobody knows which facility the row means. `meaning` is what was decided on a name that the list did not settle.
    """

    line: SmelterLine
    then: str
    today: str
    meaning: SmelterNameVerdict | None = None

    @property
    def facility_id(self) -> str | None:
        """The facility that the row counts as: by the file itself, or by its accepted name."""
        return self.line.resolved_id or (self.meaning.facility_id if self.meaning else None)


def with_statuses(declaration: Declaration, lines: Sequence[SmelterLine]) -> list[LineStatus]:
    """The rows with their assurance on the declaration's date and today, and verdicts on their names."""
    meanings = meanings_of(lines)
    rows = [LineStatus(line, UNMATCHED, UNMATCHED, meanings.get(key_of(line) or ("", ""))) for line in lines]
    pairs = {(row.facility_id, row.line.metal) for row in rows if row.facility_id and row.line.metal}
    today = minerals.statuses(pairs)
    then = minerals.statuses(pairs, on=declaration.effective_date) if declaration.effective_date else today
    return [
        replace(row, then=then[key].status, today=today[key].status)
        if (key := (row.facility_id, row.line.metal)) in today
        else row
        for row in rows
    ]


def same_list_elsewhere(actor: Actor, declaration: Declaration) -> Sequence[Declaration]:
    """Visible declarations of other suppliers with exactly these smelters, the newest first; not those of one group.

    Asked when the page is shown and never kept, as everybody sees other declarations.
    """
    if declaration.smelters_mark is None:
        return ()
    query = visible_declarations(actor).where(
        Declaration.smelters_mark == declaration.smelters_mark,
        Declaration.template == declaration.template,
        Declaration.supplier_id != declaration.supplier_id,
    )
    found = session.scalars(
        query.order_by(Declaration.received_on.desc(), Declaration.id.desc()).limit(SAME_LISTS)
    ).all()
    ours = _owners(declaration.supplier_id) if found else set()
    return [other for other in found if not ours & _owners(other.supplier_id)]


def _owners(supplier_id: UUID) -> set[UUID]:
    """A supplier and whom it belongs to: companies of one group may well report one list."""
    return {supplier_id} | registry.ancestors_of(supplier_id)


@dataclass(frozen=True)
class DeclaredAreas:
    """The places of a declaration beside the lists of conflict-affected areas; the days are those of the lists."""

    places: Sequence[Place]
    answers: Sequence[CahraAnswer]
    list_then: date | None
    list_today: date | None


def areas_of(declaration: Declaration, lines: Sequence[SmelterLine]) -> DeclaredAreas:
    """Where the rows say that mines and smelters are, by the list of the declaration's date and by today's."""
    today = cahra.list_on()
    then = cahra.list_on(declaration.effective_date) if declaration.effective_date else today
    points = minerals.points_of({(line.resolved_id, line.metal) for line in lines if line.resolved_id and line.metal})
    rows = []
    for line in lines:
        point = points.get((line.resolved_id or "", line.metal or ""))
        country = line.declared_country or line.listed_country or (point.country if point else None)
        rows.append(Row(line.metal, country, line.mine, line.mine_country))
    places = places_of(rows, then, today)
    return DeclaredAreas(
        places,
        answers_of(declaration.template, declaration.answers, places),
        then.valid_from if then else None,
        today.valid_from if today else None,
    )


def lines_of(declaration: Declaration, *, metal: str | None = None) -> Sequence[SmelterLine]:
    """The reported rows in the file's order."""
    query = select(SmelterLine).where(SmelterLine.declaration_id == declaration.id)
    if metal:
        query = query.where(SmelterLine.metal == metal)
    return session.scalars(query.order_by(SmelterLine.row)).all()


def metals_of(declaration: Declaration) -> list[str]:
    """The metals that the rows name."""
    query = select(SmelterLine.metal).where(
        SmelterLine.declaration_id == declaration.id, SmelterLine.metal.is_not(None)
    )
    return sorted(metal for metal in session.scalars(query.distinct()) if metal)


@dataclass(frozen=True)
class SmelterPicture:
    """How the smelters of a supplier's newest visible declarations stand on the lists today.

    `counts` is by assurance status, plus "unmatched"; `distinct` counts facility and metal once over all of them;
    `pairs` are the (facility id, metal) that were recognised.
    """

    declarations: Sequence[Declaration] = ()
    counts: Counter[str] = field(default_factory=Counter)
    distinct: int = 0
    lost: int = 0  # conformant on the declaration's date, no longer today
    pairs: frozenset[tuple[str, str]] = frozenset()


def smelter_picture(actor: Actor, supplier_id: UUID) -> SmelterPicture | None:
    """From the newest visible declaration of each template; None when the actor sees none."""
    newest: dict[str, Declaration] = {}
    for declaration in declarations_of_supplier(actor, supplier_id):
        if declaration.withdrawn_at:
            continue
        newest.setdefault(declaration.template, declaration)
    if not newest:
        return None
    statuses: dict[tuple[str, str | None], LineStatus] = {}
    for declaration in newest.values():
        for row in with_statuses(declaration, lines_of(declaration)):
            key = row.facility_id or f"row {declaration.id} {row.line.row}"
            statuses[(key, row.line.metal)] = row
    return SmelterPicture(
        declarations=list(newest.values()),
        counts=Counter(row.today for row in statuses.values()),
        distinct=len(statuses),
        lost=sum(row.then == "conformant" and row.today != "conformant" for row in statuses.values()),
        pairs=frozenset(
            (row.facility_id, row.line.metal) for row in statuses.values() if row.facility_id and row.line.metal
        ),
    )


def timeline(actor: Actor, supplier_id: UUID) -> list[TimelineEntry]:
    """Declarations as entries of the supplier's joint timeline."""
    return [
        TimelineEntry(
            on=declaration.received_on,
            kind="declaration",
            title=_("%(template)s received and checked", template=f"{declaration.template} {declaration.revision}"),
            text=_(
                "%(errors)s things must be fixed, %(warnings)s should be.",
                errors=declaration.counts.get("errors", 0),
                warnings=declaration.counts.get("warnings", 0),
            ),
            endpoint="declarations.show",
            args={"declaration_id": declaration.id},
            icon="FileCheckmark",
            owner_id=declaration.owner_id,
            audience=declaration.audience,
            named_ids=declaration.named_ids,
            tone=Tone.SUPPLIER,
        )
        for declaration in declarations_of_supplier(actor, supplier_id)
    ]


def export_rows(declaration: Declaration) -> Iterator[tuple[str, ...]]:
    """The rows for a CSV file, header first; values as text."""
    yield (
        "row",
        "metal",
        "declared name",
        "declared id",
        "matched id",
        "standard name",
        "match",
        "then",
        "today",
    )
    for row in with_statuses(declaration, lines_of(declaration)):
        line = row.line
        values = (
            line.row,
            line.metal,
            line.declared_name,
            line.declared_id,
            row.facility_id,
            line.standard_name or (row.meaning.standard_name if row.meaning else None),
        )
        yield tuple(str(value) if value is not None else "" for value in (*values, line.status, row.then, row.today))

"""Two declarations of one supplier and template side by side, with what the lists said on each one's date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from portal.access.actor import Actor
from portal.db import session
from portal.declarations.compare.rules import (
    Comparison,
    Pair,
    compare_answers,
    compare_fields,
    compare_lines,
)
from portal.declarations.models import Declaration, SmelterLine
from portal.declarations.queries import visible_declarations
from portal.errors import NotFound
from portal.minerals import queries as minerals

CHOICES = 30
FIELDS = ("revision", "language", "company_name", "scope_code", "scope_description", "effective_date")


@dataclass(frozen=True)
class Assured:
    """What the lists said of a smelter on the earlier and on the later declaration's date."""

    before: str
    after: str


@dataclass(frozen=True)
class Compared:
    """The earlier and the later declaration with what differs. `assurance` has a word for each facility and metal."""

    before: Declaration
    after: Declaration
    comparison: Comparison
    assurance: Mapping[minerals.Pair, Assured]

    @property
    def assurance_changed(self) -> list[Pair]:
        """Smelters in both of which the lists said something else on the later date."""
        return [pair for pair in self.comparison.both if (word := self.word_of(pair)) and word.before != word.after]

    def word_of(self, pair: Pair) -> Assured | None:
        """The lists' words for a smelter in both; None where its id is on no list of ours to look in."""
        facility_id = pair.after.facility_id
        return self.assurance.get((facility_id, pair.after.metal)) if facility_id else None


def comparable(actor: Actor, declaration: Declaration) -> Sequence[Declaration]:
    """The other declarations of the same supplier and template that the actor sees, the latest first."""
    return session.scalars(
        visible_declarations(actor)
        .where(
            Declaration.supplier_id == declaration.supplier_id,
            Declaration.template == declaration.template,
            Declaration.id != declaration.id,
        )
        .order_by(_dated().desc(), Declaration.id.desc())
        .limit(CHOICES)
    ).all()


def last_years(choices: Sequence[Declaration], declaration: Declaration) -> Declaration | None:
    """The one to compare with by default: the latest that is older, of our own authority's where there is one."""
    standing = [one for one in choices if one.withdrawn_at is None]
    older = [one for one in standing if (_day(one), one.id) < (_day(declaration), declaration.id)]
    own = [one for one in older if one.owner_id == declaration.owner_id]
    return next(iter(own or older), None)


def one_of(actor: Actor, declaration: Declaration, other_id: UUID) -> Declaration:
    """A declaration to compare with: NotFound where it is not visible, another supplier's or another template."""
    query = visible_declarations(actor).where(
        Declaration.id == other_id,
        Declaration.supplier_id == declaration.supplier_id,
        Declaration.template == declaration.template,
    )
    other = session.scalar(query)
    if other is None or other.id == declaration.id:
        raise NotFound
    return other


def compare(one: Declaration, other: Declaration) -> Compared:
    """Both, the earlier one first whichever was asked for first."""
    before, after = sorted((one, other), key=lambda declaration: (_day(declaration), declaration.id))
    lines: dict[UUID, list[SmelterLine]] = {before.id: [], after.id: []}
    rows = select(SmelterLine).where(SmelterLine.declaration_id.in_(lines)).order_by(SmelterLine.row)
    for line in session.scalars(rows):
        lines[line.declaration_id].append(line)
    added, removed, both, nameless = compare_lines(lines[before.id], lines[after.id])
    comparison = Comparison(
        added=added,
        removed=removed,
        both=both,
        answers=compare_answers(before.answers, after.answers),
        fields=compare_fields(_fields(before), _fields(after)),
        nameless=nameless,
    )
    return Compared(before, after, comparison, _assurance(before, after, both))


def _assurance(before: Declaration, after: Declaration, both: Sequence[Pair]) -> dict[minerals.Pair, Assured]:
    keys = {(pair.after.facility_id, pair.after.metal) for pair in both if pair.after.facility_id and pair.after.metal}
    known = {(one, metal) for one, metal in keys if one}
    earlier, later = (minerals.statuses(known, on=_day(one)) for one in (before, after))
    return {key: Assured(earlier[key].status, later[key].status) for key in known}


def _fields(declaration: Declaration) -> dict[str, Any]:
    return {name: getattr(declaration, name) for name in FIELDS}


def _day(declaration: Declaration) -> Any:
    return declaration.effective_date or declaration.received_on


def _dated() -> Any:
    return func.coalesce(Declaration.effective_date, Declaration.received_on)

"""What an import does with each row, decided row by row as if they came one after the other. Pure.

A row is the same supplier as one that is known when its number is, or when its exact name is, in the same country and
without ambiguity. A name alone brings nothing along: a row without a country that says more than a name, and names that
are only alike, are for a person to decide.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from portal.registry.identifiers import SCHEMES, Identifier
from portal.registry.imports.explain import EVIDENCE, kept, likeliest_first
from portal.registry.imports.ledger import Entry, Ledger
from portal.registry.imports.rows import Fact, Rejection, RowFacts
from portal.registry.names import norm
from portal.registry.rules import NameKind, RowOutcome

Params = Mapping[str, Any]

TAKEN = (RowOutcome.CREATED, RowOutcome.MATCHED)


@dataclass(slots=True)
class Planned:
    """The outcome of one row; `entry` is the supplier that it makes, matches or looks like."""

    row: int
    outcome: RowOutcome
    name: str
    cell: str | None = None
    reason: str | None = None
    params: Params = field(default_factory=dict)
    entry: Entry | None = None


@dataclass(slots=True)
class Plan:
    """All rows, the suppliers that are made, and the known ones that facts are added to."""

    rows: list[Planned] = field(default_factory=list)
    made: list[Entry] = field(default_factory=list)
    matched: dict[UUID, Entry] = field(default_factory=dict)
    parents: list[tuple[Entry, Entry]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Rows by outcome, and what is added to the registry."""
        outcomes = Counter(row.outcome for row in self.rows)
        touched = [*self.made, *self.matched.values()]
        return {
            "rows": len(self.rows),
            **{outcome.value: outcomes[outcome] for outcome in RowOutcome},
            "suppliers": len(self.made),
            "names": sum(len(entry.new_names) for entry in self.matched.values()),
            "numbers": sum(len(entry.new_numbers) for entry in touched),
            "sites": sum(len(entry.new_sites) for entry in touched),
            "roles": sum(len(entry.new_roles) for entry in touched),
            "parents": len(self.parents),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one row is: `entry` is the match, or the look-alike of a possible duplicate."""

    outcome: RowOutcome
    entry: Entry | None = None
    reason: str | None = None
    params: Params = field(default_factory=dict)

    @property
    def addable(self) -> bool:
        """Whether a person may say that it is a new supplier. Where it may be several, nobody could tell the many
        apart afterwards.
        """
        return self.outcome is RowOutcome.POSSIBLE_DUPLICATE and self.reason != "several_alike"


def make_plan(
    facts: Iterable[Fact],
    ledger: Ledger,
    owners: Callable[[set[UUID]], dict[UUID, UUID]],
    *,
    add_duplicates: bool,
) -> Plan:
    """Decide on every row. `owners` gives the parents of known suppliers and of those above them."""
    plan = Plan()
    read: list[tuple[Planned, RowFacts]] = []
    for fact in facts:
        if isinstance(fact, Rejection):
            plan.rows.append(
                Planned(fact.number, RowOutcome.REJECTED, fact.name, fact.cell, fact.code, dict(fact.params))
            )
            continue
        planned = _take(plan, ledger, fact, judge(ledger, fact), add_duplicates=add_duplicates)
        plan.rows.append(planned)
        read.append((planned, fact))
    _look_again(plan, ledger, read)
    _set_parents(plan, ledger, [(planned, planned.entry, fact) for planned, fact in read if fact.parent], owners)
    return plan


def _look_again(plan: Plan, ledger: Ledger, read: Sequence[tuple[Planned, RowFacts]]) -> None:
    """A later row may have brought the supplier that an earlier one means. Without this, importing the list once more
    would still add something.
    """
    changed = True
    while changed:
        changed = False
        for planned, row in read:
            if planned.outcome not in TAKEN and (verdict := judge(ledger, row)).outcome is RowOutcome.MATCHED:
                again = _take(plan, ledger, row, verdict, add_duplicates=False)
                planned.outcome, planned.entry, planned.cell = again.outcome, again.entry, again.cell
                planned.reason, planned.params = again.reason, again.params
                changed = True


def judge(ledger: Ledger, row: RowFacts) -> Verdict:
    """What a row is, given what is known so far."""
    holders = ledger.holders(row.identifiers)
    if len(holders) > 1:
        return _reject("numbers_of_several", name=holders[0].name, other=holders[1].name, _entry=holders[0])
    if holders:
        return _by_number(ledger, row, holders[0])
    same = ledger.named(row.norm, row.country)
    exact = [entry for entry in same if entry.country == row.country]
    if len(exact) > 1:
        return _reject("name_of_several", count=len(exact), _entry=exact[0])
    if exact and row.country:
        return _match(row, exact[0])
    if len(same) == 1 and row.country is None:
        in_this_list = same[0].id is None
        if in_this_list or _adds_nothing(row, same[0]):
            return Verdict(RowOutcome.MATCHED, same[0])
        return _perhaps(row, same, "name_only")
    return _by_likeness(ledger, row, same)


def _adds_nothing(row: RowFacts, entry: Entry) -> bool:
    """Whether the entry would be as it is if the row meant it. Such a match merges nothing."""
    return (
        entry.numbers.issuperset(row.identifiers)
        and entry.names.issuperset(row.other_names)
        and (row.site is None or row.site.key in entry.sites)
    )


def _by_number(ledger: Ledger, row: RowFacts, entry: Entry) -> Verdict:
    if clash := entry.clash(row.identifiers):
        return _reject("other_number", name=entry.name, number=_written(clash), _entry=entry)
    if ledger.knows(entry, row):
        return Verdict(RowOutcome.MATCHED, entry)
    return Verdict(RowOutcome.MATCHED, entry, "matched_other_name", {"name": entry.name})


def _by_likeness(ledger: Ledger, row: RowFacts, same: Sequence[Entry]) -> Verdict:
    """A row whose exact name and country nobody has; `same` have the name, and one of the two has no country."""
    known = ledger.with_core(row)
    fitting = [entry for entry, fits in known if fits and row.country and entry.country == row.country]
    if len(fitting) == 1 and not same and fitting[0].numbers.issuperset(row.identifiers):
        return _match(row, fitting[0])
    near = ledger.nearly(row)
    perhaps = list(dict.fromkeys([*same, *(entry for entry, _fits in known), *near]))
    if not perhaps:
        return Verdict(RowOutcome.CREATED)
    if len(perhaps) > 1:
        return _perhaps(row, perhaps, "several_alike")
    if same or known:
        return _perhaps(row, perhaps, "same_name_elsewhere" if same else "same_core")
    if near[0].row:
        return _perhaps(row, near, "alike_row", row=near[0].row)
    return _perhaps(row, near, "alike")


def _match(row: RowFacts, entry: Entry) -> Verdict:
    """The name says that it is this supplier, unless a number says otherwise."""
    if clash := entry.clash(row.identifiers):
        return _perhaps(row, [entry], "other_number", number=_written(clash))
    return Verdict(RowOutcome.MATCHED, entry)


def _perhaps(like: RowFacts, entries: Sequence[Entry], reason: str, **params: Any) -> Verdict:
    several = {"count": len(entries)} if len(entries) > 1 else {}
    entry, verdict = likeliest_first(like, entries)[0]
    values = {"name": entry.name, EVIDENCE: kept(verdict), **several, **params}
    return Verdict(RowOutcome.POSSIBLE_DUPLICATE, entry, reason, values)


def _reject(reason: str, *, _entry: Entry | None = None, **params: Any) -> Verdict:
    return Verdict(RowOutcome.REJECTED, _entry, reason, params)


def _written(number: Identifier) -> str:
    return f"{SCHEMES[number.scheme].name} {number.pretty}"


def _take(plan: Plan, ledger: Ledger, row: RowFacts, verdict: Verdict, *, add_duplicates: bool) -> Planned:
    """Note the verdict, and add to the ledger what the row brings."""
    planned = Planned(row.number, verdict.outcome, row.name, None, verdict.reason, verdict.params, verdict.entry)
    if row.remark and not planned.reason:
        planned.reason, planned.params, planned.cell = row.remark
    if verdict.outcome is RowOutcome.MATCHED and verdict.entry:
        if verdict.entry.id is None:  # a supplier that an earlier row makes
            planned.outcome = RowOutcome.CREATED
            if planned.reason is None:
                planned.reason, planned.params = "same_as_row", {"row": verdict.entry.row}
        else:
            plan.matched[verdict.entry.id] = verdict.entry
        _add_facts(ledger, verdict.entry, row)
    elif verdict.outcome is RowOutcome.CREATED or (add_duplicates and verdict.addable):
        entry = Entry(row.name, row.country, row=row.number, names={(NameKind.LEGAL, row.name)})
        entry.new_names.append((NameKind.LEGAL, row.name))
        ledger.add(entry)
        plan.made.append(entry)
        _add_facts(ledger, entry, row)
        planned.outcome, planned.entry = RowOutcome.CREATED, entry
    return planned


def _add_facts(ledger: Ledger, entry: Entry, row: RowFacts) -> None:
    for kind, name in row.other_names:
        if (kind, name) not in entry.names:
            entry.names.add((kind, name))
            entry.new_names.append((kind, name))
            ledger.add_name(entry, name)
    for number in row.identifiers:
        if number not in entry.numbers:
            entry.numbers.add(number)
            entry.new_numbers.append(number)
            ledger.by_number[number] = entry
    for role in row.roles:
        if role not in entry.roles:
            entry.roles.add(role)
            entry.new_roles.append(role)
    if row.site and row.site.key not in entry.sites:
        entry.sites.add(row.site.key)
        entry.new_sites.append(row.site)


def _set_parents(
    plan: Plan,
    ledger: Ledger,
    wishes: Sequence[tuple[Planned, Entry | None, RowFacts]],
    owners: Callable[[set[UUID]], dict[UUID, UUID]],
) -> None:
    """Give suppliers the parents that their rows name, once all rows are known; never a circle, never another one."""
    found = [
        (planned, entry, _parent_of(ledger, row), row)
        for planned, entry, row in wishes
        if entry and planned.outcome in TAKEN
    ]
    known = {one.id for _, entry, parent, _ in found for one in (entry, parent) if one and one.id}
    above: dict[Any, Any] = dict(owners(known)) if known else {}
    for planned, entry, parent, row in found:
        problem = None
        if parent is None:
            problem = "parent_unknown"
        elif entry.parent is parent or (parent.id is not None and above.get(_key(entry)) == parent.id):
            continue
        elif entry.has_parent or entry.parent:
            problem = "parent_kept"
        elif planned.outcome is RowOutcome.MATCHED and not (row.country or row.identifiers):
            problem = "parent_name_only"
        elif entry is parent or _leads_to(above, _key(parent), _key(entry)):
            problem = "parent_circle"
        else:
            entry.parent = parent
            above[_key(entry)] = _key(parent)
            plan.parents.append((entry, parent))
        if problem and planned.reason in (None, "same_as_row"):
            planned.reason, planned.params, planned.cell = problem, {"name": row.parent}, row.parent_cell


def _parent_of(ledger: Ledger, row: RowFacts) -> Entry | None:
    named = ledger.named(norm(row.parent or ""), None)
    return named[0] if len(named) == 1 else None


def _key(entry: Entry) -> Any:
    return entry.id or entry


def _leads_to(above: Mapping[Any, Any], start: Any, end: Any) -> bool:
    seen = set()
    while start in above and start not in seen:
        seen.add(start)
        start = above[start]
        if start == end:
            return True
    return False

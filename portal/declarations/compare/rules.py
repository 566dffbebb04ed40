"""What is different between two declarations: smelters and answers, side by side. Pure.

A smelter is the same in both when its id is the same (recognised, or typed and well-formed: then it may be on neither
list) for the same metal. Rows without any id are compared by their name as it was written; rows that name nobody are
only counted, for nobody can say whether two of them mean the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from portal.declarations.rules import LineStatus, name_key, normal_cid


class Line(Protocol):
    """A smelter row, as the database keeps it or as it was read."""

    row: int
    metal: str | None
    declared_name: str | None
    declared_id: str | None
    resolved_id: str | None
    standard_name: str | None
    status: str


Key = tuple[str, str]  # (id or name, metal in lower case)

# Where a row stands, for telling whether that changed: several words for one thing are one.
_KNOWN = "known"
_STANDING: Mapping[str, str] = {
    LineStatus.RESOLVED: _KNOWN,
    LineStatus.RESOLVED_OTHER_VERSION: _KNOWN,
    LineStatus.NOT_LISTED_BUT_IN_LOOKUP: _KNOWN,
}


@dataclass(frozen=True)
class Smelter:
    """One smelter of one declaration: its first row, and how many rows name it."""

    key: Key
    facility_id: str | None
    metal: str
    name: str
    row: int
    status: str
    rows: int = 1


@dataclass(frozen=True)
class Pair:
    """The same smelter before and after."""

    before: Smelter
    after: Smelter

    @property
    def renamed(self) -> bool:
        """It goes by another name."""
        return name_key(self.before.name) != name_key(self.after.name)

    @property
    def status_changed(self) -> bool:
        """It was recognised and is declared as not listed now, or the like."""
        return standing(self.before.status) != standing(self.after.status)


@dataclass(frozen=True)
class AnswerChange:
    """An answer that differs; `mineral` is None for questions about the company."""

    question: str
    mineral: str | None
    before: str | None
    after: str | None
    cell: str | None


@dataclass(frozen=True)
class FieldChange:
    """A fact of the declaration itself that differs: scope, company name, revision …"""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Nameless:
    """Rows that name no smelter, by how many before and after."""

    before: int
    after: int


@dataclass(frozen=True)
class Comparison:
    """Everything that differs, in the order of metal and name."""

    added: Sequence[Smelter]
    removed: Sequence[Smelter]
    both: Sequence[Pair]
    answers: Sequence[AnswerChange]
    fields: Sequence[FieldChange]
    nameless: Nameless

    @property
    def renamed(self) -> list[Pair]:
        """The same smelter under another name."""
        return [pair for pair in self.both if pair.renamed]

    @property
    def status_changed(self) -> list[Pair]:
        """The same smelter, recognised otherwise than before."""
        return [pair for pair in self.both if pair.status_changed]

    @property
    def unchanged(self) -> int:
        """Smelters that stand in both under one name and recognised alike."""
        return sum(not pair.renamed and not pair.status_changed for pair in self.both)


def standing(status: str) -> str:
    """Where a row stands: recognised by whichever list, or its own status."""
    return _STANDING.get(status, status)


def compare_lines(
    before: Iterable[Line], after: Iterable[Line]
) -> tuple[list[Smelter], list[Smelter], list[Pair], Nameless]:
    """(added, removed, in both, rows that name nobody)."""
    old, old_nameless = smelters_of(before)
    new, new_nameless = smelters_of(after)
    return (
        _ordered(new[key] for key in new.keys() - old.keys()),
        _ordered(old[key] for key in old.keys() - new.keys()),
        sorted((Pair(old[key], new[key]) for key in old.keys() & new.keys()), key=lambda pair: _order(pair.after)),
        Nameless(old_nameless, new_nameless),
    )


def smelters_of(lines: Iterable[Line]) -> tuple[dict[Key, Smelter], int]:
    """Each smelter once with its first row, and how many rows name nobody."""
    found: dict[Key, Smelter] = {}
    nameless = 0
    for line in lines:
        facility_id = line.resolved_id or normal_cid(line.declared_id)
        metal = (line.metal or "").lower()
        name = line.standard_name or line.declared_name or ""
        if facility_id is None and (line.status == LineStatus.NOT_IDENTIFIED or not name_key(name)):
            nameless += 1
            continue
        key = (facility_id or name_key(name), metal)
        earlier = found.get(key)
        if earlier:
            found[key] = Smelter(**{**vars(earlier), "rows": earlier.rows + 1})
        else:
            found[key] = Smelter(key, facility_id, metal, name or facility_id or "", line.row, line.status)
    return found, nameless


def compare_answers(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> list[AnswerChange]:
    """Answers that differ, in the order of the newer declaration, then what only the older one answers."""
    old = {(one["question"], one["mineral"]): one for one in before}
    new = {(one["question"], one["mineral"]): one for one in after}
    return [
        AnswerChange(
            question=key[0],
            mineral=key[1],
            before=old.get(key, {}).get("answer"),
            after=new.get(key, {}).get("answer"),
            cell=(new.get(key) or old[key]).get("cell"),
        )
        for key in dict.fromkeys([*new, *old])
        if _answer(old.get(key)) != _answer(new.get(key))
    ]


def compare_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """Facts that differ; both have the same names."""
    return [
        FieldChange(name, _text(before[name]), _text(value)) for name, value in after.items() if before[name] != value
    ]


def _answer(one: Mapping[str, Any] | None) -> str:
    return str((one or {}).get("answer") or "").strip().casefold()


def _text(value: Any) -> str | None:
    return str(value) if value is not None else None


def _ordered(smelters: Iterable[Smelter]) -> list[Smelter]:
    return sorted(smelters, key=_order)


def _order(one: Smelter) -> tuple[str, str, str]:
    return one.metal, name_key(one.name), one.key[0]

"""Matching reported smelter rows with the look-up, by what is certain only.

An id comes first (column A wins over F), then metal and look-up name. Whatever is not certain keeps its row,
its words and a status of its own; candidates are for a person. The template's own columns cannot be relied
on: RMI CMRT 6.4 lacks the key of look-up rows 559 and 560, and software-written files hold no values there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from portal.declarations.rules import (
    Facility,
    LineStatus,
    LookupRow,
    Match,
    Reference,
    ReportedRow,
    SmelterLine,
    name_key,
    normal_cid,
)

_SPECIAL = {
    "smelter not listed": LineStatus.NOT_LISTED,
    "smelter not yet identified": LineStatus.NOT_IDENTIFIED,
}


@dataclass(frozen=True, slots=True)
class Lookup:
    """A look-up sheet by id and by metal and name. One name may stand for several ids."""

    facilities: Mapping[str, Facility]
    names: Mapping[tuple[str, str], tuple[str, ...]]  # (metal, key of the name) -> ids
    metals: tuple[str, ...]

    @classmethod
    def of(cls, rows: Iterable[LookupRow]) -> "Lookup":
        """Indexed once for all rows of a declaration."""
        facilities: dict[str, Facility] = {}
        names: dict[tuple[str, str], tuple[str, ...]] = {}
        for row in rows:
            facilities.setdefault(row.cid, Facility(row.cid, row.metal, row.standard_name, row.country))
            for name in (row.alias, row.standard_name):
                key = (row.metal, name_key(name))
                if row.cid not in names.get(key, ()):
                    names[key] = (*names.get(key, ()), row.cid)
        return cls(facilities, names, tuple(sorted({facility.metal for facility in facilities.values()})))

    def by_name(self, metal: str | None, name: str | None) -> tuple[Facility, ...]:
        """The facilities that this name stands for; without a metal, over all metals."""
        key = name_key(name)
        metals = self.metals if metal is None else (metal,)
        return tuple(self.facilities[cid] for each in metals for cid in self.names.get((each, key), ()))


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: LineStatus
    match: Match | None = None
    facility: Facility | None = None
    candidates: tuple[Facility, ...] = ()
    metal: str | None = None  # implied by the id where none was typed


def resolve(
    rows: Iterable[ReportedRow], lookup: Iterable[LookupRow], reference: Reference | None = None
) -> Iterator[SmelterLine]:
    """One line for every reported row, in order. `reference` holds ids that other look-up releases know."""
    index = Lookup.of(lookup)
    for row in rows:
        yield _line(row, index, reference or {})


def special_of(row: ReportedRow) -> LineStatus | None:
    """What the row says of itself in place of a name: not listed, or not yet identified."""
    return _SPECIAL.get(name_key(row.lookup_name))


def _line(row: ReportedRow, lookup: Lookup, reference: Reference) -> SmelterLine:
    special = special_of(row)
    declared_id = row.cid_input or row.other_id
    outcome = _outcome(row, special, lookup, reference)
    facility = outcome.facility
    return SmelterLine(
        row=row.row,
        metal=row.metal or outcome.metal,
        declared_name=row.name if special or not row.lookup_name else row.lookup_name,
        declared_id=declared_id.strip() if declared_id else None,
        declared_id_field=("cid_input" if row.cid_input else "other_id") if declared_id else None,
        declared_country=row.country,
        special=special,
        status=outcome.status,
        resolved_id=facility.cid if facility else None,
        standard_name=facility.name if facility else None,
        match=outcome.match,
        listed_country=facility.country if facility else None,
        candidates=outcome.candidates,
        reported=row,
    )


def _outcome(row: ReportedRow, special: LineStatus | None, lookup: Lookup, reference: Reference) -> _Outcome:
    """What is certain about a row. An id that is wrong is never mended by the name beside it."""
    typed_name = None if special else row.lookup_name
    in_own_column = row.cid_input is not None
    declared = row.cid_input or (row.other_id if name_key(row.other_id).startswith("cid") else None)
    if declared is None:  # another scheme's id may stand in the second column: it says nothing here
        return _by_name(row, special, typed_name, lookup)
    cid = normal_cid(declared)
    named = lookup.by_name(row.metal, typed_name)
    if cid is None:
        return _Outcome(LineStatus.CID_MALFORMED, candidates=named)
    known = _by_id(cid, row, typed_name, lookup, reference)
    if known:
        return known
    if not lookup.facilities and not reference:
        return _Outcome(LineStatus.NO_TEMPLATE_LOOKUP)
    if in_own_column:
        return _Outcome(LineStatus.CID_UNKNOWN, candidates=named)
    return _Outcome(LineStatus.CID_NAME_CONFLICT if named else LineStatus.CID_UNVERIFIED, candidates=named)


def _by_id(cid: str, row: ReportedRow, typed_name: str | None, lookup: Lookup, reference: Reference) -> _Outcome | None:
    """The outcome for a well-formed id, None if no look-up knows it. An id is one facility and one metal."""
    here = lookup.facilities.get(cid)
    facility = here or reference.get(cid)
    if facility is None:
        return None
    if row.metal and row.metal.casefold() != facility.metal.casefold():
        return _Outcome(LineStatus.CID_METAL_MISMATCH, candidates=(facility,))
    named = lookup.by_name(facility.metal, typed_name)
    if named and facility.cid not in (other.cid for other in named):
        return _Outcome(LineStatus.CID_NAME_CONFLICT, candidates=(facility, *named), metal=facility.metal)
    if here is None:
        found = LineStatus.RESOLVED_OTHER_VERSION
        return _Outcome(found, Match.OTHER_VERSION, candidates=(facility,), metal=facility.metal)
    return _Outcome(LineStatus.RESOLVED, Match.CID, facility, metal=facility.metal)


def _by_name(row: ReportedRow, special: LineStatus | None, typed_name: str | None, lookup: Lookup) -> _Outcome:
    """What is certain by metal and name alone."""
    if special is LineStatus.NOT_IDENTIFIED:
        return _Outcome(LineStatus.NOT_IDENTIFIED)
    if special is LineStatus.NOT_LISTED:
        listed = lookup.by_name(row.metal, row.name) if row.metal else ()
        return _Outcome(LineStatus.NOT_LISTED_BUT_IN_LOOKUP if listed else LineStatus.NOT_LISTED, candidates=listed)
    if not lookup.facilities and (typed_name or row.name):
        return _Outcome(LineStatus.NO_TEMPLATE_LOOKUP)
    if not typed_name or not row.metal:
        return _Outcome(LineStatus.UNRESOLVED, candidates=lookup.by_name(row.metal, typed_name or row.name))
    listed = lookup.by_name(row.metal, typed_name)
    if not listed:
        return _Outcome(LineStatus.NAME_NOT_IN_LOOKUP)
    if len(listed) > 1:
        return _Outcome(LineStatus.AMBIGUOUS_ALIAS, candidates=listed)
    standard = name_key(listed[0].name) == name_key(typed_name)
    return _Outcome(LineStatus.RESOLVED, Match.NAME if standard else Match.ALIAS, listed[0])

"""Findings about single rows of the smelter list, and about rows that repeat each other."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from portal.declarations.checks.words import rows_named, shown
from portal.declarations.messages import finding
from portal.declarations.reading.result import Reading
from portal.declarations.rules import Finding, LineStatus, SmelterLine, name_key

_SHEET = "Smelter List"
_OF_THE_ID = (
    LineStatus.CID_MALFORMED,
    LineStatus.CID_UNKNOWN,
    LineStatus.CID_UNVERIFIED,
    LineStatus.CID_METAL_MISMATCH,
    LineStatus.CID_NAME_CONFLICT,
)
_FIELD_OF = {  # the column at fault where it is not that of the id
    LineStatus.NAME_NOT_IN_LOOKUP: "lookup_name",
    LineStatus.AMBIGUOUS_ALIAS: "lookup_name",
    LineStatus.NOT_LISTED_BUT_IN_LOOKUP: "name",
}


def check(reading: Reading, lines: Sequence[SmelterLine]) -> list[Finding]:
    """Row by row, then repeated rows."""
    found = [f for line in lines for f in _of_line(reading, line)]
    found += _duplicates(lines)
    last, limit = max((line.row for line in lines), default=0), reading.layout.smelters["last_row"]
    if last > limit:
        found.append(
            finding(
                "rows_beyond_template",
                _SHEET,
                f"{reading.layout.smelter_column('cid_input', 'metal')}{limit + 1}",
                last=last,
                limit=limit,
            )
        )
    return found


def _of_line(reading: Reading, line: SmelterLine) -> Iterator[Finding]:
    status, row, column = line.status, line.row, reading.layout.smelter_column
    named = column("lookup_name", "name")
    if line.metal and line.metal not in (*reading.layout.minerals, *reading.minerals):
        yield finding("metal_invalid", _SHEET, f"{column('metal')}{row}", row=row, value=shown(line.metal))
    if line.declared_id_field and status in _OF_THE_ID:
        yield finding(
            status,
            _SHEET,
            f"{column(line.declared_id_field)}{row}",
            row=row,
            value=shown(line.declared_id),
            declared_metal=line.metal,
            cid_metal=line.candidates[0].metal if line.candidates else None,
            name=shown(line.declared_name),
        )
    elif status in _FIELD_OF:
        yield finding(
            status,
            _SHEET,
            f"{column(_FIELD_OF[status])}{row}",
            row=row,
            value=shown(line.declared_name),
            metal=line.metal,
            candidate=line.candidates[0].cid if line.candidates else None,
            candidates=", ".join(facility.cid for facility in line.candidates),
            **_suggestion(line),
        )
    elif status is LineStatus.UNRESOLVED:
        without_metal = line.metal is None and (line.declared_name or line.declared_id)
        code, letters = ("metal_missing", column("metal")) if without_metal else ("smelter_incomplete", named)
        yield finding(code, _SHEET, f"{letters}{row}", row=row)
    if line.special is LineStatus.NOT_IDENTIFIED:
        yield finding("smelter_not_identified", _SHEET, f"{named}{row}", row=row, metal=line.metal)
    if line.special is LineStatus.NOT_LISTED:
        yield finding(
            "smelter_not_listed", _SHEET, f"{named}{row}", row=row, name=shown(line.declared_name), **_suggestion(line)
        )
    declared, listed = line.declared_country, line.listed_country
    if declared and listed and not _same_country(declared, listed):
        yield finding(
            "country_differs",
            _SHEET,
            f"{column('country')}{row}",
            row=row,
            cid=line.resolved_id,
            declared=shown(declared),
            listed=listed,
        )


def _same_country(one: str, other: str) -> bool:
    """Whether two texts name one country: "Viet Nam" and "VIETNAM" are no contradiction."""
    if name_key(one) == name_key(other):
        return True
    from portal.registry.countries import country_code  # slow to load, and seldom needed

    code = country_code(one)
    return code is not None and code == country_code(other)


def _suggestion(line: SmelterLine) -> dict[str, str]:
    """The likeliest smelter of a name that no list has, for the remedy; nothing where none is like it."""
    if not line.suggestions:
        return {}
    best = line.suggestions[0]
    return {"suggestion": f"{shown(best.name)} ({best.cid})"}


def _duplicates(lines: Sequence[SmelterLine]) -> Iterator[Finding]:
    """One finding for each smelter that is reported more than once, however often."""
    groups: dict[tuple[str | None, str], list[SmelterLine]] = defaultdict(list)
    for line in lines:
        if identity := _identity(line):
            groups[line.metal, identity].append(line)
    for (metal, _), group in groups.items():
        if len(group) > 1:
            rows = [line.row for line in group]
            yield finding(
                "duplicate_smelter",
                _SHEET,
                ",".join(f"{row}:{row}" for row in rows[:20]),
                rows=rows_named(rows),
                metal=metal,
                cid=group[0].resolved_id or group[0].declared_id,
                extra_rows=len(rows) - 1,
            )


def _identity(line: SmelterLine) -> str | None:
    """What makes two rows the same smelter; None for rows that name none."""
    if line.status in (LineStatus.NOT_IDENTIFIED, LineStatus.CID_MALFORMED):
        return None
    return line.resolved_id or name_key(line.declared_id) or name_key(line.declared_name) or None

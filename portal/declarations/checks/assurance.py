"""What lists outside the file say of the smelters that it names: on its own date, and today.

Each finding speaks of one facility and one metal. A list that was never read says nothing, so it gives no finding:
"not checked" must never look like "nothing found".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.declarations.checks.words import rows_named, shown
from portal.declarations.messages import finding
from portal.declarations.reading.result import Reading
from portal.declarations.rules import Finding, SmelterLine
from portal.minerals.rules import ASSURED, WITHOUT_RESULT, Assurance

_SHEET = "Smelter List"
_REFUSED = (Assurance.NON_CONFORMANT, Assurance.REMOVED, Assurance.SUSPENDED, Assurance.UNABLE)

Pair = tuple[str, str]  # facility id and metal in lower case, as portal.minerals has them


@dataclass(frozen=True, slots=True)
class Standing:
    """What an assurance list says of a facility and metal: a word of minerals.rules.Assurance, and if it is old."""

    status: str
    past_due: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A party on a sanctions list that resembles a smelter: a candidate for a person to judge, never a verdict."""

    name: str
    program: str
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known outside the file; empty where it was not asked. Countries are keyed as the file writes them.

    `then` and `today` are the assurance lists on the declaration's date and now; `areas` the conflict-affected and
    high-risk areas (place as written -> name on the list of the declaration's date); `listed` candidates from
    sanctions lists by facility id; `product` what the contract asked a declaration for.
    """

    then: Mapping[Pair, Standing] = field(default_factory=dict)
    today: Mapping[Pair, Standing] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    listed: Mapping[str, Listed] = field(default_factory=dict)
    product: str | None = None


def pairs_of(lines: Iterable[SmelterLine]) -> set[Pair]:
    """The facilities and metals that were recognised, to ask the lists for."""
    return {pair for line in lines if (pair := _pair(line))}


def places_of(reading: Reading) -> set[str]:
    """The countries that the file names for smelters and mines, as written, to ask the list of areas for."""
    named = [place for row in reading.rows for place in (row.country, row.mine_country)]
    return {place for place in (*named, *(mine.country for mine in reading.mines)) if place}


def check(reading: Reading, lines: Sequence[SmelterLine], known: Surroundings) -> list[Finding]:
    """Status of each row, areas, sanctions candidates."""
    return [
        *(found for line in lines for found in _of_line(reading, line, known)),
        *_mines(reading, known),
        *_answer_on_areas(reading, lines, known),
    ]


def _of_line(reading: Reading, line: SmelterLine, known: Surroundings) -> Iterator[Finding]:
    column = reading.layout.smelter_column
    pair = _pair(line)
    if pair:
        cell = f"{column('cid_input', 'other_id')}{line.row}"
        params = {"row": line.row, "metal": line.metal, "cid": pair[0], "name": shown(line.standard_name)}
        yield from _standing(cell, params, known.then.get(pair), known.today.get(pair))
        listed = known.listed.get(pair[0])
        if listed:
            words = {"party": shown(listed.name), "program": listed.program, "since": listed.since or "?"}
            yield finding("sanctions_candidate", _SHEET, cell, **params, **words)
    row = line.reported
    origin = row.mine_country if row else None
    if origin and origin in known.areas:
        cell = f"{column('mine_country')}{line.row}"
        place = {"place": shown(origin), "area": known.areas[origin]}
        yield finding("mine_in_cahra", _SHEET, cell, row=line.row, metal=line.metal, **place)
    country = line.declared_country or line.listed_country
    if country and country in known.areas:
        cell = f"{column('country')}{line.row}"
        place = {"place": shown(country), "area": known.areas[country]}
        yield finding("smelter_in_cahra", _SHEET, cell, row=line.row, metal=line.metal, **place)


def _standing(
    cell: str, params: Mapping[str, object], then: Standing | None, today: Standing | None
) -> Iterator[Finding]:
    """What the lists say of one facility. A status without result is no statement, neither good nor bad."""
    if today is None or today.status in WITHOUT_RESULT:
        return
    if then and then.status in ASSURED and today.status not in ASSURED:
        yield finding("assurance_lost", _SHEET, cell, then=then.status, today=today.status, **params)
    elif today.status in _REFUSED:
        yield finding("assurance_refused", _SHEET, cell, today=today.status, **params)
    elif today.status == Assurance.NOT_LISTED:
        yield finding("assurance_not_listed", _SHEET, cell, **params)
    elif today.status == Assurance.CONFORMANT and today.past_due:
        yield finding("assurance_past_due", _SHEET, cell, **params)


def _mines(reading: Reading, known: Surroundings) -> Iterator[Finding]:
    """The rows of the mine list (EMRT 2, AMRT)."""
    for mine in reading.mines:
        if mine.country and mine.country in known.areas:
            cell = f"{reading.layout.mines['country']}{mine.row}"
            place = {"place": shown(mine.country), "area": known.areas[mine.country]}
            yield finding("mine_in_cahra", "Mine List", cell, row=mine.row, metal=mine.metal, **place)


def _answer_on_areas(reading: Reading, lines: Sequence[SmelterLine], known: Surroundings) -> Iterator[Finding]:
    """ "No" to sourcing from such areas, beside rows that name a mine in one."""
    question = reading.layout.roles.get("cahra")
    for answer in reading.answers:
        if answer.question != question or answer.answer != "No":
            continue
        rows = [
            line.row
            for line in lines
            if line.metal == answer.mineral and line.reported and line.reported.mine_country in known.areas
        ]
        mines = [mine.row for mine in reading.mines if mine.metal == answer.mineral and mine.country in known.areas]
        if rows or mines:
            sheet = _SHEET if rows else "Mine List"
            params = {"question": question, "metal": answer.mineral, "sheet": sheet, "rows": rows_named(rows or mines)}
            yield finding("cahra_no_but_named", "Declaration", answer.cell, **params)


def facility_of(line: SmelterLine) -> str | None:
    """The facility of a row: resolved, or known from another look-up release by its very id."""
    return line.resolved_id or (line.candidates[0].cid if line.match and line.candidates else None)


def _pair(line: SmelterLine) -> Pair | None:
    sure = facility_of(line)
    return (sure, line.metal.lower()) if sure and line.metal else None

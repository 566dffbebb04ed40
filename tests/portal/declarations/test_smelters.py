"""Matching of smelter rows: what is certain is resolved, everything else keeps its row and its own status."""

import pytest

from portal.declarations.reading.smelters import resolve
from portal.declarations.rules import (
    Facility,
    LineStatus,
    LookupRow,
    Match,
    Reference,
    ReportedRow,
    SmelterLine,
)
from tests.portal.declarations.workbooks import LOOKUP

_ROWS = tuple(LookupRow(metal, alias, name, country, cid) for metal, alias, name, country, cid in LOOKUP if cid)
_NOT_LISTED = {"metal": "Gold", "lookup_name": "Smelter not listed", "name": "x"}
_OTHER = {"CID900501": Facility("CID900501", "Gold", "Elsewhere Gold", "CHILE")}


def line(
    typed: dict[str, str], lookup: tuple[LookupRow, ...] = _ROWS, reference: Reference | None = None
) -> SmelterLine:
    fields = dict.fromkeys(ReportedRow._fields[1:]) | typed
    (result,) = resolve([ReportedRow(7, **fields)], lookup, reference)
    return result


def _with(reference: Reference | None, **typed: str) -> tuple[LineStatus, str | None]:
    result = line(typed, reference=reference)
    return result.status, result.resolved_id


@pytest.mark.parametrize(
    ("typed", "resolved", "match"),
    [
        ({"cid_input": "CID900001"}, "CID900001", Match.CID),
        ({"cid_input": " cid900001 "}, "CID900001", Match.CID),
        ({"cid_input": "ＣＩＤ900001"}, "CID900001", Match.CID),  # full-width letters
        ({"cid_input": "CID900001", "metal": "Gold"}, "CID900001", Match.CID),
        ({"cid_input": "CID900001", "metal": "Gold", "lookup_name": "An older name"}, "CID900001", Match.CID),
        ({"cid_input": "CID900001", "lookup_name": "Smelter not listed"}, "CID900001", Match.CID),
        ({"metal": "Gold", "lookup_name": "Aurora Probe Refining"}, "CID900001", Match.NAME),
        ({"metal": "Gold", "lookup_name": "  AURORA probe\u00a0 refining "}, "CID900001", Match.NAME),
        ({"metal": "Gold", "lookup_name": "Aurora Pröbe AS"}, "CID900001", Match.ALIAS),
        ({"metal": "Gold", "lookup_name": "Aurora Pro\u0308be AS"}, "CID900001", Match.ALIAS),  # decomposed
        ({"metal": "Tin", "lookup_name": "O’Example Tin Ltd."}, "CID900011", Match.NAME),
        ({"metal": "Tin", "lookup_name": "O\u200b'Example Tin Ltd."}, "CID900011", Match.NAME),  # zero width
        ({"metal": "Gold", "lookup_name": "Smelter not listed", "other_id": "CID900002"}, "CID900002", Match.CID),
    ],
)
def test_what_is_certain_is_resolved(typed: dict[str, str], resolved: str, match: Match):
    result = line(typed)

    assert (result.status, result.resolved_id, result.match) == (LineStatus.RESOLVED, resolved, match)
    assert result.standard_name == next(row.standard_name for row in _ROWS if row.cid == resolved)
    assert result.confidence == (95 if match is Match.ALIAS else 100)
    assert result.metal == next(row.metal for row in _ROWS if row.cid == resolved)


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"cid_input": "CID90001"}, LineStatus.CID_MALFORMED),
        ({"cid_input": "CID90000O1"}, LineStatus.CID_MALFORMED),
        ({"cid_input": "1JPN071"}, LineStatus.CID_MALFORMED),
        ({"cid_input": "CID٩00001"}, LineStatus.CID_MALFORMED),  # an Arabic digit
        ({"cid_input": "CID90001", "metal": "Gold", "lookup_name": "Smelter not listed"}, LineStatus.CID_MALFORMED),
        ({"cid_input": "CID999999"}, LineStatus.CID_UNKNOWN),
        ({"cid_input": "CID999999", "metal": "Gold", "lookup_name": "Baltic Sample Gold"}, LineStatus.CID_UNKNOWN),
        ({"cid_input": "CID900001", "metal": "Tin"}, LineStatus.CID_METAL_MISMATCH),
        ({"cid_input": "CID900001", "metal": "Copper"}, LineStatus.CID_METAL_MISMATCH),
        (
            {"cid_input": "CID900001", "metal": "Gold", "lookup_name": "Baltic Sample Gold"},
            LineStatus.CID_NAME_CONFLICT,
        ),
        ({"cid_input": "CID900001", "lookup_name": "Baltic Sample Gold"}, LineStatus.CID_NAME_CONFLICT),
        ({"metal": "Gold", "lookup_name": "Twin Name Works"}, LineStatus.AMBIGUOUS_ALIAS),
        ({"metal": "Tin", "lookup_name": "Baltic Sample Gold"}, LineStatus.NAME_NOT_IN_LOOKUP),
        ({"metal": "Gold", "lookup_name": "Baltіc Sample Gold"}, LineStatus.NAME_NOT_IN_LOOKUP),
        ({"lookup_name": "Baltic Sample Gold"}, LineStatus.UNRESOLVED),
        ({"metal": "Gold"}, LineStatus.UNRESOLVED),
        ({"metal": "Gold", "name": "Baltic Sample Gold"}, LineStatus.UNRESOLVED),
        ({"metal": "Gold", "lookup_name": "Smelter not listed", "name": "New Works"}, LineStatus.NOT_LISTED),
        ({"metal": "Gold", "lookup_name": "SMELTER NOT LISTED"}, LineStatus.NOT_LISTED),
        (
            {"metal": "Gold", "lookup_name": "Smelter not listed", "name": "baltic sample gold"},
            LineStatus.NOT_LISTED_BUT_IN_LOOKUP,
        ),
        ({"metal": "Tin", "lookup_name": "Smelter not listed", "name": "baltic sample gold"}, LineStatus.NOT_LISTED),
        ({"metal": "Tin", "lookup_name": "Smelter not yet identified", "name": "Unknown"}, LineStatus.NOT_IDENTIFIED),
        ({"metal": "Gold", "lookup_name": "Smelter not listed", "other_id": "CID999999"}, LineStatus.CID_UNVERIFIED),
        ({"metal": "Gold", "lookup_name": "Smelter not listed", "other_id": "CID99"}, LineStatus.CID_MALFORMED),
        ({"metal": "Gold", "lookup_name": "Smelter not listed", "other_id": "LBMA 7"}, LineStatus.NOT_LISTED),
        ({"metal": "Gold", "lookup_name": "Baltic Sample Gold", "other_id": "CID999999"}, LineStatus.CID_NAME_CONFLICT),
    ],
)
def test_what_is_not_certain_keeps_a_status_of_its_own(typed: dict[str, str], status: LineStatus):
    result = line(typed)

    assert result.status is status
    assert (result.row, result.resolved_id, result.standard_name, result.match) == (7, None, None, None)


def test_column_a_wins_over_column_f():
    result = line({"cid_input": "CID900001", "other_id": "CID900002"})

    assert (result.resolved_id, result.declared_id, result.declared_id_field) == ("CID900001", "CID900001", "cid_input")


def test_candidates_are_offered_but_not_accepted():
    result = line({"metal": "Gold", "lookup_name": "Twin Name Works"})

    assert [facility.cid for facility in result.candidates] == ["CID900003", "CID900004"]
    assert result.resolved_id is None


def test_the_reference_tells_known_ids_from_invented_ones():
    assert _with(_OTHER, cid_input="CID900501") == (LineStatus.RESOLVED_OTHER_VERSION, None)
    assert _with(None, cid_input="CID900501") == (LineStatus.CID_UNKNOWN, None)
    assert _with(_OTHER, cid_input="CID900501", metal="Tin") == (LineStatus.CID_METAL_MISMATCH, None)

    result = line({**_NOT_LISTED, "other_id": "CID900501"}, reference=_OTHER)
    assert (result.status, result.match, result.confidence) == (
        LineStatus.RESOLVED_OTHER_VERSION,
        Match.OTHER_VERSION,
        80,
    )
    assert [facility.cid for facility in result.candidates] == ["CID900501"]


def test_the_files_own_look_up_comes_before_the_reference():
    elsewhere = {"CID900001": Facility("CID900001", "Tin", "Another", "PERU")}

    assert _with(elsewhere, cid_input="CID900001", metal="Gold") == (LineStatus.RESOLVED, "CID900001")


def test_without_a_look_up_nothing_is_claimed():
    assert line({"metal": "Zinc", "name": "Somebody"}, ()).status is LineStatus.NO_TEMPLATE_LOOKUP
    assert line({"metal": "Zinc", "other_id": "CID900001"}, ()).status is LineStatus.NO_TEMPLATE_LOOKUP
    known = line({"metal": "Gold", "other_id": "CID900501"}, (), _OTHER)
    assert known.status is LineStatus.RESOLVED_OTHER_VERSION
    assert line({"metal": "Gold", "other_id": "CID1"}, (), _OTHER).status is LineStatus.CID_MALFORMED


def test_declared_words_stay_as_they_were_typed():
    result = line({**_NOT_LISTED, "name": " Ñew  Works ", "other_id": " LBMA 7 "})

    assert (result.declared_name, result.declared_id) == (" Ñew  Works ", "LBMA 7")
    assert line({"cid_input": "CID900001"}).declared_name is None

"""Reading the list: JSON and tables, and what cannot be placed."""

import json
from pathlib import Path

import pytest

from portal.cahra.reading import read_areas
from portal.cahra.rules import Area
from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from tests.factories.cahra import document

HEAD = "Country,Region code,Region,Conflict-affected,High-risk\n"


def table(*lines: str) -> bytes:
    return (HEAD + "\n".join(lines)).encode()


def test_json_gives_countries_regions_and_the_day_of_publication() -> None:
    reading = read_areas(document({"BI": None, "CO": ["CO-CHO"]}, published="2026-06-27T22:00:00Z"))
    assert reading.areas == [
        Area("BI", "BI", "Burundi"),
        Area("CO", "CO-CHO", "CO-CHO", conflict_affected=True, high_risk=False),
    ]
    assert (str(reading.published), reading.label, reading.rejects) == ("2026-06-28", "Test", [])


def test_a_table_says_the_same() -> None:
    reading = read_areas(table("Burundi,,,,", "COL,CO-CHO,Chocó,Yes,no", "Kongo-Kinshasa,,Nord-Kivu,x,"))
    assert reading.areas == [
        Area("BI", "BI", "Burundi"),
        Area("CD", "CD-NK", "Nord-Kivu", conflict_affected=True),
        Area("CO", "CO-CHO", "Chocó", conflict_affected=True, high_risk=False),
    ]


def test_what_cannot_be_placed_is_kept_aside_with_the_reason() -> None:
    reading = read_areas(
        table(
            "Atlantis,,,,", "CO,CD-NK,North Kivu,,", "CO,CO-CHO,Chocó,yes,", "CO,CO-CHO,Chocó,no,", "BI,,,,", "BI,,,,"
        )
    )
    assert [area.code for area in reading.areas] == ["BI", "CO-CHO"]
    assert [(reject.row, reject.reason) for reject in reading.rejects] == [
        (2, "unknown_country"),
        (3, "unknown_region"),
        (5, "contradicts"),
        (7, "repeated"),
    ]


def test_a_country_that_is_neither_whole_nor_in_part_says_nothing() -> None:
    entries = [{"iso2": "BI", "wholeCountry": True}, {"iso2": "CO", "wholeCountry": False, "regions": None}, "?"]
    reading = read_areas(json.dumps({"entries": entries}).encode())
    assert [area.code for area in reading.areas] == ["BI"]
    assert [reject.reason for reject in reading.rejects] == ["unknown_region", "unknown_country"]


def test_an_old_code_is_recognised_by_the_name_beside_it() -> None:
    reading = read_areas(table("IN,IN-CT,Chhattisgarh,yes,"))
    assert [area.code for area in reading.areas] == ["IN-CG"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.EMPTY),
        (b'{"entries": [', Reason.DAMAGED_FILE),
        (b'{"entries": "\xff"}', Reason.WRONG_ENCODING),
        (b'{"error": "sign in"}', Reason.NOT_A_LIST),
        (b"[1, 2]", Reason.NOT_A_LIST),
        (b'{"entries": []}', Reason.NO_ROWS),
        (b'{"entries": [{}]}', Reason.NO_GOOD_ROWS),
        (b"<!doctype html><title>Sign in</title>", Reason.NOT_A_LIST),
        (b"Country;Region\nBurundi;\n", Reason.UNEXPECTED_COLUMNS),
        (HEAD.encode(), Reason.NO_ROWS),
        (b"[" * 100_000, Reason.DAMAGED_FILE),
    ],
)
def test_what_is_no_list_is_refused_by_name(content: bytes, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        read_areas(content)
    assert refused.value.reason is reason


def test_the_list_of_june_2026(shared_data: Path) -> None:
    reading = read_areas((shared_data / "cahra" / "cahra.json").read_bytes())
    assert reading.rejects == []
    assert len({area.country for area in reading.areas}) == 29
    assert sum(not area.is_country for area in reading.areas) == 234
    assert {area.code for area in reading.areas if area.is_country} == {"BI", "ER", "LY", "VE", "ZW"}
    assert str(reading.published) == "2026-06-28"

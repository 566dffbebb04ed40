"""What is known of facilities on a day: not listed, not checked and an unknown label are three things."""

from datetime import date

import pytest

from portal import db
from portal.minerals import queries
from tests.factories.minerals import make_run_of, observe
from tests.statements import counted_statements

SEP, OCT = date(2026, 9, 1), date(2026, 10, 1)
GOLD, OTHER, TIN = ("CID900001", "gold"), ("CID900002", "gold"), ("CID900001", "tin")


@pytest.fixture
def seen(acting) -> None:
    """Two lists: gold only."""
    acting("system")
    with db.transaction():
        first, second = make_run_of(SEP), make_run_of(OCT)
        observe(first.id, *GOLD, "conformant", SEP)
        observe(first.id, "CID900003", "gold", "unknown_label", SEP)
        observe(second.id, *GOLD, "removed", OCT)


@pytest.mark.parametrize(
    ("pair", "on", "expected"),
    [
        (GOLD, None, "removed"),
        (GOLD, OCT, "removed"),
        (GOLD, date(2026, 9, 30), "conformant"),
        (GOLD, date(2026, 8, 31), "not_checked"),
        (OTHER, None, "not_listed"),
        (OTHER, date(2026, 8, 31), "not_checked"),
        (TIN, None, "not_checked"),
        (("CID900003", "gold"), None, "unknown_label"),
    ],
)
def test_status_on_a_day(seen, pair: tuple[str, str], on: date | None, expected: str) -> None:
    assert queries.statuses([pair], on=on)[pair].status == expected


def test_nothing_was_ever_read(acting) -> None:
    acting("system")
    assert queries.statuses([GOLD])[GOLD].status == "not_checked"
    assert queries.statuses([]) == {}


def test_many_facilities_take_one_statement(seen) -> None:
    pairs = [GOLD, OTHER, TIN, *((f"CID{n:06d}", "gold") for n in range(2000))]
    with counted_statements() as sent:
        found = queries.statuses(pairs)
    assert set(found) == set(pairs)
    assert len([one for one in sent if "unnest" in one]) == 1


def test_a_status_keeps_what_it_rests_on(seen) -> None:
    found = queries.statuses([GOLD], on=SEP)[GOLD]
    assert (found.raw_status, found.as_of) == ("Conformant", SEP)


def test_other_schemes_do_not_mix_in(seen) -> None:
    assert queries.statuses([GOLD], scheme="lbma")[GOLD].status == "not_checked"


def test_changes_of_a_facility(seen) -> None:
    (change,) = queries.changes_of([GOLD, OTHER])
    assert (change.before, change.after, change.as_of) == ("conformant", "removed", OCT)
    assert queries.changes_of([GOLD], since=date(2026, 10, 2)) == []
    assert queries.changes_of([]) == []


def test_a_facility_is_found_whatever_the_case(seen) -> None:
    (point,) = queries.points_of_facility("cid900001")
    assert point.metal == "gold"
    assert [one.status for one in queries.observations_of([point])[point.id]] == ["removed", "conformant"]
    assert queries.points_of_facility("CID999999") == []

"""Requests: which step may follow which, when a reminder is due, what each template speaks of."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from portal.declarations.letters.rules import LANGUAGES, language_for
from portal.declarations.rules import TemplateKind
from portal.minerals.labels import METALS
from portal.requests.rules import (
    LADDER,
    MINERALS,
    REACHED_FROM,
    RequestState,
    Rung,
    can_become,
    is_overdue,
    rung_reached,
    unfit_minerals,
)

DUE = date(2026, 10, 1)
LONG_AGO = date(2026, 6, 1)


def test_the_way_of_a_request_with_a_correction() -> None:
    way = ["requested", "received", "checked", "sent_back", "received", "checked", "accepted"]
    assert all(can_become(before, RequestState(after)) for before, after in pairwise(way))


@pytest.mark.parametrize(
    ("state", "target"),
    [
        ("requested", "checked"),
        ("requested", "accepted"),
        ("received", "accepted"),
        ("received", "sent_back"),
        ("sent_back", "accepted"),
        ("accepted", "cancelled"),
        ("cancelled", "received"),
        ("accepted", "received"),
    ],
)
def test_steps_that_do_not_exist(state: str, target: str) -> None:
    assert not can_become(state, RequestState(target))


def test_nothing_becomes_asked_for_again() -> None:
    assert RequestState.REQUESTED not in REACHED_FROM


@pytest.mark.parametrize(
    ("days", "rung"),
    [
        (-8, None),
        (-7, Rung.SOON),
        (0, Rung.SOON),
        (1, Rung.LATE),
        (13, Rung.LATE),
        (14, Rung.AGAIN),
        (29, Rung.AGAIN),
        (30, Rung.LAST),
        (300, Rung.LAST),
    ],
)
def test_the_ladder(days: int, rung: Rung | None) -> None:
    assert rung_reached("requested", LONG_AGO, DUE, DUE + timedelta(days=days)) == rung
    assert rung_reached("sent_back", LONG_AGO, DUE, DUE + timedelta(days=days)) == rung
    assert rung_reached("received", LONG_AGO, DUE, DUE + timedelta(days=days)) is None


def test_a_short_deadline_is_not_reminded_of_on_the_day_it_is_set() -> None:
    asked = DUE - timedelta(days=5)
    assert rung_reached("requested", asked, DUE, asked) is None
    assert rung_reached("requested", asked, DUE, DUE) is None
    assert rung_reached("requested", asked, DUE, DUE + timedelta(days=1)) is Rung.LATE


def test_the_ladder_climbs() -> None:
    assert list(LADDER) == list(Rung)
    assert list(LADDER.values()) == sorted(LADDER.values())


def test_overdue_is_the_suppliers_turn_after_the_day() -> None:
    assert not is_overdue("requested", DUE, DUE)
    assert is_overdue("requested", DUE, DUE + timedelta(days=1))
    assert is_overdue("sent_back", DUE, DUE + timedelta(days=1))
    assert not is_overdue("checked", DUE, DUE + timedelta(days=99))


def test_every_mineral_of_a_template_has_a_name() -> None:
    assert {mineral for minerals in MINERALS.values() for mineral in minerals} <= set(METALS)
    assert unfit_minerals(TemplateKind.CMRT, ["tin", "cobalt"]) == ["cobalt"]


def test_languages_by_country() -> None:
    assert [language_for(country) for country in ("SE", "NO", "ES", "CN", None)] == ["sv", "nb", "es", "en", "en"]
    assert {language_for(country) for country in ("SE", "NO", "ES")} <= set(LANGUAGES)

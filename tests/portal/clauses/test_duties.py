"""Due days worked out by hand: leap days, month ends, the contract's end and its extensions, requests and events."""

from datetime import date

import pytest

from portal.clauses.duties import Due, Duty, Flaw, Kind, Period, add_months, due_after, due_dates, flaws

WORDS = {"en": "Report"}
FAR = date(2050, 1, 1)


def once(**values: int) -> Duty:
    return Duty("x", Kind.ONCE, WORDS, **values)  # type: ignore[arg-type]


def every(turn: int, **values: int) -> Duty:
    return Duty("x", Kind.RECURRING, WORDS, every=turn, **values)  # type: ignore[arg-type]


def yearly(day: str, **values: int) -> Duty:
    return Duty("x", Kind.RECURRING, WORDS, day=day, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("duty", "starts_on", "ends_on", "days"),
    [
        # Once: the start itself, days and months after it, and nothing after the end.
        (once(), "2026-01-01", "2028-12-31", ["2026-01-01"]),
        (once(days=60), "2026-01-01", "2028-12-31", ["2026-03-02"]),
        (once(days=60), "2028-01-01", "2030-12-31", ["2028-03-01"]),  # a leap year
        (once(days=90), "2026-11-15", None, ["2027-02-13"]),
        (once(months=6), "2026-08-31", "2030-08-30", ["2027-02-28"]),
        (once(months=6), "2027-08-31", "2030-08-30", ["2028-02-29"]),
        (once(months=12), "2028-02-29", "2030-02-28", ["2029-02-28"]),
        (once(months=48), "2028-02-29", "2032-02-29", ["2032-02-29"]),
        (once(days=90), "2026-01-01", "2026-03-31", []),  # 1 April is too late
        (once(days=89), "2026-01-01", "2026-03-31", ["2026-03-31"]),  # the last day counts
        (once(days=5, working=1), "2026-12-24", None, ["2026-12-31"]),
        # Every so many months after the start, counted from the start and not from the day before.
        (every(6), "2026-01-01", "2027-12-31", ["2026-07-01", "2027-01-01", "2027-07-01"]),
        (every(1), "2027-12-31", "2028-04-30", ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]),
        (every(6), "2026-08-31", "2028-02-29", ["2027-02-28", "2027-08-31", "2028-02-29"]),
        (every(12), "2028-02-29", "2032-02-29", ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]),
        (every(6), "2026-01-01", "2026-06-30", []),
        (every(6, months=12), "2026-01-01", "2027-12-31", ["2027-07-01"]),  # not before the first year is over
        # On a day of each year, later than the start.
        (yearly("06-30"), "2026-01-01", "2028-12-31", ["2026-06-30", "2027-06-30", "2028-06-30"]),
        (yearly("06-30"), "2026-06-30", "2028-06-30", ["2027-06-30", "2028-06-30"]),  # the start itself is none
        (yearly("06-30"), "2026-06-29", "2027-06-29", ["2026-06-30"]),
        (yearly("06-30", days=60), "2026-05-15", "2027-12-31", ["2027-06-30"]),  # 14 July comes first
        (yearly("02-29"), "2027-01-01", "2029-12-31", ["2027-02-28", "2028-02-29", "2029-02-28"]),
        (yearly("12-31"), "2026-12-31", "2027-12-31", ["2027-12-31"]),
        # Without an end they are worked out until a day that is given.
        (yearly("06-30"), "2048-01-01", None, ["2048-06-30", "2049-06-30"]),
        # A mistyped year makes no endless list.
        (every(120), "0026-01-01", "2026-01-01", ["0036-01-01", "0046-01-01", "0056-01-01"]),
    ],
)
def test_due_days_of_a_contract(duty: Duty, starts_on: str, ends_on: str | None, days: list[str]) -> None:
    period = Period(date.fromisoformat(starts_on), date.fromisoformat(ends_on) if ends_on else None)
    assert [due.on.isoformat() for due in due_dates([duty], period, FAR)] == days


def test_an_extension_adds_days_and_leaves_the_earlier_ones() -> None:
    start = date(2026, 1, 1)
    short = due_dates([yearly("06-30")], Period(start, date(2027, 12, 31)), FAR)
    longer = due_dates([yearly("06-30")], Period(start, date(2029, 12, 31)), FAR)
    assert longer[: len(short)] == short
    assert [due.occurrence for due in longer] == [2026, 2027, 2028, 2029]


def test_occurrences_stay_when_the_start_moves() -> None:
    before = due_dates([every(6)], Period(date(2026, 1, 1), date(2027, 12, 31)), FAR)
    after = due_dates([every(6)], Period(date(2026, 2, 1), date(2027, 12, 31)), FAR)
    assert [due.occurrence for due in before] == [due.occurrence for due in after] == [1, 2, 3]


def test_the_days_of_several_duties_come_in_order() -> None:
    duties = [yearly("06-30"), Duty("a", Kind.ONCE, WORDS, days=60), Duty("r", Kind.ON_REQUEST, WORDS, days=30)]
    period = Period(date(2026, 5, 15), date(2027, 1, 31))
    assert due_dates(duties, period, FAR) == [Due("x", 2026, date(2026, 6, 30)), Due("a", 0, date(2026, 7, 14))]


@pytest.mark.parametrize(
    ("values", "on", "due"),
    [
        ({"days": 30}, "2026-01-31", "2026-03-02"),
        ({"days": 28}, "2028-02-01", "2028-02-29"),
        ({"days": 28}, "2026-02-01", "2026-03-01"),
        ({"months": 1}, "2026-01-31", "2026-02-28"),
        ({"days": 5, "working": True}, "2026-11-23", "2026-11-30"),  # Monday to Monday
        ({"days": 5, "working": True}, "2026-11-28", "2026-12-04"),  # Saturday to Friday
        ({"days": 1, "working": True}, "2026-11-27", "2026-11-30"),  # Friday to Monday
    ],
)
def test_due_after_a_request_or_an_event(values: dict[str, int], on: str, due: str) -> None:
    for kind in (Kind.ON_REQUEST, Kind.ON_EVENT):
        duty = Duty("x", kind, WORDS, **values)  # type: ignore[arg-type]
        assert due_after(duty, date.fromisoformat(on)).isoformat() == due


def test_months_are_added_over_the_turn_of_the_year() -> None:
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert add_months(date(2026, 1, 15), 24) == date(2028, 1, 15)


@pytest.mark.parametrize(
    ("duty", "flaw"),
    [
        (Duty("x", Kind.ONCE, {"en": " "}), Flaw.NO_WORDS),
        (once(days=4000), Flaw.TOO_LONG),
        (once(days=-1), Flaw.TOO_LONG),
        (Duty("x", Kind.RECURRING, WORDS), Flaw.NO_RHYTHM),
        (Duty("x", Kind.RECURRING, WORDS, every=6, day="06-30"), Flaw.NO_RHYTHM),
        (Duty("x", Kind.ON_REQUEST, WORDS), Flaw.NO_DAYS),
        (yearly("02-30"), Flaw.DAY),
        (yearly("6-30"), Flaw.DAY),
    ],
)
def test_a_flaw_is_named_with_its_place(duty: Duty, flaw: Flaw) -> None:
    assert (2, flaw) in flaws([Duty("first", Kind.ONCE, WORDS), duty])


def test_a_code_stands_once_and_good_duties_have_no_flaw() -> None:
    assert flaws([once(days=60), Duty("y", Kind.ON_EVENT, WORDS, days=5, working=True), yearly("02-29")][:2]) == []
    assert (2, Flaw.TWICE) in flaws([once(), once()])


def test_json_gives_the_same_duty_back() -> None:
    for duty in (once(), yearly("06-30", days=60), every(6), Duty("x", Kind.ON_EVENT, WORDS, days=5, working=True)):
        assert Duty.from_json(duty.as_json()) == duty

"""The history of a status as lanes in percent of the time shown."""

from dataclasses import dataclass
from datetime import date

from portal.minerals.history import LEAST, chart


@dataclass
class Seen:
    as_of: date
    status: str


TODAY = date(2026, 11, 1)


def test_each_word_has_a_lane_and_each_time_a_span() -> None:
    seen = [
        Seen(date(2026, 1, 15), "conformant"),
        Seen(date(2026, 4, 1), "conformant"),  # another audit date, the same word
        Seen(date(2026, 7, 1), "removed"),
        Seen(date(2026, 9, 1), "conformant"),
    ]
    found = chart(seen, TODAY, date(2026, 6, 1))
    assert found
    assert [(word, [(span.start, span.end) for span in spans]) for word, spans in found.lanes] == [
        ("conformant", [(date(2026, 1, 15), date(2026, 7, 1)), (date(2026, 9, 1), TODAY)]),
        ("removed", [(date(2026, 7, 1), date(2026, 9, 1))]),
    ]
    spans = [span for _word, spans in found.lanes for span in spans]
    assert abs(sum(span.width for span in spans) - 100) < 0.1
    assert found.mark == round(100 * 137 / 290, 2)


def test_what_lies_outside_the_time_shown_is_not_drawn() -> None:
    seen = [Seen(date(2026, 12, 1), "removed"), Seen(date(2024, 6, 1), "active")]
    found = chart(seen, TODAY, date(2024, 1, 1))
    assert found
    assert [word for word, _spans in found.lanes] == ["active"]
    assert found.mark is None
    assert [tick.year for tick in found.ticks] == [2025, 2026]
    assert chart([], TODAY) is None
    assert chart(seen[:1], TODAY) is None


def test_a_word_of_today_is_still_seen() -> None:
    found = chart([Seen(date(2020, 1, 1), "conformant"), Seen(TODAY, "removed")], TODAY)
    assert found
    (span,) = found.lanes[1][1]
    assert (span.x, span.width) == (100 - LEAST, LEAST)
    only = chart([Seen(TODAY, "active")], TODAY)
    assert only
    assert only.lanes[0][1][0].x + only.lanes[0][1][0].width <= 100

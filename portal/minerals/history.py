"""The history of a status as a chart: one lane for each word, in percent of the time shown. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


class Seen(Protocol):
    """What is needed of an observation."""

    @property
    def status(self) -> str: ...
    @property
    def as_of(self) -> date: ...


@dataclass(frozen=True)
class Span:
    """From the list of `start` until that of `end`, which said something else, or until today; `x` and `width` in %."""

    status: str
    start: date
    end: date
    x: float
    width: float


@dataclass(frozen=True)
class Tick:
    """A year on the axis, at its first day."""

    year: int
    x: float


@dataclass(frozen=True)
class Chart:
    """Lanes in the order in which their words first came; `mark` is where the day asked for is, if it is shown."""

    start: date
    end: date
    lanes: Sequence[tuple[str, Sequence[Span]]]
    ticks: Sequence[Tick]
    mark: float | None


LEAST = 0.8  # percent: the shortest span is still seen


def chart(observations: Iterable[Seen], today: date, asked: date | None = None) -> Chart | None:
    """From observations in any order; None where there is none by today. The last of a day is what the day says."""
    by_day = {one.as_of: one.status for one in observations if one.as_of <= today}
    if not by_day:
        return None
    days = sorted(by_day)
    start = days[0]
    length = max((today - start).days, 1)

    def place(day: date) -> float:
        return round(100 * (day - start).days / length, 2)

    spans: list[Span] = []
    for day, end in zip(days, [*days[1:], today], strict=True):
        if spans and spans[-1].status == by_day[day]:
            day, _same = spans[-1].start, spans.pop()
        x = min(place(day), 100 - LEAST)
        spans.append(Span(by_day[day], day, end, x, max(round(place(end) - x, 2), LEAST)))
    words = dict.fromkeys(span.status for span in spans)
    return Chart(
        start,
        today,
        [(word, [span for span in spans if span.status == word]) for word in words],
        [Tick(year, place(date(year, 1, 1))) for year in range(start.year + 1, today.year + 1)],
        place(asked) if asked and start <= asked <= today else None,
    )

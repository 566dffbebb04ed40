"""Bands of contract value, for what an authority lets others know of contracts that it does not share. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

# Where a band ends, in whole units of the currency; the last one is open.
ENDS = (1_000_000, 5_000_000, 25_000_000, 100_000_000)


@dataclass(frozen=True)
class Band:
    """From `low` on and below `high`, in minor units; without `high` it is open. An exact value has both the same."""

    low: int
    high: int | None

    @property
    def is_exact(self) -> bool:
        """The value itself is known."""
        return self.low == self.high


@dataclass(frozen=True)
class Money:
    """An amount as the filter `money` shows it."""

    value_minor: int
    currency: str


def band_of(value_minor: int) -> Band:
    """The band that a value lies in."""
    ends = [end * 100 for end in ENDS]
    low = max((end for end in ends if end <= value_minor), default=0)
    return Band(low, min((end for end in ends if end > value_minor), default=None))


def together(bands: Iterable[Band]) -> Band:
    """The least and the most that several make together."""
    found = list(bands)
    highs = [one.high for one in found]
    return Band(sum(one.low for one in found), None if None in highs else sum(high or 0 for high in highs))

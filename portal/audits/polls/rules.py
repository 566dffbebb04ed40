"""What a date poll of a joint audit says: pure, no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from uuid import UUID

MOST_OPTIONS = 12
FEWEST_OPTIONS = 2


class Vote(StrEnum):
    """Whether the days suit an authority."""

    YES = "yes"
    MAYBE = "maybe"  # if need be
    NO = "no"


@dataclass(frozen=True)
class Days:
    """Days to choose from, both inclusive, with the time of the first day on which people meet, at the site's clock."""

    starts_on: date
    ends_on: date
    starts_at: time | None = None


@dataclass(frozen=True)
class Tally:
    """How many of those with a vote find the days good, and who of them has not said."""

    yes: int
    maybe: int
    no: int
    missing: int


def tally(votes: Mapping[UUID, str], voters: Iterable[UUID]) -> Tally:
    """Count the votes of those who have one. What observers say is shown and not counted (DOMAIN 5.5)."""
    said = [votes.get(voter) for voter in voters]
    return Tally(*(said.count(one) for one in (Vote.YES, Vote.MAYBE, Vote.NO, None)))


def best(tallies: Mapping[UUID, Tally]) -> set[UUID]:
    """The options that keep the fewest away and suit the most; several where these are equal, none before a vote."""
    voted = {option: one for option, one in tallies.items() if one.yes or one.maybe}
    if not voted:
        return set()
    top = min((one.no, -one.yes, -one.maybe) for one in voted.values())
    return {option for option, one in voted.items() if (one.no, -one.yes, -one.maybe) == top}

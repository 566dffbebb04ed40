"""Tenders and the equal treatment of their bidders: pure.

Contracting authorities treat bidders equally (Directive 2014/24/EU, article 18): a bid is judged by what is in it and
by the criteria that were published. What the follow-up of earlier contracts has shown of one bidder is no part of it.
Where it is a ground for exclusion (article 57), a colleague releases it, with the reason.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

MAX_NUMBER = 60
MAX_TITLE = 200
MAX_REASON = 1000


class TenderState(StrEnum):
    """Where a tender stands."""

    DRAFT = "draft"  # in preparation: nothing is locked
    OPEN = "open"  # bids are awaited or evaluated
    DECIDED = "decided"
    CANCELLED = "cancelled"


class TenderStep(StrEnum):
    """What is done with a tender."""

    OPEN = "open"
    DECIDE = "decide"
    CANCEL = "cancel"
    REOPEN = "reopen"  # a decision was set aside: bids are evaluated anew


class Guard(StrEnum):
    """What the people who evaluate find in place of follow-up data while the tender is open."""

    LOCK = "lock"  # nothing
    FLAG = "flag"  # the data, with a reminder on every page


# Each step leads from some states into one.
STEPS: Mapping[TenderStep, tuple[frozenset[TenderState], TenderState]] = MappingProxyType(
    {
        TenderStep.OPEN: (frozenset({TenderState.DRAFT}), TenderState.OPEN),
        TenderStep.DECIDE: (frozenset({TenderState.OPEN}), TenderState.DECIDED),
        TenderStep.CANCEL: (frozenset({TenderState.DRAFT, TenderState.OPEN}), TenderState.CANCELLED),
        TenderStep.REOPEN: (frozenset({TenderState.DECIDED, TenderState.CANCELLED}), TenderState.OPEN),
    }
)
ENDED = frozenset({TenderState.DECIDED, TenderState.CANCELLED})


def possible(state: str) -> list[TenderStep]:
    """The steps that can be taken from a state, in their order."""
    return [step for step, (sources, _target) in STEPS.items() if state in sources]

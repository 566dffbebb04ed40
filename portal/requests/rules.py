"""What a request for a declaration can be, what may follow what, and when to remind: pure, no database."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from portal.declarations.rules import TemplateKind


class RequestState(StrEnum):
    """Where a request stands. Accepted and cancelled requests stay as they are; overdue is computed, never stored."""

    REQUESTED = "requested"
    RECEIVED = "received"
    CHECKED = "checked"  # a person has looked at what the portal found
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"


class Rung(StrEnum):
    """The rungs of the ladder of reminders, in their order."""

    SOON = "soon"
    LATE = "late"
    AGAIN = "again"
    LAST = "last"


# The state machine: what each state is reached from. A correction is received again.
REACHED_FROM: Mapping[RequestState, frozenset[RequestState]] = MappingProxyType(
    {
        RequestState.RECEIVED: frozenset({RequestState.REQUESTED, RequestState.SENT_BACK}),
        RequestState.CHECKED: frozenset({RequestState.RECEIVED}),
        RequestState.SENT_BACK: frozenset({RequestState.CHECKED}),
        RequestState.ACCEPTED: frozenset({RequestState.CHECKED}),
        RequestState.CANCELLED: frozenset(
            {RequestState.REQUESTED, RequestState.RECEIVED, RequestState.CHECKED, RequestState.SENT_BACK}
        ),
    }
)
WAITING = frozenset({RequestState.REQUESTED, RequestState.SENT_BACK})  # it is the supplier's turn
OURS = frozenset({RequestState.RECEIVED, RequestState.CHECKED})  # it is our turn
OPEN = WAITING | OURS

# Days after the due date on which each rung is reached (negative: before).
LADDER: Mapping[Rung, int] = MappingProxyType({Rung.SOON: -7, Rung.LATE: 1, Rung.AGAIN: 14, Rung.LAST: 30})

# Minerals that each template can speak of (TemplateKind -> codes of portal.minerals). The AMRT's are those of 1.3.
MINERALS: Mapping[TemplateKind, tuple[str, ...]] = MappingProxyType(
    {
        TemplateKind.CMRT: ("tantalum", "tin", "gold", "tungsten"),
        TemplateKind.EMRT: ("cobalt", "copper", "graphite", "lithium", "mica", "nickel"),
        TemplateKind.AMRT: (
            "aluminum",
            "iridium",
            "lime",
            "manganese",
            "palladium",
            "platinum",
            "rare earth elements",
            "rhodium",
            "ruthenium",
            "silver",
            "soda ash",
            "zinc",
        ),
    }
)
MOST_MINERALS = 10  # of an AMRT

MAX_TEXT = 2000
DEFAULT_DAYS = 30
CORRECTION_DAYS = 14
MAX_AHEAD = timedelta(days=2 * 365)


def can_become(state: str, target: RequestState) -> bool:
    """Is there a step from `state` to `target`?"""
    return state in REACHED_FROM.get(target, frozenset())


def is_overdue(state: str, due_on: date, today: date) -> bool:
    """The supplier's turn, and the day has passed."""
    return state in WAITING and due_on < today


def rung_reached(state: str, since: date, due_on: date, today: date) -> Rung | None:
    """The highest rung that is reached today; None when there is nothing to remind of.

    `since` is the day on which the supplier was last written to: a short deadline is not reminded of on the day it was
    set, so the first rung counts only where it lies later.
    """
    if state not in WAITING:
        return None
    reached = [rung for rung, days in LADDER.items() if due_on + timedelta(days=days) <= today]
    if reached == [Rung.SOON] and due_on + timedelta(days=LADDER[Rung.SOON]) <= since:
        return None
    return reached[-1] if reached else None


def unfit_minerals(template: TemplateKind, minerals: list[str]) -> list[str]:
    """Those of the minerals that the template does not speak of."""
    return [mineral for mineral in minerals if mineral not in MINERALS[template]]

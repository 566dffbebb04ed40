"""Where an obligation stands, what may follow what, and what becomes of due days when a contract changes. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from portal.clauses.duties import Due

SOON = timedelta(days=14)  # as long before the due day an obligation is told of
OPEN_YEARS = 3  # so far ahead the due days of a contract without an end are worked out
MAX_NOTE = 2000


class ObligationState(StrEnum):
    """Where an obligation stands. Overdue is computed, never stored."""

    OPEN = "open"
    DELIVERED = "delivered"  # the supplier has delivered; nobody has looked at it
    ACCEPTED = "accepted"
    REFUSED = "refused"  # the supplier does not deliver, with a reason
    WAIVED = "waived"  # the authority lets it be


class StepKind(StrEnum):
    """What is written down of an obligation's way, never to be changed."""

    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"
    REFUSED = "refused"
    WAIVED = "waived"
    REOPENED = "reopened"


class Refusal(StrEnum):
    """Why a supplier does not deliver, in its own view (DOMAIN 4: smaller firms may refuse some requests)."""

    VALUE_CHAIN_CAP = "value_chain_cap"
    BUSINESS_SECRET = "business_secret"  # noqa: S105 no password
    NOT_AVAILABLE = "not_available"
    NOT_IN_CONTRACT = "not_in_contract"
    SUB_SUPPLIER = "sub_supplier"
    NO_ANSWER = "no_answer"
    OTHER = "other"


STEPS: Mapping[StepKind, tuple[frozenset[ObligationState], ObligationState]] = MappingProxyType(
    {
        StepKind.DELIVERED: (frozenset({ObligationState.OPEN}), ObligationState.DELIVERED),
        StepKind.ACCEPTED: (frozenset({ObligationState.DELIVERED}), ObligationState.ACCEPTED),
        StepKind.SENT_BACK: (frozenset({ObligationState.DELIVERED}), ObligationState.OPEN),
        StepKind.REFUSED: (frozenset({ObligationState.OPEN}), ObligationState.REFUSED),
        StepKind.WAIVED: (frozenset({ObligationState.OPEN}), ObligationState.WAIVED),
        StepKind.REOPENED: (
            frozenset({ObligationState.ACCEPTED, ObligationState.REFUSED, ObligationState.WAIVED}),
            ObligationState.OPEN,
        ),
    }
)
NEEDS_NOTE = frozenset({StepKind.SENT_BACK, StepKind.WAIVED, StepKind.REOPENED})


def can_take(state: str, kind: StepKind) -> bool:
    """Is there this step from `state`?"""
    return state in STEPS[kind][0]


def is_overdue(state: str, due_on: date, today: date) -> bool:
    """Nothing was delivered, and the due day, itself inclusive, is over."""
    return state == ObligationState.OPEN and due_on < today


@dataclass(frozen=True)
class Known:
    """An obligation that is there already; `touched` where anything was written or attached to it."""

    id: UUID
    code: str
    occurrence: int
    due_on: date
    state: str
    touched: bool


@dataclass(frozen=True)
class Changes:
    """What to do so that the obligations fit the contract: new ones, moved ones (id -> day) and ones to drop."""

    added: tuple[Due, ...]
    moved: Mapping[UUID, date]
    dropped: frozenset[UUID]


def changes(known: Iterable[Known], wanted: Iterable[Due]) -> Changes:
    """What a contract's changed dates ask for, of one clause's scheduled duties.

    Open ones get their new day. What is delivered, accepted, refused or waived stays as it is, with its day. Nothing is
    dropped on which anything was written.
    """
    by_key = {(one.code, one.occurrence): one for one in known}
    days = {(due.code, due.occurrence): due for due in wanted}
    return Changes(
        added=tuple(due for key, due in days.items() if key not in by_key),
        moved={
            one.id: days[key].on
            for key, one in by_key.items()
            if key in days and one.state == ObligationState.OPEN and one.due_on != days[key].on
        },
        dropped=frozenset(
            one.id
            for key, one in by_key.items()
            if key not in days and one.state == ObligationState.OPEN and not one.touched
        ),
    )

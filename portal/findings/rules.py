"""What a finding can be, what may follow what, and the light that findings put on a supplier: pure, no database.

Severities and their days after DOMAIN 5.4 (RBA anchors), the lights after DOMAIN 5.1 (Adda).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType
from uuid import UUID


class Severity(StrEnum):
    """How bad it is, whatever words the audit's scheme has for it; the worst first."""

    CRITICAL = "critical"  # serious abuse of OECD Annex II, danger to life, retaliation, falsification
    MAJOR = "major"  # a system fails
    MINOR = "minor"  # an isolated gap
    RISK = "risk"  # could become a nonconformance
    OBSERVATION = "observation"
    GOOD_PRACTICE = "good_practice"


class FindingState(StrEnum):
    """Where a finding stands. Overdue is computed, never stored."""

    OPEN = "open"
    PLAN_AGREED = "plan_agreed"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"  # somebody says that it is remedied: that has to be verified
    CLOSED = "closed"
    REOPENED = "reopened"  # it needs a plan again


class ActionState(StrEnum):
    """Where one action of the plan stands."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DROPPED = "dropped"  # replaced by another


class ActionOwner(StrEnum):
    """Who carries an action out."""

    SUPPLIER = "supplier"
    AUTHORITY = "authority"


class StepKind(StrEnum):
    """What is written down of a finding's way, never to be changed."""

    PLAN_AGREED = "plan_agreed"
    STARTED = "started"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    VERIFIED = "verified"
    CLOSED = "closed"  # without a plan, where none is needed
    EFFECTIVE = "effective"
    NOT_EFFECTIVE = "not_effective"
    REOPENED = "reopened"


class Received(StrEnum):
    """How the supplier's reply came to the authority."""

    MAIL = "mail"
    LETTER = "letter"
    MEETING = "meeting"
    GUEST = "guest"  # written by the supplier itself, through its access


class ProposalState(StrEnum):
    """What has become of a plan that the supplier proposed."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"
    REPLACED = "replaced"  # by a newer one of the supplier's, before it was decided


# Days from finding it until the plan is due, and until it is closed; None: no date by rule.
PLAN_DAYS: Mapping[Severity, int | None] = MappingProxyType(
    {
        Severity.CRITICAL: 7,
        Severity.MAJOR: 14,
        Severity.MINOR: 14,
        Severity.RISK: 30,
        Severity.OBSERVATION: None,
        Severity.GOOD_PRACTICE: None,
    }
)
CLOSING_DAYS: Mapping[Severity, int | None] = MappingProxyType(
    {
        Severity.CRITICAL: 30,
        Severity.MAJOR: 90,
        Severity.MINOR: 180,
        Severity.RISK: None,  # until the next review, whose day a person says
        Severity.OBSERVATION: None,
        Severity.GOOD_PRACTICE: None,
    }
)
DEVIATIONS = frozenset({Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.RISK})
TWO_PERSONS = frozenset({Severity.CRITICAL, Severity.MAJOR})

# The state machine: each step leads from some states into one.
STEPS: Mapping[StepKind, tuple[frozenset[FindingState], FindingState]] = MappingProxyType(
    {
        StepKind.PLAN_AGREED: (frozenset({FindingState.OPEN, FindingState.REOPENED}), FindingState.PLAN_AGREED),
        StepKind.STARTED: (frozenset({FindingState.PLAN_AGREED}), FindingState.IN_PROGRESS),
        StepKind.SUBMITTED: (frozenset({FindingState.IN_PROGRESS}), FindingState.SUBMITTED),
        StepKind.SENT_BACK: (frozenset({FindingState.SUBMITTED}), FindingState.IN_PROGRESS),
        StepKind.VERIFIED: (frozenset({FindingState.SUBMITTED}), FindingState.CLOSED),
        StepKind.CLOSED: (frozenset({FindingState.OPEN, FindingState.REOPENED}), FindingState.CLOSED),
        StepKind.EFFECTIVE: (frozenset({FindingState.CLOSED}), FindingState.CLOSED),
        StepKind.NOT_EFFECTIVE: (frozenset({FindingState.CLOSED}), FindingState.REOPENED),
        StepKind.REOPENED: (frozenset({FindingState.CLOSED}), FindingState.REOPENED),
    }
)
NEEDS_PLAN = frozenset({FindingState.OPEN, FindingState.REOPENED})
HAS_PLAN = frozenset(FindingState) - NEEDS_PLAN

ACTION_FROM: Mapping[ActionState, frozenset[ActionState]] = MappingProxyType(
    {
        ActionState.IN_PROGRESS: frozenset({ActionState.PLANNED, ActionState.DONE}),
        ActionState.DONE: frozenset({ActionState.PLANNED, ActionState.IN_PROGRESS}),
        ActionState.DROPPED: frozenset({ActionState.PLANNED, ActionState.IN_PROGRESS}),
    }
)
ACTIONS_OPEN = frozenset({ActionState.PLANNED, ActionState.IN_PROGRESS})
# While it is verified or once it is closed, the plan stays as it is.
PLAN_CHANGES = frozenset({FindingState.OPEN, FindingState.REOPENED, FindingState.PLAN_AGREED, FindingState.IN_PROGRESS})

# While the agreed plan is carried out, the supplier may show what it did.
TAKES_EVIDENCE = frozenset({FindingState.PLAN_AGREED, FindingState.IN_PROGRESS})
MOST_PROPOSED = 8  # actions in one proposal
MOST_FILES = 50  # of the supplier's, for one finding

MAX_TEXT = 5000
MAX_LINE = 200
MAX_PROGRESS = 2000


def needs_plan(severity: str) -> bool:
    """Deviations are remedied by a plan with dates; observations and good practice are not."""
    return severity in DEVIATIONS


def can_take(state: str, kind: StepKind, severity: str) -> bool:
    """Is there this step from `state`? Only what needs no plan is closed without one, and only that has no plan."""
    sources, _target = STEPS[kind]
    if kind is StepKind.CLOSED and needs_plan(severity):
        return False
    return state in sources


def can_move_action(state: str, target: ActionState) -> bool:
    """Is there a step of an action from `state` to `target`?"""
    return state in ACTION_FROM.get(target, frozenset())


def plan_is_complete(action_states: Iterable[str]) -> bool:
    """All actions are done or dropped, and at least one is done: it can be submitted for verification."""
    states = list(action_states)
    return ActionState.DONE in states and not ACTIONS_OPEN & set(states)


def may_verify(severity: str, submitted_by: UUID | None, verifier: UUID | None) -> bool:
    """Critical and major findings are verified by a second person, so both persons have to be known."""
    if severity not in TWO_PERSONS:
        return True
    return submitted_by is not None and verifier is not None and submitted_by != verifier


def may_decide_extension(asked_by: UUID | None, decider: UUID | None) -> bool:
    """Another person than who asked for it approves or refuses more time."""
    return asked_by is not None and decider is not None and asked_by != decider


def plan_due(severity: Severity, found_on: date) -> date | None:
    """Until when the plan has to be agreed, both days inclusive."""
    days = PLAN_DAYS[severity]
    return None if days is None else found_on + timedelta(days=days)


def closing_due(severity: Severity, found_on: date, review_on: date | None = None) -> date | None:
    """Until when it has to be closed; for a risk the day of the next review, where somebody has said it."""
    if severity is Severity.RISK:
        return review_on
    days = CLOSING_DAYS[severity]
    return None if days is None else found_on + timedelta(days=days)


def can_be_released(state: str, severity: str, action_states: Iterable[str]) -> bool:
    """A summary goes to others once there is a dated plan (DOMAIN 5.1); without deviation there is nothing to plan.

    Every action has a date, so an agreed plan with an action that was not dropped is a dated one.
    """
    if not needs_plan(severity):
        return True
    return state in HAS_PLAN and any(one != ActionState.DROPPED for one in action_states)


class Light(IntEnum):
    """The traffic light, ordered so that the worst of several is their maximum."""

    GREEN = 0
    YELLOW = 1
    RED = 2


class Reason(StrEnum):
    """Why a light is as it is."""

    NONE = "none"
    ALL_CLOSED = "all_closed"
    HANDLED = "handled"
    PLAN_LATE = "plan_late"
    CLOSING_LATE = "closing_late"


@dataclass(frozen=True)
class Standing:
    """What the light asks of a finding. `planned`: a plan is agreed; the due days are inclusive."""

    severity: str
    closed: bool
    planned: bool
    plan_due: date | None
    close_due: date | None


def reason_of(finding: Standing, today: date) -> Reason:
    """What one finding says of its supplier."""
    if not needs_plan(finding.severity):
        return Reason.NONE
    if finding.closed:
        return Reason.ALL_CLOSED
    if finding.close_due is not None and finding.close_due < today:
        return Reason.CLOSING_LATE
    if not finding.planned and finding.plan_due is not None and finding.plan_due < today:
        return Reason.PLAN_LATE
    return Reason.HANDLED


LIGHTS: Mapping[Reason, Light] = MappingProxyType(
    {
        Reason.NONE: Light.GREEN,
        Reason.ALL_CLOSED: Light.GREEN,
        Reason.HANDLED: Light.YELLOW,
        Reason.PLAN_LATE: Light.RED,
        Reason.CLOSING_LATE: Light.RED,
    }
)


def light(findings: Iterable[Standing], today: date) -> tuple[Light, dict[Reason, int]]:
    """The light, and how many findings stand behind each reason: green none or all closed, yellow handled, red late."""
    counts: dict[Reason, int] = {}
    for finding in findings:
        reason = reason_of(finding, today)
        if reason is not Reason.NONE:
            counts[reason] = counts.get(reason, 0) + 1
    return max((LIGHTS[reason] for reason in counts), default=Light.GREEN), counts

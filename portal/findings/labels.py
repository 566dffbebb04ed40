"""The findings' words in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.findings.rules import (
    ActionOwner,
    ActionState,
    FindingState,
    Light,
    ProposalState,
    Reason,
    Received,
    Severity,
    StepKind,
)

SEVERITIES = {
    Severity.CRITICAL: _l("Critical"),
    Severity.MAJOR: _l("Major"),
    Severity.MINOR: _l("Minor"),
    Severity.RISK: _l("Risk"),
    Severity.OBSERVATION: _l("Observation"),
    Severity.GOOD_PRACTICE: _l("Good practice"),
}

STATES = {
    FindingState.OPEN: _l("Open"),
    FindingState.PLAN_AGREED: _l("Plan agreed"),
    FindingState.IN_PROGRESS: _l("In progress"),
    FindingState.SUBMITTED: _l("To be verified"),
    FindingState.CLOSED: _l("Closed"),
    FindingState.REOPENED: _l("Opened again"),
}

ACTION_STATES = {
    ActionState.PLANNED: _l("Planned"),
    ActionState.IN_PROGRESS: _l("In progress"),
    ActionState.DONE: _l("Done"),
    ActionState.DROPPED: _l("Dropped"),
}

OWNERS = {ActionOwner.SUPPLIER: _l("Supplier"), ActionOwner.AUTHORITY: _l("Authority")}

STEPS = {
    StepKind.PLAN_AGREED: _l("The plan is agreed"),
    StepKind.STARTED: _l("The work has begun"),
    StepKind.SUBMITTED: _l("It is remedied and can be verified"),
    StepKind.SENT_BACK: _l("Not remedied: sent back"),
    StepKind.VERIFIED: _l("The remedy is verified"),
    StepKind.CLOSED: _l("Close it"),
    StepKind.EFFECTIVE: _l("The remedy still works"),
    StepKind.NOT_EFFECTIVE: _l("The remedy does not work"),
    StepKind.REOPENED: _l("Open it again"),
}

RECEIVED = {
    Received.MAIL: _l("E-mail"),
    Received.LETTER: _l("Letter"),
    Received.MEETING: _l("Meeting"),
    Received.GUEST: _l("Written by the supplier itself"),
}

# As the supplier reads where a finding stands, and what has become of the plan that it proposed.
TO_SUPPLIER = {
    FindingState.OPEN: _l("A plan is needed"),
    FindingState.REOPENED: _l("A plan is needed"),
    FindingState.PLAN_AGREED: STATES[FindingState.PLAN_AGREED],
    FindingState.IN_PROGRESS: STATES[FindingState.IN_PROGRESS],
    FindingState.SUBMITTED: STATES[FindingState.SUBMITTED],
    FindingState.CLOSED: STATES[FindingState.CLOSED],
}
PROPOSALS = {
    ProposalState.PROPOSED: _l("Received, is being looked at"),
    ProposalState.ACCEPTED: _l("Accepted"),
    ProposalState.SENT_BACK: _l("To be corrected by you"),
    ProposalState.REPLACED: _l("Replaced by a newer one"),
}

LIGHTS = {Light.GREEN: _l("Green"), Light.YELLOW: _l("Yellow"), Light.RED: _l("Red")}

REASONS = {
    Reason.ALL_CLOSED: _l("Closed"),
    Reason.HANDLED: _l("Being handled"),
    Reason.PLAN_LATE: _l("No plan in time"),
    Reason.CLOSING_LATE: _l("Not remedied in time"),
}

# How each state is marked: keys of portal.web.statuses.
STATE_MARKS = {
    FindingState.OPEN: "open",
    FindingState.PLAN_AGREED: "running",
    FindingState.IN_PROGRESS: "running",
    FindingState.SUBMITTED: "due",
    FindingState.CLOSED: "closed",
    FindingState.REOPENED: "due",
}
LIGHT_MARKS = {Light.GREEN: "done", Light.YELLOW: "due", Light.RED: "overdue"}
ACTION_MARKS = {
    ActionState.PLANNED: "open",
    ActionState.IN_PROGRESS: "running",
    ActionState.DONE: "done",
    ActionState.DROPPED: "not_same",
}

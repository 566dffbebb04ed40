"""The words of obligations in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.obligations.reminders import Rung
from portal.obligations.rules import ObligationState, Refusal, StepKind

STATES = {
    ObligationState.OPEN: _l("Open"),
    ObligationState.DELIVERED: _l("Delivered"),
    ObligationState.ACCEPTED: _l("Accepted"),
    ObligationState.REFUSED: _l("Refused by the supplier"),
    ObligationState.WAIVED: _l("Waived"),
}
STATE_MARKS = {
    ObligationState.OPEN: "open",
    ObligationState.DELIVERED: "wait",
    ObligationState.ACCEPTED: "done",
    ObligationState.REFUSED: "rejected",
    ObligationState.WAIVED: "not_same",
}

STEPS = {
    StepKind.DELIVERED: _l("The supplier has delivered"),
    StepKind.ACCEPTED: _l("What was delivered is accepted"),
    StepKind.SENT_BACK: _l("Not enough: sent back"),
    StepKind.REFUSED: _l("The supplier refuses"),
    StepKind.WAIVED: _l("We waive it"),
    StepKind.REOPENED: _l("Open it again"),
}

REFUSALS = {
    Refusal.VALUE_CHAIN_CAP: _l("Declined under the value-chain cap"),
    Refusal.BUSINESS_SECRET: _l("Says it is a business secret"),
    Refusal.NOT_AVAILABLE: _l("Says it does not have it"),
    Refusal.NOT_IN_CONTRACT: _l("Says the contract does not ask for it"),
    Refusal.SUB_SUPPLIER: _l("Only a sub-supplier refuses"),
    Refusal.NO_ANSWER: _l("Does not answer"),
    Refusal.OTHER: _l("Another reason"),
}

RUNGS = {
    Rung.AHEAD: _l("A month before"),
    Rung.SOON: _l("A week before"),
    Rung.LATE: _l("When it is late"),
    Rung.AGAIN: _l("Two weeks late"),
    Rung.LAST: _l("A month late"),
}

"""The words and marks of tenders."""

from flask_babel import lazy_gettext as _l

from portal.tenders.rules import Guard, TenderState, TenderStep

STATES = {
    TenderState.DRAFT: _l("In preparation"),
    TenderState.OPEN: _l("Open"),
    TenderState.DECIDED: _l("Decided"),
    TenderState.CANCELLED: _l("Cancelled"),
}
MARKS = {
    TenderState.DRAFT: "draft",
    TenderState.OPEN: "wait",
    TenderState.DECIDED: "done",
    TenderState.CANCELLED: "closed",
}
STEPS = {
    TenderStep.OPEN: _l("Open the tender"),
    TenderStep.DECIDE: _l("It is decided"),
    TenderStep.CANCEL: _l("It is cancelled"),
    TenderStep.REOPEN: _l("Open it again"),
}
SAID = {
    TenderStep.OPEN: _l("The tender is open. From now on it counts who evaluates it."),
    TenderStep.DECIDE: _l("The tender is decided. Its evaluators see follow-up data as before."),
    TenderStep.CANCEL: _l("The tender is cancelled. Its evaluators see follow-up data as before."),
    TenderStep.REOPEN: _l("The tender is open again."),
}
GUARDS = {
    Guard.LOCK: _l("Lock follow-up data"),
    Guard.FLAG: _l("Show it, with a reminder on every page"),
}
GUARD_NOTES = {
    Guard.LOCK: _l(
        "Evaluators see no assessments, declarations, dialogues, audits, findings and obligations of bidders."
    ),
    Guard.FLAG: _l("For tenders in which the same few people buy and follow up."),
}

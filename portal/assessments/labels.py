"""The words of assessments in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.assessments.rules import Answer, EvidenceGrade, Problem, ReuseReason, Step

STEPS = {
    Step.MANAGEMENT: (_l("1. Management systems"), _l("Policy, responsibility, complaint channel")),
    Step.RISKS: (_l("2. Find and assess risks"), _l("Smelters, origin, red flags")),
    Step.RESPONSE: (_l("3. Respond to risks"), _l("Plan, leverage, follow-up")),
    Step.AUDIT: (_l("4. Independent audit"), _l("Audit of smelters and refiners")),
    Step.REPORT: (_l("5. Report each year"), _l("Public report on due diligence")),
}

# What to look for at a downstream company, after the guidance's five steps.
COVERS = {
    Step.MANAGEMENT: _l(
        "A policy on minerals, a responsible senior person with staff and budget, expectations in contracts, records"
        " that name the smelters, and a channel for complaints."
    ),
    Step.RISKS: _l(
        "Suppliers and, through them, smelters and refiners are found. Origin, transit and routes are known, and it is"
        " judged whether smelters looked into chains with red flags."
    ),
    Step.RESPONSE: _l(
        "Findings reach senior management. Who responds is tracked and escalated. Serious abuses end the relation,"
        " other risks have a plan that is measured."
    ),
    Step.AUDIT: _l(
        "Audits of smelters and refiners are supported and their results used. Mines are not audited one by one."
    ),
    Step.REPORT: _l("A public report each year on risks found and actions taken, not only on policy."),
}

ANSWERS = {
    Answer.NOT_ASSESSED: _l("Not assessed"),
    Answer.NOT_MET: _l("Not met"),
    Answer.PARTLY: _l("Partly met"),
    Answer.MET: _l("Met"),
}

GRADES = {
    EvidenceGrade.NONE: _l("No evidence"),
    EvidenceGrade.SELF_DECLARED: _l("The supplier says so"),
    EvidenceGrade.DOCUMENT_SEEN: _l("Document seen"),
    EvidenceGrade.INDEPENDENTLY_VERIFIED: _l("Verified by somebody independent"),
}

GRADE_MEANINGS = {
    EvidenceGrade.NONE: _l("Nothing supports the answer."),
    EvidenceGrade.SELF_DECLARED: _l("The supplier’s own statement. It makes a step partly met at most."),
    EvidenceGrade.DOCUMENT_SEEN: _l("The authority has read the policy, record, plan or report."),
    EvidenceGrade.INDEPENDENTLY_VERIFIED: _l(
        "Somebody independent of the supplier has checked it, such as an auditor."
    ),
}

PROBLEMS = {
    Problem.MET_NEEDS_EVIDENCE: _l(
        "“Met” needs a document that we have seen, or an independent verification."
        " Choose “Partly met”, or better evidence."
    ),
    Problem.PARTLY_NEEDS_A_STATEMENT: _l("“Partly met” needs at least the supplier’s own statement."),
    Problem.NOT_ASSESSED_HAS_NO_EVIDENCE: _l("A step that was not assessed has no evidence. Choose an answer."),
}

REUSE_REASONS = {
    ReuseReason.OLDER_THAN_THREE_YEARS: _l("It is older than three years."),
    ReuseReason.OLDER_THAN_A_YEAR: _l("It is older than a year: ask what has changed."),
    ReuseReason.OTHER_PRODUCTS: _l("It was made for other products than ours."),
    ReuseReason.STEPS_OPEN: _l("Not every step was assessed."),
}

"""The words of assessments by a rubric in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.assessments.scoring import Gate
from portal.ratings.beside import Difference
from portal.ratings.rules import AnswerFlaw, RatedState

STATES = {
    RatedState.DRAFT: _l("Draft"),
    RatedState.IN_REVIEW: _l("Under review"),
    RatedState.PUBLISHED: _l("Published"),
    RatedState.REVISED: _l("Revised"),
    RatedState.WITHDRAWN: _l("Withdrawn"),
}

FLAWS = {
    AnswerFlaw.VALUE: _l("The answer does not fit the question."),
    AnswerFlaw.TOO_LONG: _l("The text is longer than 10,000 characters."),
    AnswerFlaw.SCORE: _l("The score is a whole number from 0 to 4."),
    AnswerFlaw.NEEDS_REASON: _l("Say why the question does not apply."),
    AnswerFlaw.NOT_APPLICABLE_HAS_NO_SCORE: _l("A question that does not apply has no answer, score or evidence."),
}

GATES = {
    Gate.CRITICAL_FINDING: _l("A critical finding is open: 40 at most."),
    Gate.NO_SMELTER_LIST: _l("A metal in scope has no smelter list: 50 at most."),
    Gate.LISTINGS_ALONE: _l("It rests on listings alone: 75 at most."),
}

DIFFERENCES = {
    Difference.ONE_SIDE: _l("asked on one side only"),
    Difference.APPLIES: _l("does not apply on one side"),
    Difference.ANSWER: _l("answer"),
    Difference.SCORE: _l("score"),
    Difference.EVIDENCE: _l("evidence"),
}

# Keys are what the form sends.
SCORES = {
    "0": _l("0: no answer, or a refusal"),
    "1": _l("1: asserted only"),
    "2": _l("2: documented, but in part or older than a year"),
    "3": _l("3: documented, current, covers what is delivered"),
    "4": _l("4: also verified independently, or its effect is shown"),
}

# The marks of components/basic.html.
STATE_MARKS = {
    RatedState.DRAFT: "draft",
    RatedState.IN_REVIEW: "wait",
    RatedState.PUBLISHED: "done",
    RatedState.REVISED: "not_same",
    RatedState.WITHDRAWN: "rejected",
}

"""The words and marks of questions to suppliers."""

from flask_babel import lazy_gettext as _l

from portal.ratings.asking.rules import AskState

STATES = {AskState.OPEN: _l("Waiting for the supplier"), AskState.SENT: _l("Answered"), AskState.CLOSED: _l("Closed")}
MARKS = {AskState.OPEN: "wait", AskState.SENT: "done", AskState.CLOSED: "closed"}

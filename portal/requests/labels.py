"""The words of requests in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.declarations.rules import DeclarationScope, TemplateKind
from portal.requests.rules import RequestState, Rung

STATES = {
    RequestState.REQUESTED: _l("Asked for"),
    RequestState.RECEIVED: _l("Received"),
    RequestState.CHECKED: _l("Looked at"),
    RequestState.SENT_BACK: _l("Sent back"),
    RequestState.ACCEPTED: _l("Accepted"),
    RequestState.CANCELLED: _l("Cancelled"),
}

# A step of the history; a correction is told apart from what came first.
STEPS = {
    RequestState.REQUESTED: _l("Asked for, due on %(date)s"),
    RequestState.RECEIVED: _l("Received"),
    RequestState.CHECKED: _l("Looked at"),
    RequestState.SENT_BACK: _l("Sent back, to be corrected by %(date)s"),
    RequestState.ACCEPTED: _l("Accepted"),
    RequestState.CANCELLED: _l("Cancelled"),
}
CORRECTED = _l("Corrected file received")
MOVED = _l("Moved to %(date)s")

RUNGS = {
    Rung.SOON: _l("Due soon"),
    Rung.LATE: _l("Late: first reminder"),
    Rung.AGAIN: _l("Two weeks late: second reminder"),
    Rung.LAST: _l("A month late: last reminder"),
}

TEMPLATES = {
    TemplateKind.CMRT: _l("CMRT: tantalum, tin, gold, tungsten"),
    TemplateKind.EMRT: _l("EMRT: cobalt, mica and battery minerals"),
    TemplateKind.AMRT: _l("AMRT: other minerals"),
}

SCOPES = {
    DeclarationScope.COMPANY: _l("The whole company"),
    DeclarationScope.PRODUCTS: _l("The products that we name"),
    DeclarationScope.USER_DEFINED: _l("Something else that we describe"),
}

"""The words of guest accesses, and of requests as the supplier reads them."""

from flask_babel import lazy_gettext as _l

from portal.guests.rules import GuestState
from portal.requests.rules import RequestState

STATES = {
    GuestState.WAITING: _l("Not opened yet"),
    GuestState.OPEN: _l("Open"),
    GuestState.OVER: _l("Ended"),
    GuestState.EXPIRED: _l("Ended, never opened"),
    GuestState.LOCKED: _l("Locked after wrong codes"),
    GuestState.REVOKED: _l("Taken back"),
}
COLOURS = {
    GuestState.WAITING: ("info", "HourglassTopFilled"),
    GuestState.OPEN: ("success", "CheckmarkCircleFill"),
    GuestState.LOCKED: ("danger", "PadlockLockedFill"),
}

# As the supplier reads where a request stands.
TO_SUPPLIER = {
    RequestState.REQUESTED: _l("Waits for you"),
    RequestState.RECEIVED: _l("Received, is being looked at"),
    RequestState.CHECKED: _l("Received, is being looked at"),
    RequestState.SENT_BACK: _l("To be corrected by you"),
    RequestState.ACCEPTED: _l("Accepted"),
    RequestState.CANCELLED: _l("No longer asked for"),
}

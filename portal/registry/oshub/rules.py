"""What may go wrong in asking Open Supply Hub, and what is kept of its answers. Pure."""

from datetime import timedelta
from enum import StrEnum

SOURCE = "Open Supply Hub"
MOST = 12  # places that are proposed to a person at once
ASK_ANEW = timedelta(hours=1)  # a request that was lost somewhere is made again after this
UNANSWERED = timedelta(minutes=2)  # a request that waits longer than this has no worker


class Problem(StrEnum):
    """Why Open Supply Hub gave nothing."""

    TOKEN_REFUSED = "token_refused"  # noqa: S105 - the name of a problem
    BUSY = "busy"  # it, or our own limit, lets us wait: params `retry_after` in seconds
    UNREACHABLE = "unreachable"
    HTTP_ERROR = "http_error"  # params `status`
    UNEXPECTED = "unexpected"  # not the JSON that its API is known for
    TOO_LARGE = "too_large"
    FORBIDDEN_ADDRESS = "forbidden_address"
    SWITCHED_OFF = "switched_off"


class PlaceState(StrEnum):
    """What a person said of a proposed place."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"

"""The one error of reading a list: the cause by name, with facts for the message."""

from typing import Any

from portal.sources.rules import Reason


class Refused(Exception):
    """The file cannot be taken as a list. `params` are facts for the message (counts, titles), never whole rows."""

    def __init__(self, reason: Reason, **params: Any) -> None:
        super().__init__(f"{reason} {params}")
        self.reason = reason
        self.params = params

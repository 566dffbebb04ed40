"""Reads a declaration in a process of its own, so that no file can take the portal with it."""

import json
from typing import Any

from portal.declarations.reading.container import refusals, sniff
from portal.declarations.reading.result import Reading
from portal.declarations.reading.unreadable import refusal
from portal.evidence.sandbox import Limits, answer_of_child

LIMITS = Limits()  # the answer of a 20,000-row declaration has about 5 million bytes


def read_in_child(data: bytes, limits: Limits = LIMITS) -> Reading:
    """What the file says. Raises Unreadable when the file is refused, breaks the parser or takes too much."""
    sniff(data)
    with refusals():
        answer = answer_of_child("portal.declarations.reading.child", data, limits)
    try:
        return _reading(json.loads(answer))
    except (ValueError, TypeError, KeyError):
        raise refusal("damaged_workbook", detail="no answer") from None


def _reading(wire: dict[str, Any]) -> Reading:
    if "refused" not in wire:
        return Reading.from_wire(wire["reading"])
    refused = wire["refused"]
    raise refusal(refused["code"], refused["place"], **refused["params"])

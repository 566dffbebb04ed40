"""The form in which a list is kept: its organisations, a line of JSON each, and a line that says what was left out.

What came from the publisher is read at the door and not stored: most entries of the lists are people.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict

from portal.sanctions.party import party_from_json, to_line
from portal.sanctions.reading.result import Reading, Reject

PARSER = "2026.1"  # kept with each run: raise it when the reading changes its meaning


def keep(content: bytes, read: Callable[[bytes], Reading]) -> bytes:
    """Read the publisher's bytes and give what may be stored. The same bytes give the same. Raises Refused."""
    reading = read(content)
    head = {
        "original_sha256": hashlib.sha256(content).hexdigest(),
        "persons": reading.persons,
        "others": reading.others,
        "rejects": [asdict(reject) for reject in reading.rejects],
    }
    return to_line(head) + b"".join(to_line(reading.parties[key].to_json()) for key in sorted(reading.parties))


def read_kept(content: bytes) -> Reading:
    """The reading that `keep` was given."""
    head, *lines = (json.loads(line) for line in content.splitlines())
    reading = Reading(
        persons=head["persons"], others=head["others"], rejects=[Reject(**reject) for reject in head["rejects"]]
    )
    for line in lines:
        reading.add(party_from_json(line))
    return reading

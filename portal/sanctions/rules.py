"""What may become of a candidate. A person decides; no state is a verdict, and none is ever shown as a light. Pure."""

from enum import StrEnum

from portal.errors import InvalidTransition

BY_SERVICE = "opensanctions"  # code of the evidence that a service, not the portal, calls two names alike


class CandidateState(StrEnum):
    """A resemblance waits for a person, who says what it is; it lapses where names no longer resemble each other."""

    OPEN = "open"
    NOT_SAME = "not_same"
    RELEVANT = "relevant"
    LAPSED = "lapsed"


DECISIONS = frozenset({CandidateState.NOT_SAME, CandidateState.RELEVANT})
# A decision may be taken back for the other one, never undone to "nobody looked".
TRANSITIONS = {
    CandidateState.OPEN: DECISIONS,
    CandidateState.NOT_SAME: frozenset({CandidateState.RELEVANT}),
    CandidateState.RELEVANT: frozenset({CandidateState.NOT_SAME}),
    CandidateState.LAPSED: frozenset(),
}


def decide(state: str, target: CandidateState) -> None:
    """Raise InvalidTransition unless a person may say `target` of a candidate in `state`."""
    if target not in TRANSITIONS[CandidateState(state)]:
        raise InvalidTransition("This name has been decided already, or no longer resembles the list. Reload the page.")

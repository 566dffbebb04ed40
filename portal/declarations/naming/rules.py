"""What may be decided on a smelter's name that no list has. Pure."""

from enum import StrEnum

from portal.declarations.rules import LineStatus


class Verdict(StrEnum):
    """`accepted`: the name means this facility; `rejected`: it does not; `no_smelter`: it means no smelter at all."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NO_SMELTER = "no_smelter"


class Act(StrEnum):
    """What a person did with a verdict."""

    DECIDED = "decided"
    REVOKED = "revoked"


# Rows whose name is all that can say which smelter is meant. Where id and name or metal contradict each other, the
# supplier has to say which one is right; where the row says “not yet identified” there is no name.
OPEN_STATUSES = (
    LineStatus.NAME_NOT_IN_LOOKUP,
    LineStatus.AMBIGUOUS_ALIAS,
    LineStatus.NOT_LISTED,
    LineStatus.NOT_LISTED_BUT_IN_LOOKUP,
    LineStatus.NO_TEMPLATE_LOOKUP,
    LineStatus.CID_UNKNOWN,
    LineStatus.CID_UNVERIFIED,
    LineStatus.CID_MALFORMED,
    LineStatus.UNRESOLVED,
)

"""What becomes of each contract in a notice."""

from enum import StrEnum


class ContractOutcome(StrEnum):
    """What an import does with one contract of a notice."""

    CREATED = "created"
    KNOWN = "known"  # it is in the portal already
    NOT_OURS = "not_ours"  # another authority bought it
    WAITS = "waits"  # for a person to say which supplier it is

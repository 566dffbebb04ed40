"""Words and pure decisions of the registry."""

from enum import StrEnum


class NameKind(StrEnum):
    """What a supplier's name is to it."""

    LEGAL = "legal"
    FORMER = "former"
    TRADING = "trading"
    LOCAL = "local"  # the legal name in its own script


class ProductGroup(StrEnum):
    """What public buyers of ICT buy, coarse enough to compare contracts."""

    COMPUTERS = "computers"
    PHONES = "phones"
    SERVERS = "servers"
    NETWORK = "network"
    PRINTERS = "printers"
    AUDIO_VISUAL = "audio_visual"
    MEDICAL = "medical"
    CABLES = "cables"
    OTHER = "other"


class ImportState(StrEnum):
    """An import is uploaded and mapped, checked as a dry run, then applied whole or not at all."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"


# From which states an import may go into each other one. What was applied stays as it is.
IMPORT_STEPS: dict[ImportState, frozenset[ImportState]] = {
    ImportState.CHECKING: frozenset({ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED}),
    ImportState.CHECKED: frozenset({ImportState.CHECKING}),
    ImportState.APPLYING: frozenset({ImportState.CHECKED}),
    ImportState.APPLIED: frozenset({ImportState.APPLYING}),
    ImportState.FAILED: frozenset({ImportState.CHECKING, ImportState.APPLYING}),
}


class RowOutcome(StrEnum):
    """What an import does with one row."""

    CREATED = "created"
    MATCHED = "matched"
    POSSIBLE_DUPLICATE = "possible_duplicate"
    REJECTED = "rejected"

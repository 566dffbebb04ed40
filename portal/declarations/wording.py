"""The shape of a sentence that is shown to people, and how it is marked for translation."""

from dataclasses import dataclass

from portal.declarations.rules import Severity


def N_(sentence: str) -> str:
    """Mark for extraction only."""
    return sentence


@dataclass(frozen=True, slots=True)
class FindingText:
    """The sentences of one finding; `%(name)s` places are filled from `Finding.params`."""

    severity: Severity
    message: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True)
class RefusalText:
    """The sentences of one refusal."""

    message: str
    remedy: str

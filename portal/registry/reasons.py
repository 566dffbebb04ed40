"""Why something cannot be taken into the registry: a code with its values, and the sentence for each code.

Codes and values are what an import keeps of a row; the sentence is made when it is read, in the reader's language.
"""

from collections.abc import Mapping
from typing import Any

from portal.errors import BadInput
from portal.registry.reason_texts import REASONS


class Refused(BadInput):
    """A fact that cannot be taken: `code` is a key of REASONS, `params` fill its sentences."""

    def __init__(self, code: str, *, field: str | None = None, **params: Any) -> None:
        reason = REASONS[code]
        remedy = str(reason.remedy) % params if reason.remedy else None
        super().__init__(str(reason.message) % params, field=field, remedy=remedy)
        self.code = code
        self.params = params


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """The message and its remedy in the reader's language."""
    reason = REASONS[code]
    parts = [reason.message, reason.remedy] if reason.remedy else [reason.message]
    return " ".join(str(part) % params for part in parts)

"""The one error of reading: a file that cannot be taken, with what, where and how to mend it."""

from typing import Any

from portal.declarations.refusal_texts import REFUSALS
from portal.errors import BadInput


class Unreadable(BadInput):
    """A file that is refused before or while it is read. Nothing of it is kept.

    `code` is a key of `messages.REFUSALS`; `params` are the values of its sentences, for translation.
    """

    def __init__(
        self,
        code: str,
        message: str,
        remedy: str | None = None,
        *,
        place: str | None = None,
        params: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message, field="file", place=place, remedy=remedy)
        self.code = code
        self.params = params or {}


def refusal(code: str, place: str | None = None, **params: Any) -> Unreadable:
    """The error for `code`, in English; `place` is a sheet or cell."""
    text = REFUSALS[code]
    return Unreadable(code, text.message % params, text.remedy % params, place=place, params=params)

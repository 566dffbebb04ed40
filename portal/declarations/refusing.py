"""A refused file in the reader's language, for every page that takes a declaration."""

from flask_babel import gettext as _

from portal.declarations.reading.unreadable import Unreadable
from portal.declarations.refusal_texts import REFUSALS
from portal.errors import BadInput


def in_words(error: Unreadable) -> BadInput:
    """The refusal as an error of the field `file`, with its place."""
    text = REFUSALS[error.code]
    place = f"{error.place}: " if error.place else ""
    return BadInput(place + _(text.message) % error.params, field="file", remedy=str(_(text.remedy) % error.params))

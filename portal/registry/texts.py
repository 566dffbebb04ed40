"""Texts of the registry as they are kept: one line, composed letters, nothing invisible."""

import re
import unicodedata

from portal.registry.names import MAX_NAME, norm
from portal.registry.reasons import Refused

MAX_ADDRESS = 500
MAX_WORDS = 200  # cities, sectors, sources

# Zero-width characters, byte order marks and soft hyphens come along when text is copied; they are dropped. The two
# joiners stay inside words, where Persian and Indian scripts need them.
_DROPPED = re.compile(
    "[\u00ad\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff]|(?<!\\w)[\u200c\u200d]|[\u200c\u200d](?!\\w)"
)
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_NOT_TEXT = {"Cc", "Cs"}


def one_line(text: str, limit: int) -> str:
    """The text without invisible characters and doubled spaces; empty if nothing is left.

    Raises Refused for control characters, for marks that reverse the direction of writing, and beyond `limit`
    characters.
    """
    if len(text) > 20 * limit:  # before any work is done on it
        raise Refused("text_long", length=len(text), limit=limit)
    line = " ".join(_DROPPED.sub("", unicodedata.normalize("NFC", text)).split())
    if found := _DIRECTION.search(line):
        raise Refused("text_direction", character=f"U+{ord(found[0]):04X}")
    for character in line:
        if unicodedata.category(character) in _NOT_TEXT:
            raise Refused("text_control", character=f"U+{ord(character):04X}")
    if len(line) > limit:
        raise Refused("text_long", length=len(line), limit=limit)
    return line


def company_name(text: str) -> str:
    """A company's name as it is kept. Raises Refused when there is nothing in it to find it by."""
    name = one_line(text, MAX_NAME)
    if not name:
        raise Refused("name_missing")
    if not norm(name):
        raise Refused("name_empty", text=name[:40])
    return name

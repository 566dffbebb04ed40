"""Windows or Mac: which encoding a Western European text without Unicode has, judged letter by letter.

Statistics need long texts; lists are short, and one “ä” is enough for them to see Chinese. Western words are mostly
plain letters with an accented one here and there, and never have a capital behind a small letter because of it.
"""

import re

LETTERS = frozenset("åäöæøáàâãéèêëíìîïóòôõúùûüçñýðþßœ")  # from Iceland to Portugal
_JOINS = frozenset("’·")  # l’Hospitalet, Sol·lucions: inside words as well
_OPENING = frozenset("‘“«¿¡§№")  # never right behind a letter
_CLOSING = frozenset("”»…€°®™©ºª")  # never right before one
_BETWEEN = frozenset("–—•\u00a0\u00ad")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_WORD = re.compile(r"[^\W\d_]+")
CANDIDATES = ("cp1252", "mac_roman")  # the far more frequent one first


def western_encoding(data: bytes) -> str | None:
    """The encoding in which every unusual letter stands where it can; None where the text is none of these."""
    return next((name for name in CANDIDATES if _reads_well(data, name)), None)


def _reads_well(data: bytes, encoding: str) -> bool:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return all(_fits(text, found.start()) for found in _NOT_ASCII.finditer(text)) and _mostly_plain(text)


def _fits(text: str, place: int) -> bool:
    character = text[place]
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if character.lower() in LETTERS:
        broken = (before.islower() and character.isupper()) or (character.islower() and after.isupper())
        return not broken
    if character in _OPENING:
        return not before.isalpha()
    if character in _CLOSING:
        return not after.isalpha()
    return character in _JOINS or (character in _BETWEEN and not (before.isalpha() and after.isalpha()))


def _mostly_plain(text: str) -> bool:
    """Words with unusual letters have more of the usual ones: in Cyrillic or Greek none has."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    plain = sum(1 for word in words if sum(letter.isascii() for letter in word) * 2 > len(word))
    return plain * 2 >= len(words)

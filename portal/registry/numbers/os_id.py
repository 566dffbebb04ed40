"""The OS ID of Open Supply Hub: one production location. Made like a module of python-stdnum.

Two letters of the country, the day on which it was given (year and day of the year), five random characters and a check
character, in Crockford's base 32: the sum of all characters, letters of the country by their code (opensupplyhub/
open-supply-hub, src/django/api/os_id.py).
"""

import re

from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U
_FORMAT = re.compile(r"([A-Z]{2})(\d{4})(\d{3})([0-9A-HJKMNP-TV-Z]{6})")
_SEPARATORS = re.compile(r"[\s.\-/:]+")
_LENGTH = 15
_FIRST_YEAR = 2018  # Open Apparel Registry, as it was called then, began in March 2019
_LONGEST_YEAR = 366


def compact(number: str) -> str:
    """Capitals and digits alone, without “OS ID” in front."""
    bare = _SEPARATORS.sub("", number.upper())
    return bare.removeprefix("OSID") if len(bare) == _LENGTH + len("OSID") else bare


def validate(number: str) -> str:
    """The compact form. Raises a ValidationError that says what is wrong."""
    bare = compact(number)
    if len(bare) != _LENGTH:
        raise InvalidLength
    parts = _FORMAT.fullmatch(bare)
    if parts is None:
        raise InvalidFormat
    if int(parts[2]) < _FIRST_YEAR or not 1 <= int(parts[3]) <= _LONGEST_YEAR:
        raise InvalidComponent
    if check_character(bare[:-1]) != bare[-1]:
        raise InvalidChecksum
    return bare


def check_character(body: str) -> str:
    """The last character of an OS ID that begins with these fourteen."""
    total = ord(body[0]) + ord(body[1]) + sum(map(_SYMBOLS.index, body[2:]))
    return _SYMBOLS[total % len(_SYMBOLS)]

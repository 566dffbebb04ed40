"""The CID of the Responsible Minerals Initiative: one smelter or refiner. Made like a module of python-stdnum.

CID and six digits. It has no check digit, and is given to reported companies whether or not they are smelters.
"""

import re

from stdnum.exceptions import InvalidFormat, InvalidLength

_SEPARATORS = re.compile(r"[\s.\-/:]+")
_LENGTH = 9


def validate(number: str) -> str:
    """The compact form, such as CID000113. Raises a ValidationError that says what is wrong."""
    bare = _SEPARATORS.sub("", number.upper())
    digits = bare.removeprefix("CID")
    if digits == bare or not digits.isascii() or not digits.isdigit():
        raise InvalidFormat
    if len(bare) != _LENGTH:
        raise InvalidLength
    return bare

"""When two names are so alike that a person should look before a second supplier is made.

Works on core names (names.core). Alike means: the same words, but for one slip of the pen or their order. That is
never enough to merge suppliers, and different numbers (“Plant 2”, “Plant 3”) are never alike.
"""

import re
from collections import Counter

from rapidfuzz.distance import OSA

LONG_WORD = 8  # letters from which two slips are still one name
SHORT_WORD = 3  # up to this length a different word is a different name: “TMD” and “CDF”

_DIGITS = re.compile(r"\d+")


def alike(core: str, other: str) -> bool:
    """Whether two core names differ by no more than a slip. Symmetric; equal names are alike."""
    if core == other or core.replace(" ", "") == other.replace(" ", ""):
        return True
    if _DIGITS.findall(core) != _DIGITS.findall(other) or abs(len(core) - len(other)) > 2:
        return False
    mine, theirs = Counter(core.split()), Counter(other.split())
    left = " ".join((mine - theirs).elements())
    right = " ".join((theirs - mine).elements())
    shorter = min(len(left), len(right))
    if not left and not right:
        return True
    if shorter <= SHORT_WORD:
        return False
    most = 2 if shorter >= LONG_WORD else 1
    return OSA.distance(left, right, score_cutoff=most) <= most


def slip_keys(core: str) -> set[str]:
    """Keys of which alike names share at least one, but for most names with two slips: to find candidates quickly.

    The letters of the sorted words, whole and with each one letter left out.
    """
    letters = "".join(sorted(core.split()))
    plain = core.replace(" ", "")
    keys = {letters, plain}
    if len(letters) > SHORT_WORD:
        keys |= {plain[:i] + plain[i + 1 :] for i in range(len(plain))}
    return keys

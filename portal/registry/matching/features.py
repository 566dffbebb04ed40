"""What is measured of two names: a few numbers that can each be told in words. Pure.

Each counts in one direction only (SIGNS): more slips never make a pair likelier, more shared words never less likely.
"""

from collections.abc import Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from portal.registry.matching.alignment import Alignment, digits_of
from portal.registry.matching.words import Words

SHORT = 3  # letters up to which a word may be initials
MARK = 2  # letters up to which a word may number a series
MOST_SLIPS = 4
MOST_SHARED = 3.0  # weight of shared words beyond which more of them say nothing new

# name of the feature -> 1 if it speaks for the same company, -1 if against.
SIGNS = {
    "identical": 1,  # the same letters
    "share": 1,  # 0 to 1: weight of the words that answer each other, of all
    "shared": 1,  # that weight itself: two rare words say more than one
    "likeness": 1,  # 0 to 1: Jaro-Winkler over all letters
    "letters": 1,  # 0 to 1: letters in common, in their order
    "left_over": -1,  # weight of the words without an answer, of the side with more of them
    "left_over_both": -1,  # of the side with less
    "both_sides": -1,  # words without an answer on both sides
    "beginning": -1,  # the first words do not answer each other
    "slips": -1,
    "joined": -1,  # words written together or apart
    "moved": -1,  # another order
    "abbreviated": -1,  # weight of words that are shortened
    "number_differs": -1,
    "number_missing": -1,
    "only_mark": -1,  # nothing but numbers and short marks tells them apart: “Fund”, “Fund II”
    "short_differs": -1,  # short words or initials differ
    "form_differs": -1,
    "form_missing": -1,
}


def measure(one: Words, other: Words, found: Alignment) -> tuple[float, ...]:
    """The features in the order of SIGNS; symmetric."""
    less, more = found.left_weight, found.right_weight
    if less > more:
        less, more = more, less
    total = one.weight + other.weight or 1.0
    shared = (total - less - more) / 2
    identical = one.letters == other.letters
    left, right = found.left, found.right
    numbers_left = numbers_right = short_left = short_right = only_mark = False
    if left or right:
        numbers_left, numbers_right = bool(digits_of(left)), bool(digits_of(right))
        short_left, short_right = _has_short(left), _has_short(right)
        only_mark = all(len(word) <= MARK or word.isdigit() for word in (*left, *right))
    return (
        identical,
        2 * shared / total,
        min(shared, MOST_SHARED),
        1.0 if identical else JaroWinkler.similarity(one.letters, other.letters),
        1.0 if identical else fuzz.ratio(one.letters, other.letters) / 100,
        more,
        less,
        less > 0,
        bool(left and right) and left[0] == one.words[0] and right[0] == other.words[0],
        min(found.slips, MOST_SLIPS),
        found.joined,
        found.moved,
        found.abbreviated,
        numbers_left and numbers_right,
        numbers_left != numbers_right,
        only_mark,
        short_left and short_right,
        bool(one.form and other.form and one.form != other.form),
        bool(one.form) != bool(other.form),
    )


def _has_short(words: Sequence[str]) -> bool:
    return any(len(word) <= SHORT for word in words)

"""Which words of two names answer each other, and what is left over on either side. Pure.

Words answer each other when they are the same, a slip apart, written together or apart, the beginning of one another,
or initials. What is left over tells two companies apart, the more the rarer it is.
"""

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from portal.registry.matching.rarity import COMMON, weight_of
from portal.registry.matching.words import Words

SHORT_WORD = 3  # letters up to which another letter makes another word
MIDDLE_WORD = 6  # letters from which a common word is recognised with two slips
LONG_WORD = 8  # letters from which any word is
MOST_SLIPS = 2  # in one word
MOST_SHIFTED = 4  # words of both sides between which a space may have moved
ABBREVIATION = 3  # letters of a word's beginning that may stand for it
ACRONYM = 3  # initials that may stand for as many words

_DIGITS = re.compile(r"\d+")


class Alignment:
    """What two names share and do not; weights as in rarity, words in one spelling.

    `slips` are letters that differ within words that answer each other, `abbreviated` the weight of what stands for
    something longer or shorter; `left`, `right` are the words without an answer.
    """

    __slots__ = ("abbreviated", "joined", "left", "left_weight", "moved", "right", "right_weight", "slips")

    def __init__(self) -> None:
        self.left: Sequence[str] = ()
        self.right: Sequence[str] = ()
        self.left_weight = 0.0
        self.right_weight = 0.0
        self.slips = 0
        self.joined = False
        self.moved = False
        self.abbreviated = 0.0


def align(one: Words, other: Words) -> Alignment:
    """Symmetric but for the names of the sides: what is paired first does not depend on who is asked first."""
    if one.words <= other.words:
        return _align(one, other)
    found = _align(other, one)
    found.left, found.right = found.right, found.left
    found.left_weight, found.right_weight = found.right_weight, found.left_weight
    return found


def _align(one: Words, other: Words) -> Alignment:
    found = Alignment()
    if one.words == other.words:
        return found
    if one.letters == other.letters:
        found.joined = True
        return found
    left, right, found.moved = _without_common(one.words, other.words)
    if left and right:
        if len(left) + len(right) > 2:
            left, right = _joined(found, left, right)
        if left and right:
            left, right = _slipped(found, left, right)
        if left and right:
            left, right = _shortened(found, left, right)
    if left:
        found.left, found.left_weight = left, weight_of(left)
    if right:
        found.right, found.right_weight = right, weight_of(right)
    return found


def digits_of(words: Sequence[str]) -> list[str]:
    """The numbers in these words."""
    return sorted(_DIGITS.findall(" ".join(words)))


def _without_common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[list[str], list[str], bool]:
    """(the words of one side that the other does not have, those of the other, whether the rest stands in another
    order).
    """
    start = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        start += 1
    end = 0
    for mine, theirs in zip(reversed(one[start:]), reversed(other[start:]), strict=False):
        if mine != theirs:
            break
        end += 1
    left, right = list(one[start : len(one) - end]), list(other[start : len(other) - end])
    if not left or not right or set(left).isdisjoint(right):
        return left, right, False
    theirs_left = list(right)
    mine_left, common = [], []
    for word in left:
        if word in theirs_left:
            theirs_left.remove(word)
            common.append(word)
        else:
            mine_left.append(word)
    moved = len(common) > 1 or start > 0 or end > 0
    if moved:
        rest = list(theirs_left)
        order = []
        for word in right:
            if word in rest:
                rest.remove(word)
            else:
                order.append(word)
        moved = order != common or (not mine_left and not theirs_left)
    return mine_left, theirs_left, moved


def _slips(one: str, other: str) -> int | None:
    """Letters that differ between two words that may be the same; None if they are two words.

    Two common words are two words: “bond” is no slip of “bank”. Numbers never slip.
    """
    longer = max(len(one), len(other))
    most = 0 if longer <= SHORT_WORD else 1 if longer < MIDDLE_WORD else MOST_SLIPS
    if not most or abs(len(one) - len(other)) > most:
        return None
    slips = OSA.distance(one, other, score_cutoff=most)
    if slips > most:
        return None
    common = (one in COMMON) + (other in COMMON)
    # Between two rare words of middle length, two letters make another name; a common word is still recognised.
    if (common == 2 and one.rstrip("s") != other.rstrip("s")) or (common == 0 and slips == 2 and longer < LONG_WORD):
        return None
    return slips if _DIGITS.findall(one) == _DIGITS.findall(other) else None


def _slipped(found: Alignment, left: list[str], right: list[str]) -> tuple[list[str], list[str]]:
    """Pair words that are a slip apart, the nearest first."""
    pairs = []
    for i, mine in enumerate(left):
        length = len(mine)
        if length < SHORT_WORD or mine.isdigit():
            continue
        for j, theirs in enumerate(right):
            if -MOST_SLIPS <= len(theirs) - length <= MOST_SLIPS:
                slips = _slips(mine, theirs)
                if slips is not None:
                    pairs.append((slips, i, j))
    if not pairs:
        return left, right
    pairs.sort()
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    for slips, i, j in pairs:
        if i in taken_left or j in taken_right:
            continue
        taken_left.add(i)
        taken_right.add(j)
        found.slips += slips
    return (
        [word for i, word in enumerate(left) if i not in taken_left],
        [word for j, word in enumerate(right) if j not in taken_right],
    )


def _joined(found: Alignment, left: list[str], right: list[str]) -> tuple[list[str], list[str]]:
    """Pair words with what is written together on the other side, but for slips; at last all with all."""
    if len(left) > 1:
        left, right = _join_side(found, left, right)
    if len(right) > 1:
        right, left = _join_side(found, right, left)
    if len(left) > 1 and len(right) > 1 and len(left) + len(right) > MOST_SHIFTED:
        return left, right
    if len(left) + len(right) > 2 and left and right:
        mine, theirs = "".join(left), "".join(right)
        slips = _slips(mine, theirs) if mine != theirs else 0
        if slips is not None and len(mine) >= LONG_WORD and not COMMON.keys() >= {*left, *right}:
            found.joined = True
            found.slips += slips
            return [], []
    return left, right


def _join_side(found: Alignment, parts: list[str], wholes: list[str]) -> tuple[list[str], list[str]]:
    at = 0
    while at + 1 < len(parts):
        for size in (3, 2):
            if at + size > len(parts):
                continue
            together = "".join(parts[at : at + size])
            if together.isdigit():
                continue
            whole = _whole(together, wholes)
            if whole is not None:
                found.joined = True
                found.slips += 0 if whole == together else _slips(together, whole) or 0
                parts = [*parts[:at], *parts[at + size :]]
                wholes = list(wholes)
                wholes.remove(whole)
                break
        else:
            at += 1
    return parts, wholes


def _whole(together: str, wholes: list[str]) -> str | None:
    """The word that is these words written together, but for slips."""
    if together in wholes:
        return together
    length = len(together)
    if length >= LONG_WORD:
        for whole in wholes:
            if -MOST_SLIPS <= len(whole) - length <= MOST_SLIPS and _slips(together, whole) is not None:
                return whole
    return None


def _shortened(found: Alignment, left: list[str], right: list[str]) -> tuple[list[str], list[str]]:
    """Pair beginnings with the words they begin, and initials with the words they stand for."""
    if left and right:
        left, right = _shorten_side(found, left, right)
    if left and right:
        right, left = _shorten_side(found, right, left)
    return left, right


def _shorten_side(found: Alignment, shorts: list[str], longs: list[str]) -> tuple[list[str], list[str]]:
    kept = []
    for short in shorts:
        stands_for = _stands_for(short, longs)
        if stands_for is None:
            kept.append(short)
            continue
        found.abbreviated += weight_of([*longs[stands_for], short])
        longs = [*longs[: stands_for.start], *longs[stands_for.stop :]]
    return kept, longs


def _stands_for(short: str, longs: list[str]) -> slice | None:
    if len(short) >= ABBREVIATION and short.isalpha():
        for at, word in enumerate(longs):
            if len(word) > len(short) and word.startswith(short):
                return slice(at, at + 1)
        if len(short) >= ACRONYM and len(longs) >= len(short):
            initials = "".join(word[0] for word in longs)
            at = initials.find(short)
            if at >= 0:
                return slice(at, at + len(short))
    return None

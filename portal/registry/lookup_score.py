"""How well a name answers a look-up, and which part of it to mark. Pure: no database.

Works on plain forms (names.norm): ASCII words. A name answers when its words contain those of the query in any order,
begun, complete or with a slip of the pen.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Protocol, TypeVar

from anyascii import anyascii
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from portal.registry.names import core, norm

MAX_TEXT = 200  # characters of a query that are read; what comes after is left out
MAX_WORDS = 12  # and words of it: more never tell two companies apart
MAX_WORD = 60  # letters of one word, which other scripts without spaces need
GOOD_ENOUGH = 0.72  # coverage below which a name does not answer
LIKE_ENOUGH = 62.0  # likeness from which a name answers though some of its words do not
ALIKE = 80  # percent of the letters, in their order, that names must share to be alike as a whole
BEGUN = 0.9  # what a begun word counts at least, of a complete one
SLIP = 0.18  # taken off for each slip in a word of average length

_NUMBERS = re.compile(r"\d+")
_first = itemgetter(0)


class HasForms(Protocol):
    """A name in the forms that are compared: plain, and without its legal form."""

    @property
    def norm(self) -> str: ...

    @property
    def core(self) -> str: ...


Named = TypeVar("Named", bound=HasForms)


@dataclass(frozen=True, slots=True)
class Query:
    """A look-up as it is compared: the plain text, the same without its legal form, and its words."""

    plain: str
    core: str
    words: tuple[str, ...]


def read_query(text: str) -> Query:
    """What a person typed, cut to a size that cannot hurt. No words when nothing can be read in it."""
    plain = " ".join(word[:MAX_WORD] for word in norm(text[:MAX_TEXT]).split()[:MAX_WORDS])
    bare = core(plain)
    words = bare.split()
    # Where a legal form was glued to a word, the rest need not begin a word of the name: then all of it is searched.
    if not set(words) <= set(plain.split()):
        words = plain.split()
    return Query(plain, bare, tuple(dict.fromkeys(words)))


def score(query: Query, name_norm: str, name_core: str) -> float:
    """0 to 100: how well a name answers; 0 when it does not."""
    if query.core == name_core or query.plain == name_norm:
        return 100.0
    name_words = name_norm.split()
    letters = sum(map(len, query.words))
    coverage = sum([len(word) * _likest_word(word, name_words) for word in query.words]) / letters
    joined, joined_name = query.core.replace(" ", ""), name_core.replace(" ", "")
    if joined_name.startswith(joined):  # words written together or apart
        coverage = max(coverage, BEGUN)
    # Slips that part words, join them or fall on the legal form are seen only in the whole.
    whole, whole_name = query.plain.replace(" ", ""), name_norm.replace(" ", "")
    coverage = max(coverage, fuzz.ratio(joined, joined_name, score_cutoff=ALIKE) / 100)
    coverage = max(coverage, fuzz.ratio(whole, whole_name, score_cutoff=ALIKE) / 100)
    if coverage < GOOD_ENOUGH or _other_number(query.plain, name_norm):
        return 0.0
    fullness = min(1.0, letters / max(len(joined_name), 1))
    in_front = 1.0 if name_norm.startswith(query.plain) else 0.0
    return 99.0 * (0.81 * coverage + 0.14 * fullness + 0.05 * in_front)


def near_points(query: Query, name_norm: str, name_core: str) -> float:
    """Like `score`, and where words are missing or joined too: a name that looks like the query as a whole answers."""
    points = score(query, name_norm, name_core)
    whole = likeness(query, name_norm, name_core)
    return max(points, whole) if whole >= LIKE_ENOUGH and not _other_number(query.plain, name_norm) else points


def likeness(query: Query, name_norm: str, name_core: str) -> float:
    """0 to 99: how much a name looks like the query as a whole, half of it whatever the order of words."""
    of_core = fuzz.ratio(query.core, name_core) + fuzz.token_sort_ratio(query.core, name_core)
    if query.plain == query.core and name_norm == name_core:
        return 0.495 * of_core
    of_all = fuzz.ratio(query.plain, name_norm) + fuzz.token_sort_ratio(query.plain, name_norm)
    return 0.495 * max(of_core, of_all)


def likest(query: Query, names: Sequence[Named], most: int) -> list[tuple[float, Named]]:
    """The `most` names that look most like the query, each with its likeness, the likeliest first."""
    plain, bare = [name.norm for name in names], [name.core for name in names]
    of_core, of_all = _alike(query.core, bare), _alike(query.plain, plain)
    found = [(0.495 * max(pair), name) for *pair, name in zip(of_core, of_all, names, strict=True)]
    found.sort(key=_first, reverse=True)
    return found[:most]


def _alike(text: str, others: Sequence[str]) -> list[float]:
    """0 to 200 for each: alike as it stands, and with its words sorted. All at once, which is many times faster."""
    points = [0.0] * len(others)
    for scorer in (fuzz.ratio, fuzz.token_sort_ratio):
        for _other, alike, place in process.extract(text, others, scorer=scorer, limit=None):
            points[place] += alike
    return points


def marked(name: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """The name as written, in pieces: (text, whether it is what the query's words matched)."""
    letters = _letters(name)
    hit = [False] * len(name)
    for start, end in _word_bounds(letters):
        word = "".join(letter for letter, _ in letters[start:end])
        for wanted in words:
            length = _matched_letters(wanted, word)
            at = start
            if not length and len(wanted) > 3 and wanted in word:  # scripts without spaces
                at, length = start + word.index(wanted), len(wanted)
            for _letter, index in letters[at : at + length]:
                hit[index] = True
    for index in set(range(1, len(name) - 1)) - {index for _letter, index in letters}:  # apostrophes within a word
        hit[index] = hit[index - 1] and hit[index + 1]
    pieces: list[tuple[str, bool]] = []
    for character, is_hit in zip(name, hit, strict=True):
        if pieces and pieces[-1][1] == is_hit:
            pieces[-1] = (pieces[-1][0] + character, is_hit)
        else:
            pieces.append((character, is_hit))
    return pieces


def _other_number(plain: str, name_norm: str) -> bool:
    """“Plant 2” is not “Plant 3”, however alike; a number that is still being typed is not another one."""
    typed, named = _NUMBERS.findall(plain), _NUMBERS.findall(name_norm)
    return bool(typed and named) and not any(number.startswith(tuple(typed)) for number in named)


def _likest_word(word: str, others: Sequence[str]) -> float:
    """The likeness of the word that is most like it."""
    if word in others:
        return 1.0
    most, length = _slips(word), len(word)
    best = 0.0
    for other in others:
        if len(other) >= length - most:
            alike = _likeness(word, other, most)
            if alike > best:
                best = alike
    return best


def _likeness(word: str, other: str, most: int) -> float:
    """Less than 1 for a begun word and for one with at most so many slips, 0 for another word."""
    length, longer = len(word), len(other) - len(word)
    if other.startswith(word):
        return BEGUN + (1.0 - BEGUN) * length / len(other)
    if not most or longer < -most:
        return 0.0
    slips = OSA.distance(word, other[:length], score_cutoff=most) + 0.5  # half a slip for what is missing
    if longer <= most:
        slips = min(float(OSA.distance(word, other, score_cutoff=most)), slips)
    return 1.0 - SLIP * slips * 6 / max(length, 6) if slips <= most + 0.5 else 0.0


def _slips(word: str) -> int:
    """How many slips a word may have and still be meant: none in short ones, where each makes another word."""
    return 0 if len(word) < 4 or word.isdigit() else 1 if len(word) <= 5 else 2


def _matched_letters(wanted: str, word: str) -> int:
    """How many letters at the beginning of a word stand for what was wanted."""
    if word.startswith(wanted):
        return len(wanted)
    return len(word) if _likeness(wanted, word, _slips(wanted)) > 0 else 0


def _letters(name: str) -> list[tuple[str, int]]:
    """The plain letters of a name, each with the place of the character it comes from; words part by a space."""
    found: list[tuple[str, int]] = []
    for index, character in enumerate(name):
        plain = anyascii(character).lower()
        if plain in ("'", "`"):
            continue
        found += [(letter if letter.isalnum() else " ", index) for letter in plain or " "]
    return found


def _word_bounds(letters: Sequence[tuple[str, int]]) -> list[tuple[int, int]]:
    """(start, end) of each word."""
    bounds: list[tuple[int, int]] = []
    start = 0
    for place, (letter, _index) in enumerate([*letters, (" ", -1)]):
        if letter == " ":
            if place > start:
                bounds.append((start, place))
            start = place + 1
    return bounds

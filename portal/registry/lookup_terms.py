"""What the words of a query may mean: words of the registry that differ from them by slips, or by a space.

One slip is a letter left out, added, replaced or swapped with its neighbour (Damerau and Levenshtein's distance).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from portal.registry import lookup_index

MEANINGS = 40  # words that one word may mean
RARELY = 30  # of which so many are looked for in the index of words, for a word that is none itself
RARELY_KNOWN = 4  # and for one that is
SHORT = 3  # letters up to which nearly each slip makes another word
MEDIUM = 5  # letters up to which a word has one slip at most
SPLIT_FROM = 6  # letters of an unknown word that may be two
SURE_HALF = 4  # letters of a half that is known while the other one has a slip
UNSURE_SPLITS = 3  # of which so many are tried
BEGUN_FROM = 3  # letters from which a word may be only begun


@dataclass(frozen=True, slots=True)
class Term:
    """What words `start` to `end` of the query may mean: (slips, words of the registry), the likeliest first.

    `rarely` are those to look for in the index of words, `names` how many names have one of them. A term without a
    place (-1) is a part of a word.
    """

    start: int
    end: int
    meanings: tuple[tuple[int, str], ...]
    rarely: tuple[str, ...]
    names: int


def terms_of(words: Sequence[str]) -> list[Term]:
    """What each word may mean, each two neighbours written as one, and the halves of unknown ones."""
    joined = [first + second for first, second in pairwise(words)]
    counts = lookup_index.similar_words([*words, *joined])
    terms = [_term(place, place + 1, word, counts, _slips(word)) for place, word in enumerate(words)]
    terms += [_term(place, place + 2, word, counts, min(_slips(word), 1)) for place, word in enumerate(joined)]
    unsure = [term for term in terms[: len(words)] if not term.meanings or term.meanings[0][0] > 1]
    if unsure:
        terms += _of_unsure([(term.start, words[term.start]) for term in unsure])
    return [term for term in terms if term.meanings]


def far_terms_of(words: Sequence[str]) -> list[Term]:
    """What each word may mean if it has more slips than one expects: two in a short word, one in a shorter one. And
    the two words that a known one may be: “Eurocast” may be “Euro Cast” after all.
    """
    edited = {word: one_slip_away(word) for word in words if 1 < len(word) <= SHORT and not word.isdigit()}
    longer = [word for word in words if len(word) > SHORT]
    halves = {half for word in words if len(word) >= SPLIT_FROM for cut in _cuts(word) for half in cut}
    counts = lookup_index.known_words({other for others in edited.values() for other in others} | halves | set(words))
    counts |= lookup_index.farther_words(longer)
    terms = [
        _term(place, place + 1, word, counts, 0 if word.isdigit() else 1 + (len(word) > SHORT))
        for place, word in enumerate(words)
    ]
    # Only as whole names: the halves would come before rarer words.
    for place, word in enumerate(words):
        terms += [term for cut in _cuts(word) for term in _two_words(place, *cut, counts)[:1]]
    return [term for term in terms if term.meanings]


def begun_terms_of(words: Sequence[str]) -> list[Term]:
    """What each word may mean if it is complete or only begun (“phoe aviat”). Nothing if one of them begins no word."""
    if any(len(word) < BEGUN_FROM for word in words):
        return []
    found = lookup_index.begun_words(words)
    if len(found) < len(set(words)):
        return []
    return [
        Term(place, place + 1, (), tuple(found[word]), sum(max(names, 1) for names in found[word].values()))
        for place, word in enumerate(words)
    ]


def one_slip_away(word: str) -> set[str]:
    """Every word that is one slip away from a short one."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    letters = ascii_lowercase
    found = {first + second[1:] for first, second in cuts if second}
    found |= {first + second[1] + second[0] + second[2:] for first, second in cuts if len(second) > 1}
    found |= {first + letter + second[1:] for first, second in cuts if second for letter in letters}
    found |= {first + letter + second for first, second in cuts for letter in letters}
    return found - {word, ""}


def _slips(word: str) -> int:
    """How many slips a word may have and still be meant."""
    return 0 if len(word) <= SHORT or word.isdigit() else 1 if len(word) <= MEDIUM else 2


def _term(start: int, end: int, word: str, counts: dict[str, int], most: int) -> Term:
    """The words with at most so many slips; those of short words are too many to look for one by one."""
    alike = process.extract(word, counts.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=None)
    found = [(int(slips), other[:1] != word[:1], -counts[other], other) for other, slips, _place in alike]
    found.sort()
    known = bool(found) and found[0][0] == 0
    searched = (1 if known else 0) if len(word) <= SHORT else RARELY_KNOWN if known else RARELY
    rarely = found[:searched]
    meanings = tuple((slips, other) for slips, _begins, _names, other in found[:MEANINGS])
    return Term(start, end, meanings, tuple(one[3] for one in rarely), sum(max(-one[2], 1) for one in rarely))


def _of_unsure(words: Sequence[tuple[int, str]]) -> list[Term]:
    """More meanings of words of which none is near: two words written together, or more slips than were expected."""
    long = [(place, word) for place, word in words if len(word) >= SPLIT_FROM]
    counts = lookup_index.known_words({half for _place, word in long for cut in _cuts(word) for half in cut})
    terms = [term for place, word in long for term in _halves(place, word, counts)]
    farther = lookup_index.farther_words([word for _place, word in words if len(word) > SHORT])
    return terms + [_term(place, place + 1, word, farther, 2) for place, word in words if len(word) > SHORT]


def _cuts(word: str) -> list[tuple[str, str]]:
    """The word as two, at each place."""
    return [(word[:at], word[at:]) for at in range(2, len(word) - 1)] if len(word) >= SPLIT_FROM else []


def _two_words(place: int, first: str, second: str, counts: dict[str, int]) -> list[Term]:
    """The term of these two words, and each of them as a part, if the registry has both."""
    if first not in counts or second not in counts:
        return []
    both = Term(place, place + 1, ((1, f"{first} {second}"),), (), 0)
    return [both, _part(first, counts), _part(second, counts)]


def _halves(place: int, word: str, counts: dict[str, int]) -> list[Term]:
    """The words of which this one may be made."""
    terms: list[Term] = []
    unsure: list[tuple[int, str, str, bool]] = []
    for first, second in _cuts(word):
        if both := _two_words(place, first, second, counts):
            terms += both
        elif first in counts and len(first) >= SURE_HALF and len(second) >= SURE_HALF:
            unsure.append((len(first), first, second, True))
        elif second in counts and len(second) >= SURE_HALF and len(first) >= SURE_HALF:
            unsure.append((len(second), second, first, False))
    if terms or not unsure:
        return terms
    unsure = sorted(unsure, reverse=True)[:UNSURE_SPLITS]
    similar = lookup_index.similar_words([other for _length, _sure, other, _first in unsure])
    for _length, sure, other, is_first in unsure:
        term = _term(-1, -1, other, similar, _slips(other))
        if term.meanings:
            pairs = ((slips + 1, f"{sure} {one}" if is_first else f"{one} {sure}") for slips, one in term.meanings)
            terms += [Term(place, place + 1, tuple(pairs), (), 0), term, _part(sure, counts)]
    return terms


def _part(word: str, counts: dict[str, int]) -> Term:
    return Term(-1, -1, ((0, word),), (word,), max(counts[word], 1))

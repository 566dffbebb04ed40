"""Whether a name resembles one on a sanctions list enough to be put before a person, with the reasons. Pure.

The score of two names is that of the registry's matcher; the country moves it. Two rules are stricter than there,
because a list of sanctions is compared with everybody: a name of one word, and an alias that the publisher itself
calls weak, count only where the legal form does not differ, the country is the same and so are all letters; in a long
word one may slip. A number that both have decides by itself that somebody looks. Nothing here decides that two
companies are one.
"""

import math
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from portal.registry.identifiers import SCHEMES
from portal.registry.matching.alignment import align
from portal.registry.matching.name_reasons import name_reasons
from portal.registry.matching.name_score import score_of
from portal.registry.matching.profile import Evidence, Name
from portal.registry.matching.rarity import COMMON, RARE
from portal.registry.matching.words import Words, words_of
from portal.registry.rules import NameKind
from portal.sanctions.party import LEAST_NUMBER, NameSort

THRESHOLD: float = tomllib.loads(Path(__file__).with_name("thresholds.toml").read_text(encoding="utf-8"))["candidate"][
    "score"
]
SAME_NUMBER = 1.0
SAME_COUNTRY = 1.0  # log odds, as in registry.matching.compare
COUNTRY_DIFFERS = -2.0
MOST = 0.999  # what names and countries reach together
SHARED = 0.6  # share of what both names say that must stand in the other one's words before they are scored
LONGEST_POSTING = 400  # a word that more listed names have finds nobody by itself
LONG_NAME = 8  # letters from which all of a name is looked for with one slip
SLIP_FROM = 6  # letters from which a word is looked for with one letter missing

KINDS = {NameSort.FORMER: NameKind.FORMER, NameSort.NAME: NameKind.LEGAL}


@dataclass(frozen=True, slots=True)
class Listed:
    """A listed party as the screen needs it; `key` is its id."""

    key: UUID | str
    names: tuple[tuple[str, str], ...]  # (text, NameSort)
    numbers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A supplier, facility or declared smelter; `numbers` are (scheme, value), `country` alpha-2 where it is known."""

    names: tuple[str, ...]
    country: str | None = None
    numbers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A listed party that a subject resembles: the score from 0 to 1, the two names, the reasons for and against."""

    key: UUID | str
    score: float
    name: str
    listed_name: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    party: Listed
    text: str
    sort: NameSort
    words: Words


class Screen:
    """The names of sanctions lists, indexed by their words, so that a subject is scored against a handful of them."""

    def __init__(self, parties: Iterable[Listed]) -> None:
        self._entries: list[_Entry] = []
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_slip: dict[str, list[int]] = defaultdict(list)
        self._by_letters: dict[str, list[int]] = defaultdict(list)
        self._by_number: dict[str, list[Listed]] = defaultdict(list)
        for party in parties:
            for number in party.numbers:
                self._by_number[number].append(party)
            for text, sort in party.names:
                self._add(party, text, NameSort(sort))
        self._slip_words = {word for word in self._by_word if len(word) >= SLIP_FROM and word not in COMMON}
        for word in self._slip_words:
            for key in _slips(word):
                self._by_slip[key].extend(self._by_word[word])

    def __len__(self) -> int:
        return len(self._entries)

    def _add(self, party: Listed, text: str, sort: NameSort) -> None:
        words = words_of(text)
        if not words.letters:
            return
        place = len(self._entries)
        self._entries.append(_Entry(party, text, sort, words))
        for key in _slips(words.letters) if len(words.letters) >= LONG_NAME else (words.letters,):
            self._by_letters[key].append(place)
        for word in set(words.words):
            self._by_word[word].append(place)

    def resembling(self, subject: Subject, threshold: float = THRESHOLD) -> list[Resemblance]:
        """The parties that the subject resembles, one entry each, the likeliest first."""
        found: dict[UUID | str, Resemblance] = {}
        for party, number in self._same_numbers(subject):
            best = max(
                (self._compared(name, _Entry(party, text, NameSort(sort), words_of(text)), subject.country)
                 for name in subject.names for text, sort in party.names),
                key=lambda one: one.score,
            )  # fmt: skip
            evidence = (Evidence("same_number", True, {"number": number}), *best.evidence)
            found[party.key] = Resemblance(party.key, SAME_NUMBER, best.name, best.listed_name, evidence)
        for name in subject.names:
            words = words_of(name)
            for place in self._near(words):
                entry = self._entries[place]
                if not _may_count(words, entry, subject.country):
                    continue
                before = found.get(entry.party.key)
                score = _score(words, entry, subject.country)
                if score >= threshold and (before is None or score > before.score):
                    found[entry.party.key] = self._compared(name, entry, subject.country)
        return sorted(found.values(), key=lambda one: (-one.score, one.listed_name))

    def _same_numbers(self, subject: Subject) -> Iterator[tuple[Listed, str]]:
        for scheme, value in subject.numbers:
            known = SCHEMES.get(scheme)
            for number in {value, value[2:]} if scheme == "vat" else {value}:
                for party in self._by_number.get(number, ()) if len(number) >= LEAST_NUMBER else ():
                    # A national number says nothing in another country; a LEI and a VAT number name their own.
                    country = known.country if known else None
                    if scheme == "lei" or number[:2].isalpha() or not country or country in party.countries:
                        yield party, value

    def _near(self, words: Words) -> list[int]:
        """Names that share what the two say for the most part, in exact words or with a slip in a rare one."""
        if not words.letters:
            return []
        shared: dict[int, float] = defaultdict(float)
        for word in set(words.words):
            weight = COMMON.get(word, RARE)
            places = self._by_word.get(word, ())
            if len(places) <= LONGEST_POSTING:
                for place in places:
                    shared[place] += weight
            if len(word) >= SLIP_FROM and word not in COMMON and word not in self._slip_words:
                for place in {place for key in _slips(word) for place in self._by_slip.get(key, ())}:
                    shared[place] += weight
        least = SHARED * words.weight
        near = [
            place
            for place, weight in shared.items()
            if weight >= least and weight >= SHARED * self._entries[place].words.weight
        ]
        keys = _slips(words.letters) if len(words.letters) >= LONG_NAME else (words.letters,)
        return list(dict.fromkeys([*(place for key in keys for place in self._by_letters.get(key, ())), *near]))

    @staticmethod
    def _compared(name: str, entry: _Entry, country: str | None) -> Resemblance:
        kind = KINDS.get(entry.sort, NameKind.TRADING)
        evidence = [*name_reasons(Name(name), Name(entry.text, kind)), *_countries(country, entry.party.countries)]
        score = _score(words_of(name), entry, country)
        return Resemblance(entry.party.key, round(score, 4), name, entry.text, tuple(evidence))


def _may_count(words: Words, entry: _Entry, country: str | None) -> bool:
    """Whether these two may be compared by name at all (see above)."""
    several = len(words.words) > 1 and len(entry.words.words) > 1
    if several and entry.sort is not NameSort.WEAK:
        return True
    if words.form and entry.words.form and words.form != entry.words.form:
        return False  # “Vostok LLC” is not “Vostok JSC”: there is nothing else to know them by
    if country is None or country not in entry.party.countries:
        return False
    if words.letters == entry.words.letters:
        return True
    # A slip in a long word is still that word.
    one, other = words.letters, entry.words.letters
    long = min(len(one), len(other)) >= LONG_NAME and entry.sort is not NameSort.WEAK
    return long and not _slips(one).isdisjoint(_slips(other))


def _score(words: Words, entry: _Entry, country: str | None) -> float:
    by_name = min(score_of(words, entry.words, align(words, entry.words)), MOST)
    if not country or not entry.party.countries or by_name <= 0:
        return by_name
    moved = SAME_COUNTRY if country in entry.party.countries else COUNTRY_DIFFERS
    return min(1 / (1 + math.exp(-(math.log(by_name / (1 - by_name)) + moved))), MOST)


def _countries(country: str | None, listed: Sequence[str]) -> Iterator[Evidence]:
    if country and country in listed:
        yield Evidence("same_country", True, {"country": country})
    elif country and listed:
        yield Evidence("country_differs", False, {"one": country, "other": listed[0]})


def _slips(word: str) -> set[str]:
    """The word, and the word with each one letter left out."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}

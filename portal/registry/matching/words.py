"""A company's name taken apart for comparing: words in one spelling each, numbers, legal form. Pure, and cached."""

from functools import lru_cache
from typing import NamedTuple

from portal.registry.matching.rarity import EMPTY, weight_of
from portal.registry.names import norm, split

# One spelling for words that are commonly written in several ways.
_SPELLINGS = {
    "assn": "association",
    "assoc": "association",
    "bros": "brothers",
    "centre": "center",
    "dept": "department",
    "govt": "government",
    "grp": "group",
    "hldg": "holding",
    "hldgs": "holdings",
    "intl": "international",
    "labour": "labor",
    "mfg": "manufacturing",
    "mgmt": "management",
    "mgt": "management",
    "natl": "national",
    "organisation": "organization",
    "saint": "st",
    "svc": "service",
    "svcs": "services",
    "univ": "university",
    "1st": "first",
    "2nd": "second",
    "3rd": "third",
    # numbers in words and in Roman numerals
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "xi": "11",
    "xii": "12",
    "xiii": "13",
    "xiv": "14",
    "xv": "15",
    "xvi": "16",
}
_TENS = {
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fourty": "40",
    "fifty": "50",
    "sixty": "60",
    "seventy": "70",
    "eighty": "80",
    "ninety": "90",
}
_REWRITTEN = frozenset(_SPELLINGS) | frozenset(_TENS)
_NUMERALS_AT_THE_END = {"i": "1", "v": "5", "x": "10"}  # elsewhere they are initials


class Words(NamedTuple):
    """A name for comparing. `words` are those of the core in one spelling, `letters` those that say something without
    spaces, `weight` how much they say together (see rarity), `form` the legal form as names.legal_form has it.
    """

    plain: str
    core: str
    form: str
    words: tuple[str, ...]
    letters: str
    weight: float


@lru_cache(maxsize=32768)
def words_of(name: str) -> Words:
    """The name taken apart."""
    plain = norm(name)
    core, form = split(plain)
    return _taken_apart(plain, core, form)


def _taken_apart(plain: str, core: str, form: str) -> Words:
    written = core.split()
    if len(written) > 1:
        if len(written[-1]) == 1 and written[-1] in _NUMERALS_AT_THE_END:
            written[-1] = _NUMERALS_AT_THE_END[written[-1]]
        if min(map(len, written)) == 1:
            written = _initials_joined(written)
    if not _REWRITTEN.isdisjoint(written):
        written = [_SPELLINGS.get(word, word) for word in _tens_joined(written)]
    said = written
    if not EMPTY.isdisjoint(written):
        said = [word for word in written if word not in EMPTY] or written
    return Words(plain, core, form, tuple(written), "".join(said), weight_of(written))


def _initials_joined(written: list[str]) -> list[str]:
    """“s c johnson” as “sc johnson”: initials are written with and without points and spaces."""
    joined: list[str] = []
    open_run = False
    for word in written:
        initial = len(word) == 1 and word.isalpha()
        if initial and open_run:
            joined[-1] += word
        else:
            joined.append(word)
        open_run = initial
    return joined


def _tens_joined(written: list[str]) -> list[str]:
    """“forty four” as “44”."""
    joined: list[str] = []
    for word in written:
        unit = _SPELLINGS.get(word, word)
        if joined and joined[-1] in _TENS and len(unit) == 1 and unit.isdigit():
            joined[-1] = _TENS[joined[-1]][0] + unit
        else:
            joined.append(word)
    return [_TENS.get(word, word) for word in joined]

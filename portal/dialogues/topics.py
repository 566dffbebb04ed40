"""What a text is about, in whichever of the portal's languages it is written: risks and minerals. Pure.

So a Norwegian who writes of “barnearbeid” finds what a colleague asked about “trabajo infantil”. The words are data
(topics.toml). They find candidates for a person to read; nothing is decided by them.
"""

import re
import tomllib
from collections.abc import Collection
from pathlib import Path

from portal.registry.names import norm

WORDS = Path(__file__).with_name("topics.toml")
SHORT = 4  # letters up to which a beginning must be the whole word: “tin” is not in “meeting times”
TELLING = 5  # letters from which a word counts when texts are compared


_APOSTROPHES = re.compile("['’]")  # they part words here: “l’or”


def _read() -> dict[str, re.Pattern[str]]:
    found = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    topics = {**found["risks"], **found["minerals"]}
    return {topic: re.compile("|".join(map(_pattern, words))) for topic, words in topics.items()}


def _pattern(words: str) -> str:
    return rf"\b{re.escape(words)}" + (r"\b" if len(words) <= SHORT else "")


TOPICS = _read()


def topics_of(text: str) -> frozenset[str]:
    """The codes of risks and metals that the text speaks of."""
    plain = norm(_APOSTROPHES.sub(" ", text))
    return frozenset(topic for topic, pattern in TOPICS.items() if pattern.search(plain))


def words_of(text: str) -> frozenset[str]:
    """The longer words of a text, plain: short ones stand in all texts."""
    return frozenset(word for word in norm(text).split() if len(word) >= TELLING)


def overlap(one: Collection[str], other: Collection[str]) -> float:
    """0 to 1: how many of the words of the shorter text stand in the other one as well."""
    fewer = min(len(one), len(other))
    return len(set(one) & set(other)) / fewer if fewer else 0.0

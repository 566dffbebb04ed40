"""The templates' own words, written in another language: answers and metals, brought to English."""

import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from portal.minerals.spelling import name_key

NAMES_OF_METALS, ANSWERS = "metals", "answers"  # the tables of words.toml


def fold(text: str | None) -> str:
    """The form in which words are compared: width, case and spaces do not count, nor one before a percent sign."""
    return name_key(text).replace(" %", "%")


def in_english(text: str | None, words: Collection[str], table: str) -> str | None:
    """The one of these English words that a text says in any language of the templates, None if it says none."""
    if text in words:
        return text
    folded = fold(text)
    if not folded:
        return None
    own = next((word for word in words if fold(word) == folded), None)
    return own or next((word for word in words if folded in _words(table).get(word, ())), None)


@cache
def _words(table: str) -> Mapping[str, frozenset[str]]:
    content = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return {word: frozenset(others) for word, others in content[table].items()}
